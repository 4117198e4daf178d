// What a model may read: the form's schema, the catalog, forms, files and logs.

#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <utility>

#include "base/base64.h"
#include "base/text.h"
#include "engine/views.h"
#include "os/disk.h"
#include "serve/serve.h"
#include "serve/visitor.h"

namespace crafter {
namespace {

using mcp::Call;

constexpr std::string_view kJson = "application/json";
constexpr std::string_view kText = "text/plain";
constexpr std::string_view kBytes = "application/octet-stream";
constexpr int kLatest = 100;

Result<JsonArray> shown(const Call& call, std::string_view mime_type, std::string_view text) {
  return JsonArray{mcp::text_contents(call.uri(), mime_type, text)};
}

JsonArray parts_of(const Catalog& catalog, PartKind kind) {
  JsonArray all;
  for (const std::string& name : catalog.names(kind)) {
    const Part& part = *catalog.find(kind, name);
    all.push_back({{"name", name}, {"summary", part.summary}, {"options", part.options}});
  }
  return all;
}

Json catalog_of(const Catalog& catalog) {
  JsonArray presets;
  for (const std::string& name : catalog.preset_names())
    presets.push_back({{"name", name}, {"summary", catalog.preset(name)->summary}});
  return {{"complexities", std::move(presets)},
          {"templates", parts_of(catalog, PartKind::base)},
          {"capabilities", parts_of(catalog, PartKind::capability)},
          {"deployments", parts_of(catalog, PartKind::deployment)}};
}

/// Only files that we wrote: never .env, nor what else lies there.
Result<JsonArray> read_file(Desk& desk, Call& call) {
  const std::string path(call.text("path"));
  const Visitor visitor(desk, call.principal());
  TRY(const ServerDetails details, visitor.info(std::string(call.text("name"))));
  if (std::ranges::find(details.files, path, &ServerDetails::File::path) == details.files.end())
    return Failure(Fault::not_found, "file.unknown",
                   fmt::format("{} has no file {}", details.server.name, quote(path)));
  TRY(const auto project, open_disk(details.server.path));
  TRY(const std::string bytes, project->read(path));
  if (!find_invalid_utf8(bytes)) return shown(call, kText, bytes);
  return JsonArray{mcp::blob_contents(call.uri(), kBytes, write_base64(bytes))};
}

Result<JsonArray> read_log(Desk& desk, Call& call) {
  const std::string id(call.text("build_id"));
  const Visitor visitor(desk, call.principal());
  TRY(const Build build, visitor.status(id));
  TRY(const auto events, visitor.events(id));
  std::string text;
  for (const Event& event : events)
    text += fmt::format("{} {:3} % {} {}\n", event.at, event.progress, spelled(event.state),
                        event.message.empty() ? event.step : event.message);
  for (const Diagnostic& problem : build.diagnostics)
    text += fmt::format("{}: {}\n{}\n", problem.code, problem.message, problem.hint);
  return shown(call, kText, text);
}

/// Names that begin with what was typed.
std::vector<std::string> beginning(std::vector<std::string> names, std::string_view typed) {
  std::erase_if(names, [&](const std::string& name) { return !name.starts_with(typed); });
  return names;
}

std::vector<std::string> server_names(Desk& desk) {
  std::vector<std::string> names;
  if (const auto servers = desk.crafter().list())
    for (const Server& server : *servers) names.push_back(server.name);
  return names;
}

std::vector<std::string> build_ids(Desk& desk) {
  std::vector<std::string> ids;
  if (const auto builds = desk.crafter().latest(kLatest))
    for (const Build& build : *builds) ids.push_back(build.id);
  return ids;
}

std::vector<mcp::Resource> forms(Desk& desk) {
  std::vector<mcp::Resource> all;
  for (const std::string& name : server_names(desk))
    all.push_back({.uri = fmt::format("crafter://servers/{}/form", name),
                   .name = fmt::format("{} form", name),
                   .description = fmt::format("The form that {} was made of", name),
                   .mime_type = std::string(kJson),
                   .read = {}});
  return all;
}

/// Lists and completion do not say who asks: where several may, they show nothing.
Result<> offer_of_servers(mcp::Server& server, Desk& desk, bool is_shared) {
  const mcp::Complete names = [&desk, is_shared](std::string_view typed,
                                                 const JsonObject& /*context*/) {
    return is_shared ? std::vector<std::string>() : beginning(server_names(desk), typed);
  };
  TRY(server.add(mcp::ResourceTemplate{
      .uri_template = "crafter://servers/{name}/form",
      .name = "server form",
      .description = "The form that a server was made of, without secrets",
      .mime_type = std::string(kJson),
      .read = [&desk](Call& call) -> Result<JsonArray> {
        const Visitor visitor(desk, call.principal());
        TRY(const auto details, visitor.info(std::string(call.text("name"))));
        return shown(call, kJson, write_pretty_json(details.form));
      },
      .complete = {{"name", names}},
      .list = [&desk,
               is_shared] { return is_shared ? std::vector<mcp::Resource>() : forms(desk); }}));
  return server.add(
      mcp::ResourceTemplate{.uri_template = "crafter://servers/{name}/files/{+path}",
                            .name = "server file",
                            .description = "A file of a server, as listed by get_server_info",
                            .mime_type = std::string(kText),
                            .read = [&desk](Call& call) { return read_file(desk, call); },
                            .complete = {{"name", names}}});
}

}  // namespace

Result<> offer_resources(mcp::Server& server, Desk& desk, bool is_shared) {
  TRY(server.add(mcp::Resource{.uri = "crafter://schema/form",
                               .name = "form schema",
                               .description = "JSON Schema of forms",
                               .mime_type = "application/schema+json",
                               .read = [&desk](Call& call) {
                                 const Json schema = form_schema(desk.crafter().catalog());
                                 return shown(call, "application/schema+json",
                                              write_pretty_json(schema));
                               }}));
  TRY(server.add(mcp::Resource{.uri = "crafter://catalog",
                               .name = "catalog",
                               .description = "Presets, templates, capabilities with their "
                                              "options, and deployments",
                               .mime_type = std::string(kJson),
                               .read = [&desk](Call& call) {
                                 return shown(call, kJson,
                                              write_json(catalog_of(desk.crafter().catalog())));
                               }}));
  TRY(offer_of_servers(server, desk, is_shared));
  return server.add(mcp::ResourceTemplate{
      .uri_template = "crafter://builds/{build_id}/log",
      .name = "build log",
      .description = "What happened to a build so far",
      .mime_type = std::string(kText),
      .read = [&desk](Call& call) { return read_log(desk, call); },
      .complete = {
          {"build_id", [&desk, is_shared](std::string_view typed, const JsonObject& /*context*/) {
             return is_shared ? std::vector<std::string>() : beginning(build_ids(desk), typed);
           }}}});
}

}  // namespace crafter
