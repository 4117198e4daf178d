// The Catalog: everything that can be generated, as data.

#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/part.h"

namespace crafter {

/// What `complexity` supplies where the form is silent.
struct Preset {
  std::string name;
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
  /// The names of a kind that exist, in alphabetical order of their preferred place.
  [[nodiscard]] std::vector<std::string> names(PartKind kind) const;
  /// Names of the specification that no part fills yet: known, but not to be had.
  [[nodiscard]] std::vector<std::string> promised(PartKind kind) const;
  [[nodiscard]] const Preset* preset(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> preset_names() const;
  [[nodiscard]] const std::string& default_base() const;
  [[nodiscard]] const std::string& default_preset() const;

  /// A list of words/NAME.txt: reserved_names, well_known_packages, placeholders, secret_words,
  /// loader_variables, derived_files ... Empty when there is none.
  [[nodiscard]] const std::vector<std::string>& words(std::string_view name) const;

  [[nodiscard]] Result<std::string> read(std::string_view path) const;
  /// Digest of everything in it: part of the lock, and of every cache key.
  [[nodiscard]] const std::string& digest() const { return digest_; }

 private:
  Catalog() = default;

  std::unique_ptr<Directory> files_;
  std::map<std::string, Part, std::less<>> parts_;
  std::map<std::string, Preset, std::less<>> presets_;
  std::map<std::string, std::vector<std::string>, std::less<>> words_;
  std::map<PartKind, std::vector<std::string>> promised_;
  std::vector<std::string> none_;
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
