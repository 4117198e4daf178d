// A Program is a schema made ready: its keywords found, its references resolved.

#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "jsonschema/jsonschema.h"
#include "jsonschema/pattern.h"

namespace crafter {

struct Keyword;

/// A schema with a URI of its own (JSON Schema Core, section 4.3.5) and the anchors in it.
struct SchemaResource {
  std::string uri;
  const Json* root = nullptr;
  unsigned vocabularies = 0;  ///< that its dialect uses, a set of Vocabulary
  std::map<std::string, const Json*, std::less<>> anchors;
  std::set<std::string, std::less<>> dynamic_anchors;
};

/// A keyword of a schema that has something to check, and its value.
struct Rule {
  const Keyword* keyword;
  const Json* value;
};

/// A schema: true, false or an object of keywords.
struct Node {
  const Json* schema = nullptr;
  std::string pointer;  ///< in its document
  SchemaResource* resource = nullptr;
  std::vector<Rule> rules;  ///< those that depend on what others evaluated come last
};

/// Where a reference leads. `anchor` is set when a dynamic reference may lead elsewhere.
struct Target {
  const Node* node = nullptr;
  std::string anchor;
};

/// Everything points into `documents`, which never move. Immutable once it is loaded.
struct Program {
  std::deque<Json> documents;
  std::map<std::string, SchemaResource, std::less<>> resources;
  std::unordered_map<const Json*, Node> nodes;
  std::unordered_map<const Json*, Target> targets;  ///< by the value of $ref or $dynamicRef
  std::map<std::string, Pattern, std::less<>> patterns;
  std::vector<const Node*> own;  ///< the nodes of the schema given, in its order
  std::vector<Violation> problems;
  bool tracks = false;  ///< whether any schema asks what others left unevaluated

  Program() = default;
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  [[nodiscard]] const Node& root() const { return *own.front(); }
  /// The node of a subschema, or nullptr where no schema can be.
  [[nodiscard]] const Node* find(const Json& schema) const;
  [[nodiscard]] const Target* target(const Json& reference) const;
  [[nodiscard]] const Pattern* pattern(std::string_view text) const;
};

/// Loads a schema and whatever it refers to. What is wrong stands in `problems`, with pointers into
/// `schema`: references that lead nowhere, patterns that are none or (warnings) too much for RE2.
std::shared_ptr<const Program> load_program(const Json& schema, const SchemaLibrary& library);

}  // namespace crafter
