"""Tool calls that become tasks: whose they are, how many there may be, and how they end."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx2
import pytest
from callers import with_callers

from conftest import Serve, Server, craft

EXTENSION = "io.modelcontextprotocol/tasks"
VERSION = "2026-07-28"
ABLE = {"elicitation": {}, "extensions": {EXTENSION: {}}}
WAITING = "import asyncio\nawait asyncio.sleep(seconds)\nreturn 'slept'"
ASKING = "return (await ctx.ask({'q': {'method': 'elicitation/create', 'params': {'mode': 'form', 'message': 'Sure?', 'requestedSchema': {'type': 'object', 'properties': {}}}}}))['q']['action']"
SECONDS = {"seconds": {"type": "number"}}
TOOLS = [
    {"name": "wait", "description": "Waits", "parameters": SECONDS, "implementation": WAITING, "task": "optional", "timeout_seconds": 60},
    {"name": "ask", "description": "Asks", "parameters": {}, "implementation": ASKING, "task": "required"},
    {"name": "usual", "description": "Waits", "parameters": SECONDS, "implementation": WAITING},
]
MOST_RUNNING = 20
_ids = itertools.count(1)


def form(**options: Any) -> dict[str, Any]:
    return {"capabilities": ["tools"], "custom_tools": TOOLS, "options": {"enterprise-python": options} if options else {}}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return with_callers(craft(tmp_path_factory.mktemp("tasks"), form()))


def send(server: Server, method: str, caller: str = "ann", able: dict[str, Any] = ABLE, **params: Any) -> dict[str, Any]:
    """The whole answer to a request."""
    meta = {"io.modelcontextprotocol/protocolVersion": VERSION, "io.modelcontextprotocol/clientCapabilities": able}
    headers = {"accept": "application/json, text/event-stream", "x-caller": caller, "mcp-protocol-version": VERSION, "mcp-method": method,
               "mcp-name": params.get("name", params.get("taskId", ""))}
    body = {"jsonrpc": "2.0", "id": next(_ids), "method": method, "params": params | {"_meta": meta}}
    return dict(httpx2.post(server.url, json=body, headers=headers, timeout=30).json())


def call(server: Server, tool: str, caller: str = "ann", **arguments: Any) -> dict[str, Any]:
    return dict(send(server, "tools/call", caller, name=tool, arguments=arguments)["result"])


def ended(server: Server, task: str, caller: str = "ann") -> dict[str, Any]:
    """The task when it works no more: it has ended, or asks."""
    until = time.monotonic() + 60
    while (shown := send(server, "tasks/get", caller, taskId=task)["result"])["status"] == "working":
        assert time.monotonic() < until, shown
        time.sleep(0.05)
    return dict(shown)


def test_a_task_is_its_owners_alone(project: Path, serve: Serve) -> None:
    server = serve(project)
    task = call(server, "wait", seconds=0.5)["taskId"]
    for method in ("tasks/get", "tasks/cancel", "tasks/update"):
        more = {"inputResponses": {}} if method == "tasks/update" else {}
        foreign = send(server, method, "bob", taskId=task, **more)["error"]
        assert foreign == send(server, method, "bob", taskId="none", **more)["error"] == {"code": -32602, "message": "Task not found"}
    assert ended(server, task)["result"]["content"][0]["text"] == "slept"


def with_change(project: Path, before: str, after: str) -> Path:
    """The project, with another word in its tasks."""
    path = project / "src/runtime/tasks.py"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
    return project


def test_a_short_call_is_not_worth_a_task(tmp_path: Path, serve: Serve) -> None:
    server = serve(with_change(with_callers(craft(tmp_path, form())), "GRACE_S = 0.1", "GRACE_S = 5"))
    assert call(server, "wait", seconds=0)["resultType"] == "complete"
    assert call(server, "wait", seconds=20)["resultType"] == "task"


def test_other_tools_are_called_as_ever(project: Path, serve: Serve) -> None:
    server = serve(project)
    assert call(server, "usual", seconds=0.3)["resultType"] == "complete"
    assert send(server, "tools/call", able={}, name="wait", arguments={"seconds": 0.3})["result"]["resultType"] == "complete"
    assert call(server, "wait", seconds="x")["isError"]


def test_one_caller_cannot_have_them_all(project: Path, serve: Serve) -> None:
    server = serve(project, MCP_DRAIN_SECONDS="40")
    tasks = [call(server, "wait", seconds=50)["taskId"] for _ in range(MOST_RUNNING)]
    refused = call(server, "wait", seconds=50)
    assert refused["isError"] and refused["_meta"]["com.mcp-crafter/error"] == {"reason": "busy"}
    assert call(server, "wait", "bob", seconds=2)["resultType"] == "task"
    send(server, "tasks/cancel", taskId=tasks[0])
    assert ended(server, tasks[0])["status"] == "cancelled"
    assert call(server, "wait", seconds=2)["resultType"] == "task"
    began = time.monotonic()
    assert server.stop() == 0  # tasks do not keep it
    assert time.monotonic() - began < 20


def test_a_question_waits_for_its_answer(project: Path, serve: Serve) -> None:
    server = serve(project)
    task = call(server, "ask")["taskId"]
    shown = ended(server, task)
    assert shown["status"] == "input_required" and list(shown["inputRequests"]) == ["q"]
    assert send(server, "tasks/update", "bob", taskId=task, inputResponses={"q": {"action": "accept"}})["error"]["code"] == -32602
    assert send(server, "tasks/update", taskId=task, inputResponses={"q": {"action": "decline"}})["result"]["resultType"] == "complete"
    assert ended(server, task)["result"]["content"][0]["text"] == "decline"


def test_results_are_forgotten_in_time(tmp_path: Path, serve: Serve) -> None:
    project = with_callers(craft(tmp_path, form(task_ttl_seconds=3)))
    server = serve(with_change(project, "spec.timeout_seconds + ANSWER_SECONDS + keep", "keep"))
    begun = call(server, "wait", seconds=0.3)
    assert begun["ttlMs"] == 3000
    assert ended(server, begun["taskId"])["status"] == "completed"
    time.sleep(3.2)
    assert send(server, "tasks/get", taskId=begun["taskId"])["error"]["message"] == "Task not found"


def test_several_workers_have_no_tasks(project: Path, tmp_path: Path, serve: Serve) -> None:
    words = [sys.executable, "-m", "src.main", "--http", "--port", "0"]
    refused = subprocess.run(words, cwd=project, env={"PATH": "/usr/bin:/bin", "MCP_WORKERS": "2"}, capture_output=True, text=True, timeout=30, check=False)
    assert refused.returncode != 0 and "a tool has task: required" in refused.stderr
    path = with_callers(craft(tmp_path, form())) / "src/manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["tools"] = [tool for tool in manifest["tools"] if tool.get("task") != "required"]
    path.write_text(json.dumps(manifest), encoding="utf-8")
    server = serve(path.parents[1], MCP_WORKERS="2")
    assert call(server, "wait", seconds=0.3)["resultType"] == "complete"
    assert EXTENSION not in json.dumps(send(server, "server/discover"))
