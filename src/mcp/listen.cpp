// subscriptions/listen: a stream of the changes that a client wants to know.

#include <algorithm>
#include <set>

#include "mcp/message.h"
#include "mcp/parameters.h"

namespace crafter::mcp {
namespace {

constexpr std::size_t kMostSubjects = 1000;
constexpr std::string_view kSubscription = "io.modelcontextprotocol/subscriptionId";

struct Flag {
  std::string_view member;
  Change::Kind kind;
};
constexpr std::array kFlags{Flag{"toolsListChanged", Change::Kind::tools},
                            Flag{"promptsListChanged", Change::Kind::prompts},
                            Flag{"resourcesListChanged", Change::Kind::resources}};

using Subjects = std::set<std::string, std::less<>>;

/// What a client wants to hear.
struct Filter {
  std::set<Change::Kind> kinds;
  Subjects uris;
  Subjects tasks;

  [[nodiscard]] bool wants(const Change& change, const std::string& principal) const {
    if (change.kind == Change::Kind::resource) return uris.contains(change.subject);
    if (change.kind == Change::Kind::task)
      return change.principal == principal && tasks.contains(change.subject);
    return kinds.contains(change.kind);
  }

  /// As it was granted.
  [[nodiscard]] JsonObject wire() const {
    JsonObject granted;
    for (const Flag& flag : kFlags) {
      if (kinds.contains(flag.kind)) granted[flag.member] = true;
    }
    if (!uris.empty()) granted["resourceSubscriptions"] = JsonArray(uris.begin(), uris.end());
    if (!tasks.empty()) granted["taskIds"] = JsonArray(tasks.begin(), tasks.end());
    return granted;
  }
};

/// The list of texts in `wanted`; nothing when it is there and is none.
std::optional<Subjects> subjects(const JsonObject& wanted, std::string_view member) {
  Subjects found;
  const Json* list = wanted.if_contains(member);
  if (list == nullptr) return found;
  if (!list->is_array() || list->get_array().size() > kMostSubjects) return std::nullopt;
  for (const Json& subject : list->get_array()) {
    if (!subject.is_string()) return std::nullopt;
    found.emplace(std::string_view(subject.get_string()));
  }
  return found;
}

std::variant<Filter, RpcError> read_filter(Engine& engine, const Conversation& talk) {
  const Json* wanted = talk.request().params.if_contains("notifications");
  if (wanted == nullptr || !wanted->is_object())
    return invalid_params("notifications must be an object");
  Filter filter;
  for (const Flag& flag : kFlags) {
    const Json* value = find(*wanted, flag.member);
    if (value != nullptr && !value->is_bool())
      return invalid_params(std::string(flag.member) + " must be true or false");
    if (value != nullptr && value->get_bool()) filter.kinds.insert(flag.kind);
  }
  auto uris = subjects(wanted->get_object(), "resourceSubscriptions");
  auto tasks = subjects(wanted->get_object(), "taskIds");
  if (!uris || !tasks) return invalid_params("subscriptions must be lists of strings");
  filter.uris = *std::move(uris);
  for (const std::string& id : *tasks) {
    if (engine.tasks().find(id, talk.request().principal) != nullptr) filter.tasks.insert(id);
  }
  return filter;
}

/// Owned by the conversation, so that it ends with that.
class ListenStream final : public Listener {
 public:
  ListenStream(Filter filter, std::weak_ptr<Conversation> talk)
      : filter_(std::move(filter)), talk_(std::move(talk)) {}

  void hear(const Change& change) override {
    const auto talk = talk_.lock();
    if (talk == nullptr || !filter_.wants(change, talk->request().principal)) return;
    JsonObject params = change.params;
    if (change.kind == Change::Kind::resource) params["uri"] = change.subject;
    say(*talk, method_of(change.kind), std::move(params));
  }

  void acknowledge(Conversation& talk) const {
    say(talk, "notifications/subscriptions/acknowledged", {{"notifications", filter_.wire()}});
  }

  /// basic/patterns/subscriptions wants a response; cancellation a notification, where the stream
  /// is not closed with it.
  void end() override {
    const auto talk = talk_.lock();
    if (talk == nullptr) return;
    const Json& id = talk->request().id;
    if (talk->is_shared())
      talk->send(write_json(notification_message("notifications/cancelled", {{"requestId", id}})));
    talk->finish(JsonObject{{"_meta", JsonObject{{kSubscription, id}}}});
  }

 private:
  static void say(Conversation& talk, std::string_view method, JsonObject params) {
    params["_meta"] = JsonObject{{kSubscription, talk.request().id}};
    talk.send(write_json(notification_message(method, std::move(params))));
  }

  const Filter filter_;
  const std::weak_ptr<Conversation> talk_;
};

}  // namespace

Outcome listen(Engine& engine, const std::shared_ptr<Conversation>& conversation) {
  auto filter = read_filter(engine, *conversation);
  if (auto* error = std::get_if<RpcError>(&filter)) return std::move(*error);
  auto stream = std::make_shared<ListenStream>(std::get<Filter>(std::move(filter)), conversation);
  stream->acknowledge(*conversation);
  engine.hub().add(stream);
  conversation->keep(std::move(stream));
  return std::monostate();
}

}  // namespace crafter::mcp
