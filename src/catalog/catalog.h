// The Catalog: everything that can be generated, as data.

#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/part.h"

namespace crafter {

/// What `complexity` supplies where the form is silent.
struct Preset {
  std::string name;
  double rank = 100;  ///< place in lists
  std::string summary;
  std::vector<std::string> capabilities;  ///< empty: the form must list them
  std::vector<std::string> deployments;
};

/// Loaded once, constant afterwards; parts are found by kind and name, never by name in code.
class Catalog {
 public:
  /// Reads parts/, presets/ and words/ of `files`, which the catalog owns from then on. All
  /// problems of all parts at once (invalid_input).
  static Result<Catalog> load(std::unique_ptr<Directory> files);

  [[nodiscard]] const Part* find(PartKind kind, std::string_view name) const;
  /// Names are unique across kinds.
  [[nodiscard]] const Part* find(std::string_view name) const;
  /// The names of a kind that exist, by rank, then by name.
  [[nodiscard]] std::vector<std::string> names(PartKind kind) const;
  /// Names of the specification that no part fills yet: known, but not to be had; in its order.
  [[nodiscard]] std::vector<std::string> promised(PartKind kind) const;
  [[nodiscard]] const Preset* preset(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> preset_names() const;
  [[nodiscard]] const std::string& default_base() const;
  [[nodiscard]] const std::string& default_preset() const;

  /// The lines of words/NAME.txt, comments (#) and blank ones aside: well_known_packages,
  /// derived_files ... Empty when there is none.
  [[nodiscard]] const std::vector<std::string>& words(std::string_view name) const;

  [[nodiscard]] Result<std::string> read(std::string_view path) const;
  /// form.schema.json with its {"$catalog": ...} still open; see form_schema().
  [[nodiscard]] const Json& form_template() const { return form_template_; }
  /// Digest of all that reaches a project (not of the parts' own tests): part of the lock, and of
  /// every cache key.
  [[nodiscard]] const std::string& digest() const { return digest_; }

 private:
  Catalog() = default;
  Result<> read_all();
  Result<> read_parts();
  Result<> read_presets();
  Result<> read_words();
  Result<> read_settings();
  [[nodiscard]] Result<> check_relations() const;
  Result<> take_digest();

  std::unique_ptr<Directory> files_;
  std::map<std::string, Part, std::less<>> parts_;
  std::map<std::string, Preset, std::less<>> presets_;
  std::map<std::string, std::vector<std::string>, std::less<>> words_;
  std::map<PartKind, std::vector<std::string>> promised_;  // all that the specification names
  std::vector<std::string> none_;
  Json form_template_;
  std::string default_base_;
  std::string default_preset_;
  std::string digest_;
};

/// Orders `names` so that every part's after/before hold; ties keep the given order. conflict,
/// naming the parts, when there is a circle.
Result<std::vector<std::string>> ordered(const Catalog& catalog, std::vector<std::string> names);

/// form.schema.json with the enums of this catalog: what `mcp-crafter schema` prints.
Json form_schema(const Catalog& catalog);

}  // namespace crafter
