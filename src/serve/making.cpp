#include "serve/making.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/reader.h"
#include "base/text.h"
#include "engine/asking.h"
#include "serve/answers.h"
#include "serve/schemas.h"

namespace crafter {
namespace {

using mcp::Call;
using mcp::ToolResult;

constexpr double kDone = 100;
constexpr std::string_view kKey = "idempotency_key";
constexpr std::size_t kLongestKey = 128;

JsonObject key_schema() {
  JsonObject schema = typed(
      "string", "the same key gives the same build again, and a conflict for another request");
  schema["minLength"] = 1;
  schema["maxLength"] = kLongestKey;
  return schema;
}

/// The form's schema, but for what only the root of a document has.
JsonObject form_input(const Catalog& catalog) {
  JsonObject schema = form_schema(catalog).get_object();
  schema.erase("$schema");
  schema.erase("$id");
  return schema;
}

/// Refers to what stands below `root` now, in a schema that was a document of its own.
void move_references(Json& schema, std::string_view root) {
  if (schema.is_array())
    for (Json& item : schema.get_array()) move_references(item, root);
  if (!schema.is_object()) return;
  for (auto& [name, value] : schema.get_object())
    if (name == "$ref" && value.is_string() && value.get_string().starts_with("#"))
      value = std::string(root) + std::string(value.get_string()).substr(1);
    else
      move_references(value, root);
}

/// The key among the arguments; "" when there is none.
std::string key_of(Reader& reader) {
  const auto key = reader.text(kKey);
  if (!key) return {};
  const auto is_tail = [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; };
  const auto tails = static_cast<std::size_t>(std::ranges::count_if(*key, is_tail));
  if (key->empty() || key->size() - tails > kLongestKey)
    reader.note(kKey, "call.key", "a key has 1 to 128 characters", "a UUID will do");
  return *key;
}

/// What update_server was asked for.
struct UpdateCall {
  std::string name;
  JsonObject updates;
  std::string key;
};

Result<UpdateCall> read_update(const Document& document) {
  Problems problems{&document, {}, {}};
  Reader reader(document.value, "", problems);
  UpdateCall asked{.name = reader.text("server_name").value_or(""), .key = key_of(reader)};
  if (const JsonObject* updates = reader.object("updates")) asked.updates = *updates;
  for (const char* name : {"server_name", "updates"})
    if (!reader.has(name))
      reader.note("", "call.missing", "\"" + std::string(name) + "\" is missing",
                  R"(as in {"server_name": "weather-api", "updates": {"version": "0.2.0"}})");
  reader.close();
  if (problems.errors.empty()) return asked;
  return Failure(Fault::invalid_input, std::move(problems.errors));
}

Document arguments_of(const Call& call) { return {call.arguments(), "arguments", {}}; }

FormSource source_of(const JsonObject& fields, std::string_view file) {
  return {.text = write_json(fields),
          .file = std::string(file),
          .overrides = {},
          .allowed_dependencies = {}};
}

/// Conflicts in words for who cannot choose how they are written.
Failure reworded(const Failure& failure) {
  std::vector<Diagnostic> all = failure.diagnostics();
  for (Diagnostic& each : all)
    if (each.code == "update.conflict")
      each.hint = "nothing was written; its owner settles it, or update without this change";
  return {failure.fault(), std::move(all)};
}

/// Callers that asked for progress, and those that know tasks, get the end of it.
Result<ToolResult> followed(const Visitor& visitor, Call& call, const Ticket& submitted) {
  const std::string& id = submitted.build_id;
  if (call.detach() || call.wants_progress()) {
    const auto hear = [&](const Event& event) {
      call.progress(event.progress, kDone, event.message.empty() ? event.step : event.message);
    };
    TRY(const Build build, visitor.follow(id, hear, call.stop()));
    return answer_of(visitor, build, submitted.warnings);
  }
  TRY(const Build build, visitor.status(id));
  return answer_of(visitor, build, submitted.warnings);
}

}  // namespace

JsonObject create_input(const Catalog& catalog) {
  JsonObject schema = form_input(catalog);
  schema["properties"].as_object()[kKey] = key_schema();
  return schema;
}

JsonObject update_input(const Catalog& catalog) {
  JsonObject fields = form_input(catalog);
  fields.erase("required");
  fields["description"] = "fields of a form; each replaces what the server's form says";
  Json updates = std::move(fields);
  move_references(updates, "#/properties/updates");
  JsonObject schema = object_schema({{"server_name", typed("string", "as in list_servers")},
                                     {"updates", std::move(updates)},
                                     {kKey, key_schema(), false}});
  schema["additionalProperties"] = false;
  return schema;
}

Result<ToolResult> create_server(Desk& desk, Call& call) {
  const Visitor visitor(desk, call.principal());
  const Document document = arguments_of(call);
  Problems problems{&document, {}, {}};
  Reader reader(document.value, "", problems);
  const std::string key = key_of(reader);
  JsonObject form = call.arguments();
  form.erase(kKey);
  const Asker asker = asker_of(visitor.principal(), key, "create", form);
  const FormSource source = source_of(form, "arguments");
  if (!problems.errors.empty()) {
    if (auto other = desk.crafter().validate(source); !other)
      std::ranges::copy(other.failure().diagnostics(), std::back_inserter(problems.errors));
    return refused({Fault::invalid_input, std::move(problems.errors)});
  }
  const auto submitted = visitor.submit(source, asker);
  if (!submitted) return refused(submitted.failure());
  return followed(visitor, call, *submitted);
}

Result<ToolResult> update_server(Desk& desk, Call& call) {
  const Visitor visitor(desk, call.principal());
  const auto asked = read_update(arguments_of(call));
  if (!asked) return refused(asked.failure());
  JsonObject request = call.arguments();
  request.erase(kKey);
  const Asker asker = asker_of(visitor.principal(), asked->key, "update", request);
  const UpdateWish wish{.name = asked->name, .changes = source_of(asked->updates, "updates")};
  const auto submitted = visitor.submit_update(wish, asker);
  if (!submitted) return refused(reworded(submitted.failure()));
  if (submitted->build_id.empty()) return unchanged(visitor, wish.name, submitted->warnings);
  return followed(visitor, call, *submitted);
}

}  // namespace crafter
