// The resources a form describes: fixed texts and functions, by address or by template.

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "draft/drafting.h"
#include "draft/identifiers.h"

namespace crafter {
namespace {

constexpr std::size_t kMostResources = 1000;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_word(char c) { return is_letter(c) || (c >= '0' && c <= '9'); }

bool is_uri_character(char c) {
  return is_word(c) || std::string_view("-._~:/?#[]@!$&'()*+,;=%").find(c) != std::string::npos;
}

/// What is wrong with an address of RFC 3986 without its variables; empty when nothing is.
std::string_view flaw_of(std::string_view address) {
  const std::size_t colon = address.find(':');
  const auto fits = [](char c) { return is_word(c) || c == '+' || c == '.' || c == '-'; };
  const std::string_view scheme = address.substr(0, std::min(colon, address.size()));
  if (colon == address.npos || scheme.empty() || !is_letter(scheme[0]) ||
      !std::ranges::all_of(scheme, fits))
    return "has no scheme";
  if (colon + 1 == address.size()) return "is nothing but a scheme";
  if (!std::ranges::all_of(address, is_uri_character))
    return "has characters that an address cannot have";
  return {};
}

void check_uri(Reader& reader, const std::string& uri) {
  const auto flaw = flaw_of(uri);
  if (flaw.empty()) return;
  const bool is_template = uri.find('{') != uri.npos;
  reader.note("uri", "form.uri", fmt::format("{} {}", quote(uri), flaw),
              is_template ? "an address with {variables} is a uriTemplate"
                          : "write it like notes://today, other characters percent-encoded");
}

bool is_variable(std::string_view name) {
  const auto fits = [](char c) { return is_word(c) || c == '_'; };
  return !name.empty() && (is_letter(name[0]) || name[0] == '_') && std::ranges::all_of(name, fits);
}

/// The variables of a template of RFC 6570, level 1; nothing when it is none.
std::optional<std::vector<std::string>> variables_of(std::string_view address,
                                                     std::string& literals) {
  std::vector<std::string> variables;
  while (true) {
    const std::size_t open = std::min(address.find('{'), address.size());
    literals += address.substr(0, open);
    if (open == address.size()) return variables;
    const std::size_t close = address.find('}', open);
    if (close == address.npos) return std::nullopt;
    variables.emplace_back(address.substr(open + 1, close - open - 1));
    if (!is_variable(variables.back())) return std::nullopt;
    literals += '~';  // fits an address, but no scheme
    address.remove_prefix(close + 1);
  }
}

std::vector<std::string> read_template(Reader& reader, const std::string& address) {
  std::string literals;
  const auto variables = variables_of(address, literals);
  const auto note = [&](std::string message, std::string hint) {
    reader.note("uriTemplate", "form.uri", std::move(message), std::move(hint));
  };
  if (!variables) {
    note(fmt::format("{} is no template", quote(address)),
         "variables are {name}: letters, digits and _, without operators");
    return {};
  }
  if (const auto flaw = flaw_of(literals); !flaw.empty())
    note(fmt::format("{} {}", quote(address), flaw), "write it like notes://{day}");
  else if (variables->empty())
    note(fmt::format("{} has no variable", quote(address)), "then it is a uri");
  else if (std::set(variables->begin(), variables->end()).size() != variables->size())
    note(fmt::format("a variable stands twice in {}", quote(address)), "give each its own name");
  return *variables;
}

void read_address(Reader& reader, Resource& resource) {
  const auto uri = reader.text("uri");
  const auto pattern = reader.text("uriTemplate");
  if (reader.has("uri") == reader.has("uriTemplate")) {
    reader.note("", "form.address",
                reader.has("uri") ? "a resource has uri or uriTemplate, not both"
                                  : "the resource has no address",
                "give it a uri, or a uriTemplate with {variables}");
    return;
  }
  resource.is_template = pattern.has_value();
  resource.address = uri ? *uri : pattern.value_or("");
  if (uri) check_uri(reader, *uri);
  if (pattern) resource.variables = read_template(reader, *pattern);
}

bool is_mime_type(std::string_view text) {
  const std::string_view type = trim(text.substr(0, std::min(text.find(';'), text.size())));
  const std::size_t slash = type.find('/');
  const auto fits = [](char c) {
    return is_word(c) || std::string_view("!#$&^_.+-").find(c) != std::string::npos;
  };
  return slash != type.npos && slash > 0 && slash + 1 < type.size() &&
         std::ranges::all_of(type.substr(0, slash), fits) &&
         std::ranges::all_of(type.substr(slash + 1), fits);
}

void read_content(Reader& reader, Drafting& work, Resource& resource) {
  const bool has_text = reader.has("text");
  const bool has_code = reader.has("implementation");
  resource.text = reader.text("text");
  resource.implementation = read_implementation(reader, work);
  if (has_text == has_code)
    reader.note("", "form.content",
                has_text ? "a resource has text or implementation, not both"
                         : "the resource has neither text nor implementation",
                "text is served as it is, an implementation is run");
}

void check_twice(Reader& reader, std::string_view field, const std::string& text,
                 std::set<std::string>& seen) {
  if (!text.empty() && !seen.insert(text).second)
    reader.note(field, "form.twice",
                fmt::format("another resource has the {} {}", field, quote(text)),
                "each resource needs its own");
}

struct Seen {
  std::set<std::string> names;
  std::set<std::string> addresses;
};

Resource read_resource(const ListItem& item, Drafting& work, Identifiers& identifiers, Seen& seen) {
  Reader reader(*item.value, item.pointer, work.problems);
  Resource resource;
  read_address(reader, resource);
  resource.name = read_line(reader, "name").value_or("");
  if (!reader.has("name"))
    reader.note("name", "field.missing", "name is missing", "every resource has one");
  check_twice(reader, "name", resource.name, seen.names);
  check_twice(reader, resource.is_template ? "uriTemplate" : "uri", resource.address,
              seen.addresses);
  JsonObject wire{{resource.is_template ? "uriTemplate" : "uri", resource.address},
                  {"name", resource.name}};
  for (const std::string_view field : {"title", "description"})
    if (const auto text = read_plain_text(reader, field)) wire[field] = *text;
  if (const auto type = reader.text("mimeType")) {
    if (!is_mime_type(*type))
      reader.note("mimeType", "form.mime_type", fmt::format("{} is no MIME type", quote(*type)),
                  "like text/plain or application/json");
    wire["mimeType"] = *type;
  }
  resource.wire = std::move(wire);
  read_content(reader, work, resource);
  if (reader.has("implementation")) resource.function = identifiers.of_text(resource.name);
  reader.close();
  return resource;
}

}  // namespace

void read_resources(Reader& root, Drafting& work) {
  Identifiers identifiers(work.catalog);
  Seen seen;
  for (const ListItem& item : read_items(root, "custom_resources", kMostResources))
    work.blueprint.resources.push_back(read_resource(item, work, identifiers, seen));
}

}  // namespace crafter
