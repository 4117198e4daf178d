// A Part is one folder of the catalog: what a base, a capability or a deployment contributes.

#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "os/directory.h"

namespace crafter {

enum class PartKind { base, capability, deployment };

/// Who may change a generated file: we rewrite ours, a user's is made once and merged afterwards.
enum class Owner { crafter, user };

/// A file that is the same in every project: copied byte for byte from the part's files/.
struct CopiedFile {
  std::string path;    ///< in the project
  std::string source;  ///< in the catalog: "parts/caching/files/src/modules/caching.py"
  Access access = Access::normal;
  Owner owner = Owner::crafter;
  std::string when;  ///< an expression over the facts, or "" for always
};

/// A file that is a value, serialised by the emitter of its language. Several parts may contribute
/// to one path: their values are merged.
struct EmittedFile {
  std::string path;      ///< may hold {{ item.function }} when `each` is given
  std::string language;  ///< json yaml compose toml env python
  Json value;            ///< with {"$": expression} and friends, see docs/formats/part.md
  std::string each;      ///< an expression giving a list: one file for each `item`; or ""
  std::string when;
  Owner owner = Owner::crafter;
  std::string comment;  ///< first line of yaml, compose, toml and env files, or ""
};

/// A file that is mostly prose, made from a template.
struct RenderedFile {
  std::string path;
  std::string source;  ///< in the catalog: "parts/enterprise-python/templates/README.md"
  std::string when;
};

/// A part that comes along: always, or when the options of the part that asks fit a schema.
struct Companion {
  std::string part;
  Json options;  ///< JSON Schema; null: always
};

/// A PEP 508 requirement of the project.
struct Dependency {
  std::string requirement;
  std::string when;  ///< an expression over the facts, or "" for always
};

/// A variable that the part reads; it goes into .env.example.
struct Variable {
  std::string name;
  std::string description;
  std::string value;
  bool secret = false;
  bool required = false;
  std::string when;  ///< an expression over the facts, or "" for always
};

/// A warning that `create` shows when the part is used.
struct Notice {
  std::string when;  ///< an expression over the facts, or "" for always
  std::string message;
  std::string hint;
};

struct Part {
  std::string name;
  PartKind kind = PartKind::capability;
  double rank = 100;  ///< place in lists, and order of parts that nothing else orders
  std::string summary;
  std::string extends;             ///< a base's own base, or ""
  std::vector<std::string> after;  ///< parts that come earlier when both are there
  std::vector<std::string> before;
  std::vector<std::string> conflicts;
  std::vector<Companion> requires_;
  std::vector<std::string> implied_by;  ///< pointers into the form: something there wants this part
  Json options;                         ///< JSON Schema of its options; an object schema
  std::vector<CopiedFile> copied;
  std::vector<EmittedFile> emitted;
  std::vector<RenderedFile> rendered;
  std::vector<Variable> environment;
  std::vector<Dependency> dependencies;
  std::vector<std::string> dev_dependencies;
  std::vector<Notice> notices;
  Json proof;                      ///< what proving needs: {"environment": {NAME: value}}
  std::optional<Json> repository;  ///< {"branch", "message"}: the tree becomes a git repository
};

/// Spelled as in part.json.
std::string_view spelled(PartKind kind);

/// Reads parts/`name`/part.json of `catalog`, strictly: unknown keys, a language nobody emits, a
/// template that is not there are errors, all at once, with file, line and column.
Result<Part> read_part(const Directory& catalog, const std::string& name);

}  // namespace crafter
