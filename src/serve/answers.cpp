#include "serve/answers.h"

#include "engine/views.h"

namespace crafter {
namespace {

using mcp::ToolResult;

ToolResult with_warnings(JsonObject data, const std::vector<Diagnostic>& warnings) {
  if (!warnings.empty()) data["warnings"] = to_json(brief(warnings, kMostBytes / 4));
  return ToolResult::of(std::move(data));
}

}  // namespace

ToolResult refused(const Failure& failure) {
  const auto diagnostics = to_json(brief(failure.diagnostics(), kMostBytes));
  ToolResult result(
      write_json(JsonObject{{"message", failure.message()}, {"diagnostics", diagnostics}}));
  result.is_error = true;
  return result;
}

JsonObject told(const Visitor& visitor, const Build& build) {
  JsonObject data = to_json(build);
  data["path"] = visitor.path_of(build.server_name);
  return data;
}

ToolResult answer_of(const Visitor& visitor, const Build& build,
                     const std::vector<Diagnostic>& warnings) {
  ToolResult result = with_warnings(told(visitor, build), warnings);
  result.is_error = build.state == BuildState::failed || build.state == BuildState::cancelled;
  return result;
}

ToolResult unchanged(const Visitor& visitor, const std::string& server_name,
                     const std::vector<Diagnostic>& warnings) {
  return with_warnings({{"build_id", Json()},
                        {"server_name", server_name},
                        {"kind", "update"},
                        {"status", "unchanged"},
                        {"progress", 100},
                        {"step", "done"},
                        {"message", "the server is like that already"},
                        {"created_at", Json()},
                        {"finished_at", Json()},
                        {"diagnostics", JsonArray()},
                        {"path", visitor.path_of(server_name)}},
                       warnings);
}

}  // namespace crafter
