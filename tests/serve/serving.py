"""What the tests of the crafter's own server share: the program, the form, a server on a port."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from pathlib import Path
from typing import Any

import httpx2
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client

from mcp import Client, StdioServerParameters

ROOT = Path(__file__).resolve().parents[2]
CRAFTER = os.environ.get("CRAFTER", str(ROOT / "bin/mcp-crafter"))
CACHE = os.environ.get("CRAFTER_TEST_CACHE", str(ROOT / "build/test-cache"))
MODES = ("legacy", "2026-07-28")
FORM = json.loads((ROOT / "examples/weather.json").read_text("utf-8"))
TOKEN = "a-token-of-the-tests-0123456789"


@contextmanager
def on_port(folder: Path, environment: dict[str, str], *more: str) -> Iterator[str]:
    """A server on a port, which leaves within 5 s of SIGTERM."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [CRAFTER, "serve", "--http", str(port), "-C", str(folder), *more]
    with subprocess.Popen(words, env={**environment, "MCP_CRAFTER_TOKEN": TOKEN}, stdin=subprocess.DEVNULL) as child:
        for _ in range(400):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}/mcp"
        child.send_signal(signal.SIGTERM)
        assert child.wait(6) == 0


def stdio(folder: Path, environment: dict[str, str], *more: str) -> AbstractAsyncContextManager[Any]:
    """A server of its own on stdio."""
    return stdio_client(StdioServerParameters(command=CRAFTER, args=["serve", "-C", str(folder), *more], env=environment))


def calling(url: str, token: str, mode: str = "legacy") -> AbstractAsyncContextManager[Client]:
    """A client of a server on a port."""
    http = httpx2.AsyncClient(headers={"Authorization": f"Bearer {token}"}, timeout=60)
    return Client(streamable_http_client(url, http_client=http), mode=mode, cache=None)


async def ended(client: Client, build_id: str) -> dict[str, Any]:
    """The build when it has ended."""
    for _ in range(1200):
        status = (await client.call_tool("get_build_status", {"build_id": build_id})).structured_content
        if status["status"] in {"success", "failed", "cancelled"}:
            return status
        await asyncio.sleep(0.1)
    raise TimeoutError(build_id)


async def made(client: Client, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """The build that a tool began, when it has ended well."""
    begun = await client.call_tool(tool, arguments)
    assert not begun.is_error, begun.content
    done = await ended(client, begun.structured_content["build_id"])
    assert done["status"] == "success", done
    return done


def problems(result: Any) -> list[dict[str, Any]]:
    """The diagnostics of a tool error."""
    assert result.is_error, result
    return json.loads(result.content[0].text)["diagnostics"]
