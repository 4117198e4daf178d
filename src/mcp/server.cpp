// What a server offers: put on its shelves, and changes announced.

#include "mcp/server.h"

#include "mcp/engine.h"

namespace crafter::mcp {
namespace {

/// Shelves what could be made into an entry.
template <class Entry>
Result<> put(Engine& engine, Shelf<Entry>& shelf, const std::string& name, Result<Entry> entry,
             Change::Kind kind) {
  if (!entry) return std::move(entry).failure();
  shelf.put(name, std::make_shared<const Entry>(*std::move(entry)));
  engine.hub().announce({kind});
  return {};
}

template <class Entry>
void take(Engine& engine, Shelf<Entry>& shelf, std::string_view name, Change::Kind kind) {
  if (shelf.remove(name)) engine.hub().announce({kind});
}

}  // namespace

Server::Server(Implementation self, ServerOptions options)
    : engine_(std::make_unique<Engine>(std::move(self), std::move(options))) {}

Server::~Server() {
  engine_->hub().end();
  engine_->tasks().cancel_all();
}

Result<> Server::add(Tool tool) {
  const std::string name = tool.name;
  return put(*engine_, engine_->registry().tools, name, tool_entry(std::move(tool)),
             Change::Kind::tools);
}

Result<> Server::add(Resource resource) {
  const std::string uri = resource.uri;
  return put(*engine_, engine_->registry().resources, uri, resource_entry(std::move(resource)),
             Change::Kind::resources);
}

Result<> Server::add(ResourceTemplate resources) {
  const std::string uri = resources.uri_template;
  return put(*engine_, engine_->registry().templates, uri, template_entry(std::move(resources)),
             Change::Kind::resources);
}

Result<> Server::add(Prompt prompt) {
  const std::string name = prompt.name;
  return put(*engine_, engine_->registry().prompts, name, prompt_entry(std::move(prompt)),
             Change::Kind::prompts);
}

void Server::remove_tool(std::string_view name) {
  take(*engine_, engine_->registry().tools, name, Change::Kind::tools);
}

void Server::remove_resource(std::string_view uri) {
  take(*engine_, engine_->registry().resources, uri, Change::Kind::resources);
}

void Server::remove_prompt(std::string_view name) {
  take(*engine_, engine_->registry().prompts, name, Change::Kind::prompts);
}

void Server::resource_updated(std::string_view uri) {
  engine_->hub().announce({Change::Kind::resource, std::string(uri)});
}

void Server::resources_changed() { engine_->hub().announce({Change::Kind::resources}); }

}  // namespace crafter::mcp
