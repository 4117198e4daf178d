"""How it serves: over HTTP to whom it may, and as a process that comes and goes in order."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import urllib.request
from typing import TYPE_CHECKING

import pytest

from conftest import ENVELOPE, LIST, LIST_HEADERS, MANIFEST, http, needs, running
from src.main import ROOT, build
from src.runtime import Settings, Unreachable
from src.runtime.http import OpenError, asgi_app, serve_http

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.anyio
TOOLS = [tool.name for tool in MANIFEST.tools]
BARE = """
import sys
from dataclasses import replace
from src import main

load = main.Manifest.load
none = dict.fromkeys(("modules", "tools", "resources", "prompts", "environment"), ())
main.Manifest.load = lambda path: replace(load(path), **none)
sys.argv = ["main", "--http", "--port", "0"]
sys.exit(main.main())
"""
"""The server without anything that might need services."""


async def test_probes_answer_anyone_and_tell_nothing() -> None:
    app = build()
    asgi = asgi_app(app)
    async with running(asgi):
        answers = [await http(asgi, "GET", p, host="x") for p in ("/livez", "/healthz", "/readyz")]
        missing = await app.life.problems()
    assert [(a.status, a.body) for a in answers[:2]] == [(200, b"ok\n")] * 2
    if missing and all(isinstance(why, Unreachable) for why in missing.values()):
        assert (answers[2].status, answers[2].body) == (503, b"not ready\n")
        pytest.skip(f"not ready, because of services that are not here: {missing}")
    assert (answers[2].status, answers[2].body) == (200, b"ok\n"), missing


async def test_other_hosts_and_origins_are_refused_everywhere() -> None:
    asgi = asgi_app(build())
    async with running(asgi):
        for path in ("/mcp", "/metrics", "/"):
            assert (await http(asgi, "POST", path, host="evil.example")).status == 421
            refused = await http(asgi, "POST", path, origin="https://evil.example")
            assert refused.status == 403


async def test_a_tool_list_over_http() -> None:
    app = build()
    app.authenticate = None  # whoever calls here has no token
    asgi = asgi_app(app)
    async with running(asgi):
        answer = await http(asgi, "POST", "/mcp", LIST, **LIST_HEADERS)
    listed = [tool["name"] for tool in answer.json["result"]["tools"]]
    shared = min(len(listed), len(TOOLS))
    assert bool(listed) == bool(TOOLS)
    assert listed[:shared] == TOOLS[:shared]


@needs("authentication")
async def test_a_caller_without_a_token_is_refused() -> None:
    asgi = asgi_app(build())
    async with running(asgi):
        answer = await http(asgi, "POST", "/mcp", LIST, **LIST_HEADERS)
        listed = await http(asgi, "GET", "/.well-known/oauth-protected-resource")
    assert answer.status == 401
    assert listed.json["resource"].endswith("/mcp")


def test_an_open_address_needs_authentication() -> None:
    app = build(Settings(host="0.0.0.0"))  # noqa: S104 - it is refused
    if app.authenticate is None:
        with pytest.raises(OpenError):
            serve_http(app)


# ---- the process ------------------------------------------------------------------------------


async def test_the_process_speaks_both_eras_and_leaves_at_the_end_of_input() -> None:
    hello = {
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    }
    requests = [
        {"jsonrpc": "2.0", "id": 1, "method": "server/discover", "params": {"_meta": ENVELOPE}},
        {"jsonrpc": "2.0", "id": 2, "method": "initialize", "params": hello},
    ]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "src.main"),
        cwd=ROOT.parent,
        env=os.environ | {"MCP_TRANSPORT": "stdio"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    lines = "".join(json.dumps(request) + "\n" for request in requests)
    output, errors = await asyncio.wait_for(process.communicate(lines.encode()), 20)
    answers = {m["id"]: m["result"] for m in map(json.loads, output.splitlines())}
    assert "2026-07-28" in answers[1]["supportedVersions"], errors
    assert answers[2]["protocolVersion"] == "2025-11-25"
    assert process.returncode == 0


@pytest.mark.parametrize("workers", [1, 2])
def test_processes_listen_and_leave_when_told(tmp_path: Path, workers: int) -> None:
    with subprocess.Popen(  # noqa: S603 - nothing of it comes from outside
        [sys.executable, "-c", BARE],
        cwd=ROOT.parent,
        env=os.environ | {"MCP_DATA_FOLDER": str(tmp_path), "MCP_WORKERS": str(workers)},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        said = next(line for line in process.stderr if line.startswith("listening on "))
        where = said.split()[-1].removesuffix("/mcp")
        with urllib.request.urlopen(f"{where}/livez", timeout=30) as answer:  # noqa: S310
            assert answer.read() == b"ok\n"
        process.send_signal(signal.SIGTERM)
        process.stderr.read()
        assert process.wait(30) == 0
