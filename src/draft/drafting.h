// What the steps of drafting share: the form, the catalog, and the Blueprint as far as it has come.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/reader.h"
#include "catalog/catalog.h"
#include "draft/dedent.h"
#include "draft/draft.h"

namespace crafter {

/// Python that stands at `pointer` in the document, still to be checked.
struct Submitted {
  std::string pointer;
  Dedent code;
};

struct Drafting {
  Drafting(const Form& given, const Catalog& parts)
      : form(given), catalog(parts), problems{&given.document, {}, {}} {}

  const Form& form;
  const Catalog& catalog;
  Problems problems;
  Blueprint blueprint;
  std::vector<Submitted> submitted;
  std::vector<std::string> brought;  ///< parts that nobody asked for but others require

  /// Where the form's field `name` stands in the document.
  [[nodiscard]] std::string at(std::string_view name) const {
    return append_pointer(form.root, name);
  }
};

// Each step asks `root` for its fields and notes what is wrong with them. The order matters where
// it is said.

void read_identity(Reader& root, Drafting& work);      ///< server_name, title, description, version
void read_tools(Reader& root, Drafting& work);         ///< custom_tools
void read_resources(Reader& root, Drafting& work);     ///< custom_resources
void read_prompts(Reader& root, Drafting& work);       ///< custom_prompts
void read_dependencies(Reader& root, Drafting& work);  ///< dependencies, after identity
void read_settings(Reader& root, Drafting& work);      ///< environment_vars
void read_metadata(Reader& root, Drafting& work);      ///< metadata
/// complexity, template, capabilities, deployment_config: decides which parts there are.
void read_selection(Reader& root, Drafting& work);
void read_options(Reader& root, Drafting& work);  ///< options, after the selection

/// What the form gives a part as options, or nothing, with the defaults that the part declares.
Json completed_options(const Json* given, const Part& part);

/// Warns of what looks like a key, or is the value of a secret, where it would become public. After
/// all others.
void look_for_keys(Drafting& work);

/// crafter.json of a Blueprint that has no problems; `given` is the form it was drafted from.
/// Capabilities that others have `brought` along are left out: they come along again.
Json normal_form(const Json& given, const Blueprint& blueprint,
                 const std::vector<std::string>& brought);

/// The pointer of a member or item of what stands at `pointer`, or `pointer` itself when it became
/// longer than anybody wants to read: a few huge names, nested, would multiply.
std::string place_in(const std::string& pointer, std::string_view name);
std::string place_in(const std::string& pointer, std::size_t index);

/// A text field, which is noted when it holds what text may not hold.
std::optional<std::string> read_plain_text(Reader& reader, std::string_view name);
/// The same of one line, 1 to 128 bytes: names that are no identifiers.
std::optional<std::string> read_line(Reader& reader, std::string_view name);
/// Notes an error when `text`, which stands at `pointer`, holds what text may not hold.
void check_plain_text(Problems& problems, const std::string& pointer, std::string_view text);

/// The implementation of a tool or resource; it is kept in `work.submitted` as well. "" when there
/// is none.
std::string read_implementation(Reader& reader, Drafting& work);

/// The objects of the list `name`; other items are noted. More than `most` are an error, and none.
struct ListItem {
  const Json* value;
  std::string pointer;
};
std::vector<ListItem> read_items(Reader& reader, std::string_view name, std::size_t most);

}  // namespace crafter
