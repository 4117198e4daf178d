// Values of the protocol's own HTTP headers.

#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "mcp/http_answer.h"

namespace crafter::mcp {

/// The text as it may stand in a header: itself, or "=?base64?...?=" where it is not printable
/// ASCII, is padded by spaces or looks like that notation (SEP-2243).
std::string header_value(std::string_view text);

/// The text that a header's value stands for. Nothing when it has the notation's ends and no UTF-8
/// in strict Base64 between them.
std::optional<std::string> read_header_value(std::string_view value);

/// A header that repeats an argument.
struct ParamHeader {
  std::string header;   ///< "Mcp-Param-Region"
  std::string pointer;  ///< into the arguments
  std::string type;     ///< "string", "integer", "boolean", or what the schema says
};

/// Those that an input schema names by "x-mcp-header", reached by chains of "properties" only.
std::vector<ParamHeader> param_headers(const Json& schema);

/// The Mcp-Param-* headers of tool calls, learnt from the input schemas that tools/list showed.
class ParamHeaders {
 public:
  /// Remembers the "x-mcp-header" properties of the tools in a response to `request`.
  void learn(const Json& request, const Json& response);
  /// The headers that go with a tools/call: one for each such argument that is there and not null.
  [[nodiscard]] Headers of(const Json& request) const;

 private:
  std::map<std::string, std::vector<ParamHeader>, std::less<>> tools_;
};

}  // namespace crafter::mcp
