"""What the official conformance suite wants to find, contributed by a module like any other."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import TYPE_CHECKING, Any

from ..runtime import App, Audio, Context, Embedded, Image, Module, Text, ToolError, ToolSpec

if TYPE_CHECKING:
    from collections.abc import Callable

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=="
WAV = "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAAAAA=="
STEP = 0.05
EMPTY: dict[str, Any] = {"type": "object"}
RED_PIXEL = Image(base64.b64decode(PNG), "image/png")


def form(
    message: str, properties: dict[str, Any], required: list[str] | None = None
) -> dict[str, Any]:
    """An elicitation request."""
    schema: dict[str, Any] = {"type": "object", "properties": properties}
    if required:
        schema["required"] = required
    return {
        "method": "elicitation/create",
        "params": {"message": message, "requestedSchema": schema},
    }


def prompt_model(question: str, tokens: int = 100) -> dict[str, Any]:
    """A sampling request."""
    message = {"role": "user", "content": {"type": "text", "text": question}}
    return {
        "method": "sampling/createMessage",
        "params": {"messages": [message], "maxTokens": tokens},
    }


ROOTS: dict[str, Any] = {"method": "roots/list", "params": {}}
NAME = form("What is your name?", {"name": {"type": "string"}}, ["name"])


def picked(answer: Any, key: str) -> str:
    """One field of an elicitation answer."""
    return str((answer.get("content") or {}).get(key))


async def test_simple_text() -> Any:
    return "This is a simple text response for testing."


async def test_image_content() -> Any:
    return RED_PIXEL


async def test_audio_content() -> Any:
    return Audio(base64.b64decode(WAV), "audio/wav")


async def test_embedded_resource() -> Any:
    return Embedded(
        "test://embedded-resource", "This is an embedded resource content.", "text/plain"
    )


async def test_multiple_content_types() -> Any:
    body = json.dumps({"test": "data", "value": 123}, separators=(",", ":"))
    return [
        Text("Multiple content types test:"),
        RED_PIXEL,
        Embedded("test://mixed-content-resource", body, "application/json"),
    ]


async def test_tool_with_logging(ctx: Context) -> Any:
    await ctx.log("info", "Tool execution started")
    await asyncio.sleep(STEP)
    await ctx.log("info", "Tool processing data")
    await asyncio.sleep(STEP)
    await ctx.log("info", "Tool execution completed")
    return "Tool with logging executed successfully"


async def test_tool_with_progress(ctx: Context) -> Any:
    for done in (0, 50, 100):
        await ctx.progress(done, 100)
        await asyncio.sleep(STEP)
    return "Tool with progress executed"


async def test_error_handling() -> Any:
    raise ToolError("This tool intentionally returns an error for testing")


async def test_sampling(ctx: Context, prompt: str) -> Any:
    answer = (await ctx.ask({"answer": prompt_model(prompt)}))["answer"]
    return f"LLM response: {answer['content']['text']}"


async def test_elicitation(ctx: Context, message: str) -> Any:
    request = form(
        message,
        {
            "username": {"type": "string", "description": "User's response"},
            "email": {"type": "string", "description": "User's email address"},
        },
        ["username", "email"],
    )
    answer = (await ctx.ask({"user": request}))["user"]
    return (
        f"User response: action: {answer['action']}, content: {json.dumps(answer.get('content'))}"
    )


async def test_elicitation_sep1034_defaults(ctx: Context) -> Any:
    request = form(
        "Please confirm the defaults",
        {
            "name": {"type": "string", "default": "John Doe"},
            "age": {"type": "integer", "default": 30},
            "score": {"type": "number", "default": 95.5},
            "status": {
                "type": "string",
                "enum": ["active", "inactive", "pending"],
                "default": "active",
            },
            "verified": {"type": "boolean", "default": True},
        },
    )
    answer = (await ctx.ask({"defaults": request}))["defaults"]
    return f"Elicitation completed: action={answer['action']}, content={json.dumps(answer.get('content'))}"


async def test_elicitation_sep1330_enums(ctx: Context) -> Any:
    plain = ["option1", "option2", "option3"]
    titled = [
        {"const": f"value{i}", "title": t}
        for i, t in enumerate(("First Option", "Second Option", "Third"), 1)
    ]
    request = form(
        "Please choose",
        {
            "untitledSingle": {"type": "string", "enum": plain},
            "titledSingle": {"type": "string", "oneOf": titled},
            "legacyEnum": {
                "type": "string",
                "enum": ["opt1", "opt2", "opt3"],
                "enumNames": ["Option One", "Option Two", "Option Three"],
            },
            "untitledMulti": {"type": "array", "items": {"type": "string", "enum": plain}},
            "titledMulti": {"type": "array", "items": {"anyOf": titled}},
        },
    )
    answer = (await ctx.ask({"enums": request}))["enums"]
    return f"Elicitation completed: action={answer['action']}, content={json.dumps(answer.get('content'))}"


async def test_reconnection(ctx: Context) -> Any:
    if ctx.peer.request.close_sse_stream is not None:
        await ctx.peer.request.close_sse_stream()
    await asyncio.sleep(STEP * 2)
    return "Reconnection test completed"


async def json_schema_2020_12_tool() -> Any:
    return "ok"


async def test_missing_capability(ctx: Context) -> Any:
    ctx.need("sampling")
    return "sampling is available"


async def test_streaming_elicitation(ctx: Context) -> Any:
    answer = (await ctx.ask({"user_name": NAME}))["user_name"]
    return f"Hello, {picked(answer, 'name')}!"


async def test_logging_tool(ctx: Context) -> Any:
    await ctx.log("info", "logging tool ran")
    return "logged"


async def test_trigger_tool_change(ctx: Context) -> Any:
    await ctx.app.tools_changed()
    return "tools list changed"


async def test_input_required_result_elicitation(ctx: Context) -> Any:
    answer = (await ctx.ask({"user_name": NAME}))["user_name"]
    return f"Hello, {picked(answer, 'name')}!"


async def test_input_required_result_sampling(ctx: Context) -> Any:
    answer = (await ctx.ask({"capital_question": prompt_model("What is the capital of France?")}))[
        "capital_question"
    ]
    return f"The model said: {answer['content']['text']}"


async def test_input_required_result_list_roots(ctx: Context) -> Any:
    answer = (await ctx.ask({"client_roots": ROOTS}))["client_roots"]
    return "Roots: " + ", ".join(str(root["uri"]) for root in answer["roots"])


async def test_input_required_result_request_state(ctx: Context) -> Any:
    ask = form("Please confirm", {"ok": {"type": "boolean"}}, ["ok"])
    await ctx.ask({"confirm": ask}, state="round-1")
    return "state-ok"


async def test_input_required_result_multiple_inputs(ctx: Context) -> Any:
    answers = await ctx.ask(
        {
            "user_name": NAME,
            "greeting": prompt_model("Generate a greeting", 50),
            "client_roots": ROOTS,
        },
        state="multi",
    )
    return f"{answers['greeting']['content']['text']} {picked(answers['user_name'], 'name')} ({len(answers['client_roots']['roots'])})"


async def test_input_required_result_multi_round(ctx: Context) -> Any:
    one = form("Step 1: What is your name?", {"name": {"type": "string"}}, ["name"])
    two = form("Step 2: What is your favorite color?", {"color": {"type": "string"}}, ["color"])
    first = (await ctx.ask({"step1": one}, state="1"))["step1"]
    second = (await ctx.ask({"step2": two}, state="2"))["step2"]
    return f"{picked(first, 'name')} likes {picked(second, 'color')}"


async def test_input_required_result_tampered_state(ctx: Context) -> Any:
    await ctx.ask(
        {"confirm": form("Please confirm", {"ok": {"type": "boolean"}}, ["ok"])}, state="protected"
    )
    return "state-ok"


async def test_input_required_result_capabilities(ctx: Context) -> Any:
    wishes = {"elicitation": NAME, "sampling": prompt_model("Say hello"), "roots": ROOTS}
    able = {key: request for key, request in wishes.items() if ctx.can(key)}
    if not able:
        return "no capabilities declared"
    answers = await ctx.ask(able)
    return "answered: " + ", ".join(answers)


async def test_header_tool(region: str = "", count: int = 0) -> Any:
    return f"{region} {count}"


JSON_SCHEMA = json.loads("""
{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object",
 "$defs":{"address":{"$anchor":"addressDef","type":"object","properties":{"street":{"type":"string"},"city":{"type":"string"}}}},
 "properties":{"name":{"type":"string"},"address":{"$ref":"#/$defs/address"},"contactMethod":{"type":"string","enum":["phone","email"]},"phone":{"type":"string"},"email":{"type":"string"}},
 "allOf":[{"anyOf":[{"required":["phone"]},{"required":["email"]}]}],
 "if":{"properties":{"contactMethod":{"const":"phone"}},"required":["contactMethod"]},"then":{"required":["phone"]},"else":{"required":["email"]},
 "additionalProperties":false}
""")

TOOLS: list[tuple[Callable[..., Any], dict[str, Any]]] = [
    (test_simple_text, EMPTY),
    (test_image_content, EMPTY),
    (test_audio_content, EMPTY),
    (test_embedded_resource, EMPTY),
    (test_multiple_content_types, EMPTY),
    (test_tool_with_logging, EMPTY),
    (test_tool_with_progress, EMPTY),
    (test_error_handling, EMPTY),
    (
        test_sampling,
        {"type": "object", "properties": {"prompt": {"type": "string"}}, "required": ["prompt"]},
    ),
    (
        test_elicitation,
        {"type": "object", "properties": {"message": {"type": "string"}}, "required": ["message"]},
    ),
    (test_elicitation_sep1034_defaults, EMPTY),
    (test_elicitation_sep1330_enums, EMPTY),
    (test_reconnection, EMPTY),
    (json_schema_2020_12_tool, JSON_SCHEMA),
    (test_missing_capability, EMPTY),
    (test_streaming_elicitation, EMPTY),
    (test_logging_tool, EMPTY),
    (test_trigger_tool_change, EMPTY),
    (test_input_required_result_elicitation, EMPTY),
    (test_input_required_result_sampling, EMPTY),
    (test_input_required_result_list_roots, EMPTY),
    (test_input_required_result_request_state, EMPTY),
    (test_input_required_result_multiple_inputs, EMPTY),
    (test_input_required_result_multi_round, EMPTY),
    (test_input_required_result_tampered_state, EMPTY),
    (test_input_required_result_capabilities, EMPTY),
    (
        test_header_tool,
        {
            "type": "object",
            "properties": {
                "region": {"type": "string", "x-mcp-header": "Region"},
                "count": {"type": "integer", "x-mcp-header": "Count"},
            },
        },
    ),
]


async def static_text() -> str:
    return "This is the content of the static text resource."


async def static_binary() -> bytes:
    return base64.b64decode(PNG)


async def template_data(id: str) -> str:  # noqa: A002 - the URI template names it so
    return json.dumps(
        {"id": id, "templateTest": True, "data": f"Data for ID: {id}"}, separators=(",", ":")
    )


async def watched() -> str:
    return "watched"


def said(*contents: Any) -> list[dict[str, Any]]:
    """Messages of the user's."""
    blocks = [Text(c) if isinstance(c, str) else c for c in contents]
    return [{"role": "user", "content": block.wire()} for block in blocks]


async def test_simple_prompt() -> Any:
    return said("This is a simple prompt for testing.")


async def test_prompt_with_arguments(arg1: str, arg2: str) -> Any:
    return said(f"Prompt with arguments: arg1='{arg1}', arg2='{arg2}'")


async def test_prompt_with_embedded_resource(resourceUri: str) -> Any:  # noqa: N803 - wire name
    page = Embedded(resourceUri, "Embedded resource content for testing.", "text/plain")
    return said(page, "Please process the embedded resource above.")


async def test_prompt_with_image() -> Any:
    return said(RED_PIXEL, "Please analyze the image above.")


async def test_input_required_result_prompt(ctx: Context) -> Any:
    ask = form("What context should the prompt use?", {"context": {"type": "string"}}, ["context"])
    answer = (await ctx.ask({"user_context": ask}))["user_context"]
    return said(f"Use this context: {picked(answer, 'context')}")


class Conformance(Module):
    """Contributes everything the suite asks for."""

    def setup(self, app: App) -> None:
        """Register the fixtures."""
        for function, schema in TOOLS:
            name = function.__name__
            app.tool(
                ToolSpec(
                    {"name": name, "description": f"Fixture {name}", "inputSchema": schema}, name
                ),
                function,
            )
        app.resource(_res("test://static-text", "text/plain"), static_text)
        app.resource(_res("test://static-binary", "image/png"), static_binary)
        app.resource(_res("test://watched-resource", "text/plain"), watched)
        app.resource(
            {
                "uriTemplate": "test://template/{id}/data",
                "name": "template",
                "description": "A template",
                "mimeType": "application/json",
            },
            template_data,
        )
        app.prompt(_prompt("test_simple_prompt"), test_simple_prompt)
        app.prompt(
            _prompt("test_prompt_with_arguments", "arg1", "arg2"), test_prompt_with_arguments
        )
        app.prompt(
            _prompt("test_prompt_with_embedded_resource", "resourceUri"),
            test_prompt_with_embedded_resource,
        )
        app.prompt(_prompt("test_prompt_with_image"), test_prompt_with_image)
        app.prompt(_prompt("test_input_required_result_prompt"), test_input_required_result_prompt)
        words = ["paris", "park", "party"]
        app.completion(
            "test_prompt_with_arguments",
            "arg1",
            lambda typed: [w for w in words if w.startswith(typed)],
        )


def _res(uri: str, mime: str) -> dict[str, Any]:
    return {
        "uri": uri,
        "name": uri.rsplit("/", 1)[-1],
        "description": f"Fixture {uri}",
        "mimeType": mime,
    }


def _prompt(name: str, *arguments: str) -> dict[str, Any]:
    described = [{"name": a, "description": f"Argument {a}", "required": True} for a in arguments]
    return {
        "name": name,
        "description": f"Fixture {name}",
        **({"arguments": described} if described else {}),
    }


MODULE = Conformance
