// The fixtures of the official conformance suite, by area.

#pragma once

#include "mcp/server.h"

namespace fixture {

using crafter::Json;
using crafter::JsonArray;
using crafter::JsonObject;
using crafter::Result;
using namespace crafter::mcp;

/// Adds a tool that anybody would expect to be right; a mistake here ends the program.
void add(Server& server, Tool tool);

/// "What is your name?", as many fixtures ask it.
Question name_question();
/// A form with one required field.
Question form(std::string_view message, std::string_view field, std::string_view type);
/// A field of an accepted form.
std::string field(const Json& answer, std::string_view name);

void add_task_tools(Server& server);

}  // namespace fixture
