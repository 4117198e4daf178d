// Names the kind of a value, and a scalar's text.

#include "base/describe.h"

#include <fmt/core.h>

#include "base/text.h"

namespace crafter {

std::string describe(const Json& value) {
  switch (value.kind()) {
    case boost::json::kind::null:
      return "null";
    case boost::json::kind::array:
      return "a list";
    case boost::json::kind::object:
      return "an object";
    case boost::json::kind::bool_:
      return "the boolean " + write_json(value);
    case boost::json::kind::double_:
      return "the number " + write_json(value);
    case boost::json::kind::string:
      return "the string " + quote({value.get_string().data(), value.get_string().size()});
    default:
      return "the integer " + write_json(value);
  }
}

}  // namespace crafter
