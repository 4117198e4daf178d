// A server with everything that the official conformance suite wants to find.

#include <fmt/core.h>

#include <cstdlib>
#include <string>

#include "fixture.h"
#include "mcp/http_server.h"
#include "mcp/stdio_server.h"
#include "os/stop_signal.h"

namespace fixture {

void add(Server& server, Tool tool) {
  const auto added = server.add(std::move(tool));
  if (added) return;
  fmt::print(stderr, "{}\n", added.failure().message());
  std::abort();
}

Question form(std::string_view message, std::string_view field, std::string_view type) {
  return elicitation(message, {{"type", "object"},
                               {"properties", JsonObject{{field, JsonObject{{"type", type}}}}},
                               {"required", JsonArray{field}}});
}

Question name_question() { return form("What is your name?", "name", "string"); }

std::string field(const Json& answer, std::string_view name) {
  const Json* content = crafter::find(answer, "content");
  const Json* value = content == nullptr ? nullptr : crafter::find(*content, name);
  if (value == nullptr) return "nothing";
  return value->is_string() ? std::string(value->get_string()) : crafter::write_json(*value);
}

namespace {

using std::chrono::milliseconds;

constexpr std::string_view kPng =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg"
    "=="
    "";
constexpr std::string_view kWav =
    "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAAAAA==";
constexpr milliseconds kStep(50);

using Run = std::function<Result<ToolResult>(Call&)>;

JsonObject text_schema(std::string_view name) {
  return {{"type", "object"},
          {"properties", JsonObject{{name, JsonObject{{"type", "string"}}}}},
          {"required", JsonArray{name}}};
}

Run gives(JsonArray blocks) {
  return [blocks](Call&) -> Result<ToolResult> { return ToolResult(blocks); };
}

Question question_to_model(std::string_view text, int tokens) {
  return sampling(
      {{"messages", JsonArray{prompt_message("user", text_block(text))}}, {"maxTokens", tokens}});
}

std::string said(const Json& answer) {
  return std::string(crafter::text_of(*crafter::find(answer, "content"), "text"));
}

void add_contents(Server& server) {
  const auto embedded = [](const char* uri, const char* type, const char* text) {
    return resource_block(text_contents(uri, type, text));
  };
  const auto plain = [&](const char* name, JsonArray blocks) {
    add(server, {.name = name,
                 .description = fmt::format("Fixture {}", name),
                 .run = gives(std::move(blocks)),
                 .pace = Pace::quick});
  };
  plain("test_simple_text", {text_block("This is a simple text response for testing.")});
  plain("test_image_content", {image_block(kPng, "image/png")});
  plain("test_audio_content", {audio_block(kWav, "audio/wav")});
  plain("test_embedded_resource", {embedded("test://embedded-resource", "text/plain",
                                            "This is an embedded resource content.")});
  plain("test_multiple_content_types",
        {text_block("Multiple content types test:"), image_block(kPng, "image/png"),
         embedded("test://mixed-content-resource", "application/json",
                  R"({"test":"data","value":123})")});
}

Result<ToolResult> log_thrice(Call& call) {
  call.log(LogLevel::info, "Tool execution started");
  TRY(call.wait(kStep));
  call.log(LogLevel::info, "Tool processing data");
  TRY(call.wait(kStep));
  call.log(LogLevel::info, "Tool execution completed");
  return ToolResult("Tool with logging executed successfully");
}

Result<ToolResult> tell_progress(Call& call) {
  for (const double done : {0.0, 50.0, 100.0}) {
    call.progress(done, 100.0);
    TRY(call.wait(kStep));
  }
  return ToolResult("Tool with progress executed");
}

Result<ToolResult> fail(Call&) {
  return crafter::Failure(crafter::Fault::unavailable, "fixture.failed",
                          "This tool intentionally returns an error for testing");
}

Result<ToolResult> ask_model(Call& call) {
  TRY(const Json answer, call.ask("answer", question_to_model(call.text("prompt"), 100)));
  return ToolResult("LLM response: " + said(answer));
}

Result<ToolResult> ask_form(Call& call, Question question, std::string_view words) {
  TRY(const Json answer, call.ask("form", std::move(question)));
  const Json* content = crafter::find(answer, "content");
  return ToolResult(fmt::format(fmt::runtime(words), crafter::text_of(answer, "action"),
                                content == nullptr ? "{}" : crafter::write_json(*content)));
}

Question user_form(std::string_view message) {
  JsonObject properties{
      {"username", JsonObject{{"type", "string"}, {"description", "User's response"}}},
      {"email", JsonObject{{"type", "string"}, {"description", "User's email address"}}}};
  return elicitation(message, {{"type", "object"},
                               {"properties", std::move(properties)},
                               {"required", JsonArray{"username", "email"}}});
}

Json parsed(std::string_view text) { return *crafter::parse_json(text); }

Question defaults_form() {
  return elicitation("Please confirm the defaults", parsed(R"({"type":"object","properties":{
    "name":{"type":"string","default":"John Doe"},"age":{"type":"integer","default":30},
    "score":{"type":"number","default":95.5},
    "status":{"type":"string","enum":["active","inactive","pending"],"default":"active"},
    "verified":{"type":"boolean","default":true}}})")
                                                        .get_object());
}

Question enums_form() {
  return elicitation("Please choose", parsed(R"({"type":"object","properties":{
    "untitledSingle":{"type":"string","enum":["option1","option2","option3"]},
    "titledSingle":{"type":"string","oneOf":[{"const":"value1","title":"First Option"},
      {"const":"value2","title":"Second Option"},{"const":"value3","title":"Third Option"}]},
    "legacyEnum":{"type":"string","enum":["opt1","opt2","opt3"],
      "enumNames":["Option One","Option Two","Option Three"]},
    "untitledMulti":{"type":"array","items":{"type":"string",
      "enum":["option1","option2","option3"]}},
    "titledMulti":{"type":"array","items":{"anyOf":[{"const":"value1","title":"First Choice"},
      {"const":"value2","title":"Second Choice"},{"const":"value3","title":"Third Choice"}]}}
    }})")
                                          .get_object());
}

void add_talkers(Server& server) {
  const auto slow = [&](const char* name, Run run, JsonObject input = {{"type", "object"}}) {
    add(server, {.name = name,
                 .description = fmt::format("Fixture {}", name),
                 .run = std::move(run),
                 .input = std::move(input)});
  };
  slow("test_tool_with_logging", log_thrice);
  slow("test_tool_with_progress", tell_progress);
  slow("test_error_handling", fail);
  slow("test_sampling", ask_model, text_schema("prompt"));
  slow(
      "test_elicitation",
      [](Call& call) {
        return ask_form(call, user_form(call.text("message")),
                        "User response: action: {}, content: {}");
      },
      text_schema("message"));
  constexpr std::string_view kDone = "Elicitation completed: action={}, content={}";
  slow("test_elicitation_sep1034_defaults",
       [](Call& call) { return ask_form(call, defaults_form(), kDone); });
  slow("test_elicitation_sep1330_enums",
       [](Call& call) { return ask_form(call, enums_form(), kDone); });
  slow("test_reconnection", [](Call& call) -> Result<ToolResult> {
    TRY(call.wait(kStep));
    return ToolResult("Reconnection test completed");
  });
  slow("test_missing_capability", [](Call& call) -> Result<ToolResult> {
    TRY(call.need("sampling"));
    return ToolResult("sampling is available");
  });
  slow("test_logging_tool", [](Call& call) -> Result<ToolResult> {
    call.log(LogLevel::info, "logging tool ran");
    return ToolResult("logged");
  });
  slow("test_wait", [](Call& call) -> Result<ToolResult> {
    TRY(call.wait(std::chrono::seconds(30)));
    return ToolResult("waited");
  });
}

Result<ToolResult> hello(Call& call) {
  TRY(const Json answer, call.ask("user_name", name_question()));
  return ToolResult(fmt::format("Hello, {}!", field(answer, "name")));
}

Result<ToolResult> list_roots(Call& call) {
  TRY(const Json answer, call.ask("client_roots", roots()));
  return ToolResult("Roots: " + crafter::write_json(answer.at("roots")));
}

Result<ToolResult> confirm(Call& call) {
  TRY(call.ask("confirm", form("Please confirm", "ok", "boolean")));
  return ToolResult("state-ok");
}

Result<ToolResult> ask_three(Call& call) {
  TRY(const JsonObject answers,
      call.ask({{"user_name", name_question()},
                {"greeting", question_to_model("Generate a greeting", 50)},
                {"client_roots", roots()}}));
  return ToolResult(
      fmt::format("{} {}", said(answers.at("greeting")), field(answers.at("user_name"), "name")));
}

Result<ToolResult> ask_twice(Call& call) {
  TRY(const Json name, call.ask("step1", form("Step 1: What is your name?", "name", "string")));
  TRY(const Json color,
      call.ask("step2", form("Step 2: What is your favorite color?", "color", "string")));
  return ToolResult(fmt::format("{} likes {}", field(name, "name"), field(color, "color")));
}

Result<ToolResult> ask_who_can(Call& call) {
  Questions able;
  if (call.can("elicitation")) able.emplace_back("elicitation", name_question());
  if (call.can("sampling")) able.emplace_back("sampling", question_to_model("Say hello", 50));
  if (call.can("roots")) able.emplace_back("roots", roots());
  if (able.empty()) return ToolResult("no capabilities declared");
  TRY(const JsonObject answers, call.ask(able));
  return ToolResult(fmt::format("answered: {}", answers.size()));
}

void add_round_trips(Server& server) {
  const std::pair<const char*, Run> tools[] = {
      {"test_streaming_elicitation", hello},
      {"test_input_required_result_elicitation", hello},
      {"test_input_required_result_sampling",
       [](Call& call) -> Result<ToolResult> {
         TRY(const Json answer, call.ask("capital_question",
                                         question_to_model("What is the capital of France?", 100)));
         return ToolResult("The model said: " + said(answer));
       }},
      {"test_input_required_result_list_roots", list_roots},
      {"test_input_required_result_request_state", confirm},
      {"test_input_required_result_tampered_state", confirm},
      {"test_input_required_result_multiple_inputs", ask_three},
      {"test_input_required_result_multi_round", ask_twice},
      {"test_input_required_result_capabilities", ask_who_can}};
  for (const auto& [name, run] : tools)
    add(server, {.name = name, .description = fmt::format("Fixture {}", name), .run = run});
  add(server, {.name = "test_once",
               .description = "Takes an answer once only",
               .run = confirm,
               .answers_once = true});
}

void add_schemas(Server& server) {
  add(server, {.name = "json_schema_2020_12_tool",
               .description = "Tool with JSON Schema 2020-12 features",
               .run = gives({text_block("ok")}),
               .input = parsed(R"({"$schema":"https://json-schema.org/draft/2020-12/schema",
 "type":"object",
 "$defs":{"address":{"$anchor":"addressDef","type":"object",
   "properties":{"street":{"type":"string"},"city":{"type":"string"}}}},
 "properties":{"name":{"type":"string"},"address":{"$ref":"#/$defs/address"},
   "contactMethod":{"type":"string","enum":["phone","email"]},
   "phone":{"type":"string"},"email":{"type":"string"}},
 "allOf":[{"anyOf":[{"required":["phone"]},{"required":["email"]}]}],
 "if":{"properties":{"contactMethod":{"const":"phone"}},"required":["contactMethod"]},
 "then":{"required":["phone"]},"else":{"required":["email"]},
 "additionalProperties":false})")
                            .get_object()});
  add(server, {.name = "test_header_tool",
               .description = "Repeats arguments in headers",
               .run = [](Call& call) -> Result<ToolResult> {
                 return ToolResult(crafter::write_json(call.arguments()));
               },
               .input = parsed(R"({"type":"object","properties":{
   "region":{"type":"string","x-mcp-header":"Region"},
   "count":{"type":"integer","x-mcp-header":"Count"},
   "dry":{"type":"boolean","x-mcp-header":"Dry"}}})")
                            .get_object(),
               .pace = Pace::quick});
}

/// Everything that older revisions do not know.
void add_rich(Server& server) {
  add(server, {.name = "test_rich",
               .description = "Has all there is",
               .run = [](Call&) -> Result<ToolResult> {
                 ToolResult result(JsonArray{text_block("text"), audio_block(kWav, "audio/wav"),
                                             link_block("test://static-text", "static-text")});
                 result.structured = JsonObject{{"answer", 42}};
                 return result;
               },
               .output = parsed(R"({"type":"object","properties":{"answer":{"type":"integer"}},
                                    "required":["answer"]})")
                             .get_object(),
               .title = "Rich",
               .annotations = {{"readOnlyHint", true}},
               .icons = {JsonObject{{"src", "data:image/png;base64,AA=="}}}});
}

/// Tools that change what is offered, so that listeners hear of it.
void add_triggers(Server& server) {
  add(server, {.name = "test_trigger_tool_change",
               .description = "Changes the list of tools",
               .run = [&server](Call&) -> Result<ToolResult> {
                 TRY(server.add(Tool{.name = "changing",
                                     .description = "Comes and goes",
                                     .run = gives({text_block("here")})}));
                 server.remove_tool("changing");
                 return ToolResult("the list of tools changed");
               }});
  add(server, {.name = "test_trigger_prompt_change",
               .description = "Changes the list of prompts",
               .run = [&server](Call&) -> Result<ToolResult> {
                 TRY(server.add(Prompt{.name = "changing",
                                       .description = "Comes and goes",
                                       .run = [](Call&) { return PromptResult(); }}));
                 server.remove_prompt("changing");
                 return ToolResult("the list of prompts changed");
               }});
  add(server, {.name = "test_touch",
               .description = "Updates the watched resource",
               .run = [&server](Call&) -> Result<ToolResult> {
                 server.resource_updated("test://watched-resource");
                 return ToolResult("touched");
               }});
}

Read reads(std::string type, std::string text) {
  return [type, text](Call& call) -> Result<JsonArray> {
    return JsonArray{text_contents(call.uri(), type, text)};
  };
}

Result<> add_resources(Server& server) {
  TRY(server.add(
      Resource{"test://static-text", "static-text", "A text", "text/plain",
               reads("text/plain", "This is the content of the static text resource.")}));
  TRY(server.add(Resource{"test://static-binary", "static-binary", "An image", "image/png",
                          [](Call& call) -> Result<JsonArray> {
                            return JsonArray{blob_contents(call.uri(), "image/png", kPng)};
                          }}));
  TRY(server.add(Resource{"test://watched-resource", "watched-resource", "Changes now and then",
                          "text/plain", reads("text/plain", "watched")}));
  return server.add(ResourceTemplate{
      "test://template/{id}/data", "template", "Data by id", "application/json",
      [](Call& call) -> Result<JsonArray> {
        const Json data = JsonObject{{"id", call.text("id")},
                                     {"templateTest", true},
                                     {"data", fmt::format("Data for ID: {}", call.text("id"))}};
        return JsonArray{text_contents(call.uri(), "application/json", crafter::write_json(data))};
      }});
}

using RunPrompt = std::function<Result<PromptResult>(Call&)>;

RunPrompt says(std::function<JsonArray(Call&)> blocks) {
  return [blocks = std::move(blocks)](Call& call) -> Result<PromptResult> {
    PromptResult result;
    for (Json& block : blocks(call))
      result.messages.push_back(prompt_message("user", std::move(block)));
    return result;
  };
}

Result<PromptResult> ask_context(Call& call) {
  TRY(const Json answer,
      call.ask("user_context", form("What context should the prompt use?", "context", "string")));
  const std::string words = "Use this context: " + field(answer, "context");
  return PromptResult{{prompt_message("user", text_block(words))}};
}

std::vector<std::string> cities(std::string_view typed, const JsonObject&) {
  std::vector<std::string> found;
  for (const char* word : {"paris", "park", "party"}) {
    if (std::string_view(word).starts_with(typed)) found.emplace_back(word);
  }
  return found;
}

Result<> add_prompts(Server& server) {
  TRY(server.add(Prompt{"test_simple_prompt", "A simple prompt", says([](Call&) {
                          return JsonArray{text_block("This is a simple prompt for testing.")};
                        })}));
  TRY(server.add(Prompt{"test_prompt_with_arguments",
                        "A prompt with arguments",
                        says([](Call& call) {
                          return JsonArray{
                              text_block(fmt::format("Prompt with arguments: arg1='{}', arg2='{}'",
                                                     call.text("arg1"), call.text("arg2")))};
                        }),
                        {{"arg1", "First test argument", true, cities},
                         {"arg2", "Second test argument", true, {}}}}));
  TRY(server.add(Prompt{
      "test_prompt_with_embedded_resource",
      "A prompt with a resource",
      says([](Call& call) {
        return JsonArray{resource_block(text_contents(call.text("resourceUri"), "text/plain",
                                                      "Embedded resource content for testing.")),
                         text_block("Please process the embedded resource above.")};
      }),
      {{"resourceUri", "What to embed", true, {}}}}));
  TRY(server.add(Prompt{"test_prompt_with_image", "A prompt with an image", says([](Call&) {
                          return JsonArray{image_block(kPng, "image/png"),
                                           text_block("Please analyze the image above.")};
                        })}));
  return server.add(Prompt{"test_input_required_result_prompt", "A prompt that asks", ask_context});
}

Result<> serve(Server& server, const std::vector<std::string>& words) {
  const std::stop_token stop = crafter::stop_on_signals();
  if (words.size() == 2 && words[0] == "--http") {
    TRY(const auto http, HttpServer::open(server, {.port = std::stoi(words[1])}));
    fmt::print("http://127.0.0.1:{}/mcp\n", http->port());
    std::fflush(stdout);
    return http->run(stop);
  }
  TRY(const auto pipes, crafter::Duplex::take_standard(stop));
  return serve_stdio(server, *pipes);
}

Result<> run(const std::vector<std::string>& words) {
  Server server({.name = "conformance-server", .version = CRAFTER_VERSION});
  add_contents(server);
  add_talkers(server);
  add_round_trips(server);
  add_schemas(server);
  add_rich(server);
  add_triggers(server);
  add_task_tools(server);
  TRY(add_resources(server));
  TRY(add_prompts(server));
  return serve(server, words);
}

}  // namespace
}  // namespace fixture

/// conformance-server [--http PORT]: over standard input and output, or on a port of the loopback.
int main(int count, char** words) {
  const auto ended = fixture::run({words + 1, words + count});
  if (ended) return 0;
  fmt::print(stderr, "{}\n", ended.failure().message());
  return 1;
}
