// Questions to the client and its answers, as the protocol spells them.

#include "mcp/question.h"

#include <algorithm>
#include <array>

#include "jsonschema/jsonschema.h"

namespace crafter::mcp {
namespace {

struct Asked {
  std::string_view method;
  std::string_view capability;
  std::string_view member;  ///< that every answer has
};
constexpr std::array kAsked{Asked{"elicitation/create", "elicitation", "action"},
                            Asked{"sampling/createMessage", "sampling", "content"},
                            Asked{"roots/list", "roots", "roots"}};
constexpr std::string_view kExtensions = "extensions";

const Asked* asked(const Question& question) {
  const auto* found = std::ranges::find(kAsked, question.method, &Asked::method);
  return found == kAsked.end() ? nullptr : found;
}

/// The first name of a path, and the rest.
std::pair<std::string_view, std::string_view> cut(std::string_view path) {
  const std::size_t slash = path.find('/');
  if (slash == path.npos) return {path, {}};
  return {path.substr(0, slash), path.substr(slash + 1)};
}

std::string flaw_of_form(const Question& question, const Json& answer) {
  const std::string_view action = text_of(answer, "action");
  if (action == "decline" || action == "cancel") return {};
  if (action != "accept") return "its action is not accept, decline or cancel";
  const Json* schema = question.params.if_contains("requestedSchema");
  if (schema == nullptr) return {};
  const Json* content = find(answer, "content");
  if (content == nullptr || !content->is_object()) return "it has no content";
  const auto compiled = Schema::compile(*schema);
  return !compiled || compiled->accepts(*content) ? "" : "its content does not fit the schema";
}

}  // namespace

Question elicitation(std::string_view message, JsonObject schema) {
  return {"elicitation/create", {{"message", message}, {"requestedSchema", std::move(schema)}}};
}

Question url_elicitation(std::string_view message, std::string_view url) {
  return {"elicitation/create", {{"mode", "url"}, {"message", message}, {"url", url}}};
}

Question sampling(JsonObject params) { return {"sampling/createMessage", std::move(params)}; }

Question roots() { return {"roots/list", {}}; }

Json input_request(const Question& question) {
  return JsonObject{{"method", question.method}, {"params", question.params}};
}

std::string_view capability_of(const Question& question) {
  const Asked* kind = asked(question);
  return kind == nullptr ? std::string_view() : kind->capability;
}

std::string flaw_of_answer(const Question& question, const Json& answer) {
  const Asked* kind = asked(question);
  const Json* member = kind == nullptr ? nullptr : find(answer, kind->member);
  if (member == nullptr) return "it is no answer to this question";
  if (kind->capability == "elicitation") return flaw_of_form(question, answer);
  if (kind->capability == "roots" && !member->is_array()) return "its roots are no list";
  return {};
}

bool has_capability(const JsonObject& capabilities, std::string_view path) {
  const JsonObject* object = &capabilities;
  while (object != nullptr) {
    const bool is_extension = object != &capabilities && path.find('/') != path.npos;
    const auto [name, rest] = is_extension ? std::pair(path, std::string_view()) : cut(path);
    const Json* member = object->if_contains(name);
    if (member == nullptr || rest.empty()) return member != nullptr;
    object = member->if_object();
    path = rest;
  }
  return false;
}

JsonObject capability_object(std::string_view path) {
  const auto [name, rest] = cut(path);
  if (rest.empty()) return {{name, JsonObject()}};
  if (name == kExtensions) return {{name, JsonObject{{rest, JsonObject()}}}};
  return {{name, capability_object(rest)}};
}

}  // namespace crafter::mcp
