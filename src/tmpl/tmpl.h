// The template language: Jinja's meaning, a closed list of it, and no way out of its place.

#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace crafter {

/// What a template's text is, which decides how statements look and how values are escaped.
/// markdown: statements are <!--% ... %-->, comments <!--# ... #-->, expressions {{ }} are escaped
/// as Markdown text; inside fenced code they stay as they are but cannot end the fence.
/// plain: {% %}, {# #}, nothing is escaped (for paths and texts that are escaped later).
enum class TemplateLanguage { markdown, plain };

/// What names mean: the members of an object, or one name laid over others. Borrows everything.
class Scope {
 public:
  Scope(const Json& facts) : value_(&facts) {}  // NOLINT(*-explicit-*): facts are a scope
  Scope(std::string_view name, const Json& value, const Scope& below)
      : name_(name), value_(&value), below_(&below) {}
  Scope(std::string_view name, const Json& value, const Scope&& below) = delete;  // it must live on

  /// The value of a name, or nullptr.
  [[nodiscard]] const Json* find(std::string_view name) const;
  /// Every name, for did-you-mean.
  [[nodiscard]] std::vector<std::string> names() const;

 private:
  std::string_view name_;  // "" when value_ is an object whose members are the names
  const Json* value_;
  const Scope* below_ = nullptr;
};

/// Whatever is accepted means what it means to Jinja2 with StrictUndefined (docs/formats). Two
/// things differ: a statement alone on its line takes the whole line away, and only then a line
/// feed goes; a value without an obvious text (null, boolean, list, object) is an error in {{ }}.
class Template {
 public:
  /// `name` stands in diagnostics. invalid_input with line and column; at most 1 MiB, 64 deep.
  static Result<Template> parse(std::string_view text, std::string name, TemplateLanguage language);
  /// An undefined name is an error (invalid_input), with line and column in the template. The
  /// output is at most 64 MiB, and so is the work.
  [[nodiscard]] Result<std::string> render(const Scope& facts) const;

  struct Body;

 private:
  std::shared_ptr<const Body> body_;
};

/// One expression's value: `server.name`, `tools | length`, `a is defined and a`. `where` stands as
/// the file in diagnostics.
Result<Json> evaluate(std::string_view expression, const Scope& facts, std::string_view where);
/// Jinja's truth of a value.
bool is_truthy(const Json& value);

}  // namespace crafter
