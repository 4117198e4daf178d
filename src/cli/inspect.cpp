// inspect: what a server offers, as it answers on the wire.

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "cli/speech.h"
#include "cli/talk.h"
#include "cli/verbs.h"

namespace crafter::cli {
namespace {

/// One list of the protocol: asked for where the server declares the capability.
struct Listing {
  std::string_view capability;
  std::string_view method;
  std::string_view member;  ///< of the result
  std::string_view shown;   ///< in our answer
  std::string_view name;    ///< the member that people know an item by
};

constexpr std::array kListings{
    Listing{"tools", "tools/list", "tools", "tools", "name"},
    Listing{"resources", "resources/list", "resources", "resources", "uri"},
    Listing{"resources", "resources/templates/list", "resourceTemplates", "resource_templates",
            "uriTemplate"},
    Listing{"prompts", "prompts/list", "prompts", "prompts", "name"},
};

/// The first line of a text.
std::string brief(std::string_view text) { return harmless(text.substr(0, text.find('\n'))); }

bool is_needed(const Json* required, const std::string& name) {
  if (required == nullptr || !required->is_array()) return false;
  return std::ranges::find(required->get_array(), Json(name)) != required->get_array().end();
}

/// A tool's parameters as people write them: "city, [units]".
std::string parameters_of(const Json& item) {
  std::vector<std::string> words;
  const Json* properties = at_pointer(item, "/inputSchema/properties");
  const Json* required = at_pointer(item, "/inputSchema/required");
  if (properties != nullptr && properties->is_object())
    for (const auto& property : properties->get_object()) {
      const std::string name(property.key());
      words.push_back(is_needed(required, name) ? name : fmt::format("[{}]", name));
    }
  return join(words, ", ");
}

std::string told(const Json& items, const Listing& listing) {
  std::vector<std::vector<std::string>> rows;
  for (const Json& item : items.get_array())
    rows.push_back({brief(text_of(item, listing.name)), brief(parameters_of(item)),
                    brief(text_of(item, "description"))});
  return table(rows, 2);
}

std::string told_server(const Json& server) {
  std::vector<std::string> names;
  if (const Json* found = find(server, "capabilities"); found != nullptr && found->is_object())
    for (const auto& capability : found->get_object()) names.emplace_back(capability.key());
  const Json* info = at_pointer(server, "/_meta/io.modelcontextprotocol~1serverInfo");
  const Json self = info != nullptr ? *info : Json(JsonObject());
  return fmt::format("{} {}\ncapabilities  {}\n", harmless(text_of(self, "name")),
                     harmless(text_of(self, "version")), harmless(enumerate(names)));
}

}  // namespace

Result<Answer> inspect(const Session& session) {
  const std::stop_token stop = session.outside().stop;
  TRY(Crafter crafter, session.open());
  TRY(Launch launched, launched_by(session, crafter, {}));
  TRY(const Talk talk, talk_to(std::move(launched.command), kOpening, stop));
  const Json& server = talk.client->server();
  JsonObject data{{"server", server}};
  std::string text = told_server(server);
  for (const Listing& listing : kListings) {
    JsonArray items;
    const bool has_them =
        at_pointer(server, append_pointer("/capabilities", listing.capability)) != nullptr;
    if (has_them) {
      TRY(items, talk.client->list(listing.method, listing.member, kOpening, stop));
    }
    if (!items.empty()) text += fmt::format("{}\n{}", listing.shown, told(items, listing));
    data[listing.shown] = std::move(items);
  }
  return Answer{.data = std::move(data), .text = std::move(text)};
}

}  // namespace crafter::cli
