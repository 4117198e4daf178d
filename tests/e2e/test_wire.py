"""Servers as the official Python client sees them: stdio and HTTP, both eras, exactly the form's schemas."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
import yaml

from conftest import CRAFTER, Workspace
from mcp import Client, MCPError, StdioServerParameters

FORM = Path(__file__).parent / "forms/everything.yaml"
MODES = ("legacy", "2026-07-28")
WANTED = {
    "get-weather": {"type": "object", "properties": {"city": {"type": "string", "minLength": 1, "description": "City name"}, "units": {"type": "string", "enum": ["metric", "imperial"], "default": "metric"}}, "required": ["city"]},
    "get_weather": yaml.safe_load(FORM.read_text("utf-8"))["custom_tools"][1]["parameters"],
    "todo": {"type": "object", "properties": {}},
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    work = Workspace(tmp_path_factory.mktemp("wire") / "w")
    work.made(FORM, proof="full")
    return work


@pytest.fixture(scope="module")
def http(server: Workspace) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    child = subprocess.Popen([CRAFTER, "run", "everything", "--http", "--port", str(port)], cwd=server.folder, env=server.environment,
                             stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while not is_alive(port):
            assert child.poll() is None, "the server ended"
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}/mcp"
        child.terminate()
        assert child.wait(20) == 0
    finally:
        child.kill()
        child.wait()


def is_alive(port: int) -> bool:
    """Whether /livez says so."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        try:
            connection.request("GET", "/livez")
            return connection.getresponse().status == 200
        except OSError:
            return False


async def seen(target: Any, mode: str) -> dict[str, Any]:
    """Everything asked of one connection; collected first, judged by the caller."""
    async with Client(target, mode=mode, read_timeout_seconds=30, cache=None) as client:
        tools = {t.name: t.model_dump(by_alias=True, exclude_none=True) for t in (await client.list_tools()).tools}
        weather = await client.call_tool("get-weather", {"city": "Oslo"})
        wrong = await client.call_tool("get-weather", {"city": 5})
        todo = await client.call_tool("todo", {})
        try:
            await client.call_tool("no_such_tool", {})
            unknown = None
        except MCPError as error:
            unknown = error.error.code
        fixed = await client.read_resource("notes://today")
        templated = await client.read_resource("notes://monday")
        prompt = await client.get_prompt("review", {"code": "x = {y}"})
        return {"tools": tools, "weather": weather, "wrong": wrong, "todo": todo, "unknown": unknown, "fixed": fixed.contents[0].text,
                "templated": templated.contents[0].text, "prompt": prompt.messages[0].content.text}


def judge(found: dict[str, Any]) -> None:
    assert list(found["tools"]) == list(WANTED)
    for name, schema in WANTED.items():
        assert json.dumps(found["tools"][name]["inputSchema"]) == json.dumps(schema)
    assert found["tools"]["get-weather"]["annotations"] == {"readOnlyHint": True}
    assert found["weather"].structured_content == {"city": "Oslo", "celsius": 22, "note": "a string\n  that keeps its margin"}
    assert found["wrong"].is_error
    assert "city" in found["wrong"].content[0].text
    assert found["todo"].is_error
    assert "not implemented" in found["todo"].content[0].text
    assert found["unknown"] == -32602
    assert found["fixed"] == "line one\n  line two {x}\n"
    assert found["templated"] == "notes of monday"
    assert found["prompt"] == "Please review: x = {y}"


@pytest.mark.parametrize("mode", MODES)
def test_stdio(server: Workspace, mode: str) -> None:
    target = StdioServerParameters(command=CRAFTER, args=["run", "everything"], env=server.environment, cwd=str(server.folder))
    judge(asyncio.run(seen(target, mode)))


@pytest.mark.parametrize("mode", MODES)
def test_http(http: str, mode: str) -> None:
    judge(asyncio.run(seen(http, mode)))
