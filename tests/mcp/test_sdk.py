"""The official Python client, in every mode, over both transports: it asks, is asked, and hears."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from conftest import MODERN, SERVER, HttpServer
from mcp import Client, MCPError, StdioServerParameters, types

MODES = ("legacy", "auto", MODERN)
TRANSPORTS = ("stdio", "http")


async def answer_form(_context: Any, params: types.ElicitRequestParams) -> types.ElicitResult:
    """A user who fills in whatever is asked."""
    schema = getattr(params, "requested_schema", None) or getattr(params, "requestedSchema", {})
    by_type = {"string": "Ada", "boolean": True, "integer": 7, "number": 1.5}
    return types.ElicitResult(action="accept", content={name: by_type[value["type"]] for name, value in schema["properties"].items()})


async def seen(target: Any, mode: str) -> dict[str, Any]:
    """Everything asked of one connection; collected first, judged by the caller."""
    told: list[float] = []

    async def progress(done: float, _total: float | None, _message: str | None) -> None:
        told.append(done)

    async with Client(target, mode=mode, read_timeout_seconds=30, cache=None, elicitation_callback=answer_form) as client:
        tools = [tool.name for tool in (await client.list_tools()).tools]
        hello = await client.call_tool("greet", {"name": "Ada"})
        await client.call_tool("test_tool_with_progress", {}, progress_callback=progress)
        asked = await client.call_tool("test_input_required_result_multi_round", {})
        wrong = await client.call_tool("test_error_handling", {})
        rich = await client.call_tool("test_rich", {})
        try:
            await client.call_tool("nobody", {})
            unknown = None
        except MCPError as error:
            unknown = error.error.code
        page = await client.read_resource("test://template/7/data")
        prompt = await client.get_prompt("test_prompt_with_arguments", {"arg1": "a", "arg2": "b"})
        return {"tools": tools, "hello": hello.content[0].text, "progress": told, "asked": asked.content[0].text, "wrong": wrong.is_error,
                "rich": rich.structured_content, "unknown": unknown, "page": page.contents[0].text, "prompt": prompt.messages[0].content.text}


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("mode", MODES)
def test_the_official_client_is_at_home(server: HttpServer, transport: str, mode: str) -> None:
    target = StdioServerParameters(command=SERVER) if transport == "stdio" else f"http://127.0.0.1:{server.port}/mcp"
    found = asyncio.run(seen(target, mode))
    assert "test_rich" in found["tools"]
    assert found["hello"] == "Hello, Ada!"
    assert found["progress"] == [0, 50, 100]
    assert found["asked"] == "Ada likes Ada"
    assert found["wrong"] is True
    assert found["rich"] == {"answer": 42}
    assert found["unknown"] == -32602
    assert '"id":"7"' in found["page"]
    assert found["prompt"] == "Prompt with arguments: arg1='a', arg2='b'"
