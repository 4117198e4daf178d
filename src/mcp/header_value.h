// Values of the protocol's own HTTP headers.

#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "mcp/http_answer.h"

namespace crafter::mcp {

/// The text as it may stand in a header: itself, or "=?base64?...?=" where it is not printable
/// ASCII, is padded by spaces or looks like that notation (SEP-2243).
std::string header_value(std::string_view text);

/// The Mcp-Param-* headers of tool calls, learnt from the input schemas that tools/list showed.
class ParamHeaders {
 public:
  /// Remembers the "x-mcp-header" properties of the tools in a response to `request`.
  void learn(const Json& request, const Json& response);
  /// The headers that go with a tools/call: one for each such argument that is there and not null.
  [[nodiscard]] Headers of(const Json& request) const;

 private:
  struct Param {
    std::string header;
    std::string pointer;  // into the arguments
  };
  static void find_params(const Json& schema, const std::string& pointer,
                          std::vector<Param>* params);

  std::map<std::string, std::vector<Param>, std::less<>> tools_;
};

}  // namespace crafter::mcp
