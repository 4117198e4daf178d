// The template language: Jinja's meaning, a closed list of it, and no way out of its place.

#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/json.h"

namespace crafter {

/// What a template's text is, which decides how statements look and how values are escaped.
/// markdown: statements are <!--% ... %-->, expressions {{ }} are escaped as Markdown text.
/// plain: statements are {% %}, nothing is escaped (for paths and texts that are escaped later).
enum class TemplateLanguage { markdown, plain };

class Template {
 public:
  /// `name` stands in diagnostics. invalid_input with line and column.
  static Result<Template> parse(std::string_view text, std::string name, TemplateLanguage language);
  /// An undefined name is an error (invalid_input), with line and column in the template.
  [[nodiscard]] Result<std::string> render(const Json& facts) const;

  struct Body;

 private:
  std::shared_ptr<const Body> body_;
};

/// One expression's value: `server.name`, `tools | length`, `a is defined and a`.
Result<Json> evaluate(std::string_view expression, const Json& facts, std::string_view where);
/// Jinja's truth of a value.
bool is_truthy(const Json& value);

}  // namespace crafter
