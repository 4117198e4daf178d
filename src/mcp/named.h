// Whose name the header Mcp-Name repeats.

#pragma once

#include <array>
#include <string_view>

namespace crafter::mcp {

/// The member of the parameters of `method` (basic/transports/streamable-http, SEP-2243); "" for
/// methods without that header.
constexpr std::string_view named_member(std::string_view method) {
  struct Named {
    std::string_view method;
    std::string_view member;
  };
  constexpr std::array kNamed{Named{"tools/call", "name"},     Named{"prompts/get", "name"},
                              Named{"resources/read", "uri"},  Named{"tasks/get", "taskId"},
                              Named{"tasks/update", "taskId"}, Named{"tasks/cancel", "taskId"}};
  for (const Named& named : kNamed) {
    if (named.method == method) return named.member;
  }
  return {};
}

}  // namespace crafter::mcp
