// Finds the form in a document, and puts what flags say in its place.

#include <fmt/format.h>

#include <algorithm>

#include "base/reader.h"
#include "base/text.h"
#include "draft/draft.h"

namespace crafter {
namespace {

constexpr std::string_view kTool = "create_mcp_server";
/// Two names of one field: giving one on the command line replaces the other as well.
constexpr std::string_view kTemplate = "/template";
constexpr std::string_view kTemplateBase = "/template_base";

/// Where the form stands: the document itself, or the arguments of the tool call it holds.
Result<std::string> find_root(const Document& document) {
  if (find(document.value, "tool") == nullptr) return std::string();
  Problems problems{&document, {}, {}};
  Reader call(document.value, "", problems);
  if (const auto tool = call.text("tool"); tool && *tool != kTool)
    call.note("tool", "form.tool", fmt::format("this calls {}", quote(*tool)),
              fmt::format("a form is a call of {}", quote(kTool)));
  if (!call.has("arguments"))
    call.note("arguments", "form.missing", "arguments is missing", "it holds the form");
  call.object("arguments");
  call.close();
  if (problems.errors.empty()) return std::string("/arguments");
  return Failure(Fault::invalid_input, std::move(problems.errors));
}

std::string unescaped(std::string_view token) {
  std::string name;
  for (std::size_t i = 0; i < token.size(); ++i) {
    const bool is_escape = token[i] == '~' && i + 1 < token.size();
    name += is_escape ? (token[++i] == '1' ? '/' : '~') : token[i];
  }
  return name;
}

/// The member or item that `token` names, made when it is not there; nullptr where none can be.
Json* step(Json& at, const std::string& token) {
  if (at.is_null()) at = JsonObject{};
  if (auto* members = at.if_object()) return &(*members)[token];
  auto* items = at.if_array();
  if (items == nullptr) return nullptr;
  if (token == "-" || token == std::to_string(items->size())) return &items->emplace_back(nullptr);
  for (std::size_t i = 0; i < items->size(); ++i)
    if (token == std::to_string(i)) return &(*items)[i];
  return nullptr;
}

bool set(Json& root, std::string_view pointer, const Json& value) {
  Json* at = &root;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    const std::size_t end = std::min(pointer.find('/'), pointer.size());
    at = step(*at, unescaped(pointer.substr(0, end)));
    if (at == nullptr) return false;
    pointer.remove_prefix(end);
  }
  *at = value;
  return true;
}

void forget(Json& document, const std::string& root, std::string_view pointer) {
  Json* form = root.empty() ? &document : document.get_object().if_contains(root.substr(1));
  if (auto* fields = form->if_object()) fields->stable_erase(pointer.substr(1));
}

Diagnostic misplaced(const Override& override) {
  return {.code = "form.override",
          .pointer = override.pointer,
          .file = override.flag,
          .message = fmt::format("{} is no place in the form", quote(override.pointer)),
          .hint = "it names a field, like /metadata/author, of an object that is there"};
}

}  // namespace

Result<Form> read_form(Document document, const std::vector<Override>& overrides) {
  TRY(std::string root, find_root(document));
  Form form{.document = std::move(document), .root = std::move(root)};
  std::vector<Diagnostic> problems;
  for (const Override& override : overrides) {
    const std::string pointer = form.root + override.pointer;
    if (override.pointer == kTemplate) forget(form.document.value, form.root, kTemplateBase);
    if (override.pointer == kTemplateBase) forget(form.document.value, form.root, kTemplate);
    if (!set(form.document.value, pointer, override.value)) problems.push_back(misplaced(override));
    form.flags[pointer] = override.flag;
  }
  if (problems.empty()) return form;
  return Failure(Fault::invalid_input, std::move(problems));
}

}  // namespace crafter
