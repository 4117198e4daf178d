// The tools a form describes, as they will be served.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "catalog/fields.h"
#include "draft/drafting.h"
#include "draft/identifiers.h"
#include "draft/schemas.h"

namespace crafter {
namespace {

constexpr std::size_t kMostTools = 100;
constexpr std::size_t kLongestName = 64;
constexpr double kLongestTimeout = 86400;
constexpr std::array<std::string_view, 4> kHints{"readOnlyHint", "destructiveHint",
                                                 "idempotentHint", "openWorldHint"};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

bool is_tool_name(std::string_view name) {
  const auto fits = [](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '-';
  };
  return !name.empty() && name.size() <= kLongestName && is_letter(name[0]) &&
         std::ranges::all_of(name, fits);
}

std::string read_name(Reader& reader, std::set<std::string>& names) {
  const auto name = reader.text("name");
  if (!reader.has("name"))
    reader.note("name", "field.missing", "name is missing", "every tool has one");
  if (!name) return "";
  if (!is_tool_name(*name))
    reader.note("name", "form.tool_name", fmt::format("{} is no name of a tool", quote(*name)),
                "up to 64 letters, digits, _ . and -, the first a letter or _");
  else if (!names.insert(*name).second)
    reader.note("name", "form.twice", fmt::format("another tool is called {}", quote(*name)),
                "each tool needs a name of its own");
  return *name;
}

std::optional<Json> read_annotations(Reader& tool) {
  if (tool.object("annotations") == nullptr) return std::nullopt;
  const Json& given = *tool.any("annotations");
  Reader annotations(given, tool.at("annotations"), tool.problems());
  read_plain_text(annotations, "title");
  for (const std::string_view hint : kHints) annotations.boolean(hint);
  annotations.close();
  return given;
}

/// A scope-token of RFC 6749, section 3.3.
bool is_scope(std::string_view text) {
  const auto fits = [](char c) { return c > ' ' && c <= '~' && c != '"' && c != '\\'; };
  return !text.empty() && std::ranges::all_of(text, fits);
}

std::vector<std::string> read_scopes(Reader& tool) {
  std::vector<std::string> scopes;
  for (const Word& scope : read_distinct(tool, "scopes")) {
    if (!is_scope(scope.text))
      tool.problems().error("form.scope", scope.pointer,
                            fmt::format("{} is no scope", quote(scope.text)),
                            "printable ASCII without spaces, quotes and backslashes");
    scopes.push_back(scope.text);
  }
  return scopes;
}

void check_above_zero(Reader& reader, std::string_view name, double number, double most) {
  if (number <= 0 || number > most)
    reader.note(name, "form.range", fmt::format("{} is out of range", name),
                fmt::format("more than 0 and at most {} seconds", most));
}

std::optional<double> read_timeout(Reader& tool) {
  const auto seconds = tool.number("timeout_seconds");
  if (seconds) check_above_zero(tool, "timeout_seconds", *seconds, kLongestTimeout);
  return seconds;
}

std::optional<Json> read_cache(Reader& tool) {
  static const std::vector<std::string> kScopes{"private", "public"};
  constexpr double kYear = 366 * kLongestTimeout;
  if (tool.object("cache") == nullptr) return std::nullopt;
  const Json& given = *tool.any("cache");
  Reader cache(given, tool.at("cache"), tool.problems());
  if (!cache.has("ttl_seconds"))
    cache.note("ttl_seconds", "field.missing", "ttl_seconds is missing",
               "it says how long results may be kept");
  if (const auto ttl = cache.number("ttl_seconds"))
    check_above_zero(cache, "ttl_seconds", *ttl, kYear);
  read_choice(cache, "scope", kScopes);
  cache.close();
  return given;
}

Tool read_tool(const ListItem& item, Drafting& work, Identifiers& identifiers,
               std::set<std::string>& names) {
  static const std::vector<std::string> kTasks{"none", "optional", "required"};
  Reader reader(*item.value, item.pointer, work.problems);
  Tool tool;
  tool.name = read_name(reader, names);
  tool.function = identifiers.of_tool(tool.name);
  tool.arguments_type = identifiers.type_of(tool.name);
  tool.title = read_plain_text(reader, "title").value_or("");
  tool.description = read_plain_text(reader, "description").value_or("");
  tool.input_schema = read_parameters(reader);
  tool.implementation = read_implementation(reader, work);
  tool.output_schema = read_schema(reader, "output_schema");
  tool.annotations = read_annotations(reader);
  tool.scopes = read_scopes(reader);
  tool.timeout_seconds = read_timeout(reader);
  tool.cache = read_cache(reader);
  tool.probe = reader.boolean("probe").value_or(tool.probe);
  tool.task = read_choice(reader, "task", kTasks).value_or(tool.task);
  reader.close();
  return tool;
}

}  // namespace

void read_tools(Reader& root, Drafting& work) {
  Identifiers identifiers(work.catalog);
  std::set<std::string> names;
  for (const ListItem& item : read_items(root, "custom_tools", kMostTools))
    work.blueprint.tools.push_back(read_tool(item, work, identifiers, names));
}

}  // namespace crafter
