// JSON Schemas of what the tools take and give.

#pragma once

#include <string_view>
#include <vector>

#include "base/json.h"

namespace crafter {

struct Property {
  std::string_view name;
  Json schema;
  bool required = true;
};

JsonObject object_schema(std::vector<Property> properties);
/// {"type": type, "description": words}; of "string|null" an anyOf, for not every client reads a
/// list of types.
JsonObject typed(std::string_view type, std::string_view words = {});
JsonObject list_of(JsonObject items);

/// What create_mcp_server, get_build_status and delete_server answer.
JsonObject build_schema();
JsonObject update_schema();  ///< the same, or "unchanged" without a build
JsonObject server_schema();
/// The same with form, files and proof. No property is a bare `true`: clients refuse such a list.
JsonObject details_schema();

}  // namespace crafter
