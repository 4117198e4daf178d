// resources/list, resources/templates/list and resources/read.

#include "base/text.h"
#include "mcp/parameters.h"

namespace crafter::mcp {
namespace {

RpcError not_found(std::string_view uri) {
  return {kResourceNotFound, "Resource not found", JsonObject{{"uri", uri}}};
}

struct Reader {
  Read read;
  Pace pace = Pace::slow;
  JsonObject variables;
};

std::optional<Reader> find_reader(const Registry& registry, std::string_view uri) {
  if (const auto entry = registry.resources.find(uri))
    return Reader{entry->resource.read, entry->resource.pace, {}};
  for (const auto& entry : registry.templates.all()) {
    if (auto variables = entry->pattern.match(uri))
      return Reader{entry->resources.read, Pace::slow, *std::move(variables)};
  }
  return std::nullopt;
}

Answer run_read(const Engine& engine, const Read& read, Conversation& talk) {
  if (auto error = talk.request().dialogue->resume(talk)) return *std::move(error);
  Call call(talk);
  auto contents = read(call);
  if (!contents) {
    if (contents.failure().fault() == Fault::not_found) return not_found(talk.uri);
    return answer_to(contents.failure(), talk);
  }
  if (contents->empty()) return not_found(talk.uri);
  return cacheable(engine, {{"contents", *std::move(contents)}});
}

}  // namespace

Outcome list_resources(Engine& engine, const std::shared_ptr<Conversation>& conversation) {
  std::vector<JsonObject> listed;
  for (const auto& entry : engine.registry().resources.all()) listed.push_back(entry->listed);
  for (const auto& entry : engine.registry().templates.all()) {
    if (!entry->resources.list) continue;
    for (Resource& resource : entry->resources.list()) {
      auto made = resource_entry(std::move(resource));
      if (made) listed.push_back(std::move(made->listed));
    }
  }
  return page_of(engine, conversation->request(), "resources", listed);
}

Outcome list_templates(Engine& engine, const std::shared_ptr<Conversation>& conversation) {
  std::vector<JsonObject> listed;
  for (const auto& entry : engine.registry().templates.all()) listed.push_back(entry->listed);
  return page_of(engine, conversation->request(), "resourceTemplates", listed);
}

Outcome read_resource(Engine& engine, const std::shared_ptr<Conversation>& conversation) {
  const auto* uri = text_parameter(conversation->request(), "uri");
  if (uri == nullptr) return invalid_params("uri must be a string");
  auto reader = find_reader(engine.registry(), *uri);
  if (!reader) return not_found(*uri);
  conversation->uri = std::string_view(*uri);
  conversation->variables = std::move(reader->variables);
  conversation->arguments = &conversation->variables;
  return Job{reader->pace,
             [&engine, read = std::move(reader->read)](const std::shared_ptr<Conversation>& talk) {
               return run_read(engine, read, *talk);
             }};
}

}  // namespace crafter::mcp
