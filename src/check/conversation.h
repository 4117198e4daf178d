// What a running server must say and do in one era of the protocol, by a form.

#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "draft/blueprint.h"
#include "mcp/client.h"

namespace crafter {

/// The tools that a proof may call, in order: those that do no harm and were not excepted.
std::vector<const Tool*> callable_tools(const Blueprint& blueprint);
/// An object that its input schema takes, as far as we can make one.
Json sample_arguments(const Tool& tool);

struct Conversation {
  mcp::Transport& transport;
  mcp::Era era;
  const Blueprint& blueprint;
  bool calls_all = false;         ///< every callable tool, not only the first
  std::function<void()> between;  ///< called before each request
  std::stop_token stop;

  /// Introduces itself, compares identity and lists with the blueprint, calls tools with example
  /// arguments, makes mistakes on purpose. Words for people, or unverified: what the server did
  /// wrong.
  [[nodiscard]] Result<std::string> hold() const;
};

}  // namespace crafter
