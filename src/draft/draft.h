// Form -> Blueprint: reads, completes and cross-checks a form; finds all its problems at once.

#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/document.h"
#include "catalog/catalog.h"
#include "draft/blueprint.h"

namespace crafter {

/// A form as it was given. `root` is where it stands in the document: "" or "/arguments" when it
/// came wrapped in a tool call.
struct Form {
  Document document;
  std::string root;
  std::set<std::string> allowed_dependencies;  ///< names the user vouches for
  std::map<std::string, std::string> flags;    ///< who gave a value instead, by its pointer
};

/// One field given beside the form (a flag): replaces what the form says at `pointer`.
struct Override {
  std::string pointer;  ///< "/complexity", "/metadata/author"
  Json value;
  std::string flag;  ///< named as the place in diagnostics: "--complexity"
};

/// Unwraps {"tool": "create_mcp_server", "arguments": {...}} and applies the overrides; pointers of
/// overrides are those of the form itself.
Result<Form> read_form(Document document, const std::vector<Override>& overrides = {});

/// A Python body submitted by the user, and what is wrong with it.
struct Snippet {
  std::string text;  ///< margin removed; the body of an `async def`
};
struct SyntaxProblem {
  std::size_t snippet = 0;  ///< index into the list asked about
  int line = 1;             ///< of the snippet
  int column = 1;
  std::string message;
};

/// Checks Python without running it. `python` implements it with an isolated interpreter.
class SyntaxCheck {
 public:
  virtual ~SyntaxCheck() = default;
  /// The first problem of each snippet that has one. unavailable when there is no interpreter.
  virtual Result<std::vector<SyntaxProblem>> check(const std::vector<Snippet>& snippets) const = 0;
};

/// All errors at once, each with its place and a hint; warnings stand in the Blueprint.
Result<Blueprint> draft(const Form& form, const Catalog& catalog, const SyntaxCheck& syntax);

/// Removes carriage returns, the common margin of logical lines, and blank lines at both ends;
/// strings are copied byte for byte, and tabs stay tabs.
std::string dedented(std::string_view implementation);

}  // namespace crafter
