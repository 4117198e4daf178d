"""Several workers behind one address: both eras, shared seals, metrics of all, restarts, and a drain that loses nothing."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import services

from conftest import Serve, Server, craft

TOOLS = [
    {"name": "who", "description": "Which process answers", "implementation": "import os\nreturn str(os.getpid())"},
    {"name": "slow", "description": "Takes its time", "implementation": (
        "import asyncio, os\n"
        "with open(os.environ['MARKS'], 'a') as marks:\n"
        "    marks.write('x')\n"
        "await asyncio.sleep(2)\nreturn 'done'")},
    {"name": "confirm", "description": "Asks first", "probe": False, "implementation": (
        "import os\n"
        "asked = {'sure': {'method': 'elicitation/create', 'params': {'mode': 'form', 'message': 'Sure?',"
        " 'requestedSchema': {'type': 'object', 'properties': {'yes': {'type': 'boolean'}}}}}}\n"
        "answers = await ctx.ask(asked, state=ctx.state or str(os.getpid()))\n"
        "return f\"{ctx.state} {os.getpid()} {answers['sure']['content']['yes']}\"")},
]
MODERN, LEGACY = "2026-07-28", "2025-11-25"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return craft(tmp_path_factory.mktemp("workers"), {"capabilities": ["tools", "monitoring"], "custom_tools": TOOLS})


def post(server: Server, message: dict[str, Any], **headers: str) -> dict[str, Any]:
    """One request on a connection of its own, so that any worker may take it."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    sent = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"} | headers
    connection.request("POST", "/mcp", json.dumps(message), sent)
    body = connection.getresponse().read().decode()
    connection.close()
    data = [line.removeprefix("data:") for line in body.splitlines() if line.startswith("data:")]
    answer: dict[str, Any] = json.loads(data[-1] if data else body)
    return answer


def modern(server: Server, tool: str, **more: Any) -> dict[str, Any]:
    meta = {"io.modelcontextprotocol/protocolVersion": MODERN, "io.modelcontextprotocol/clientCapabilities": {"elicitation": {"form": {}}}}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": {}, "_meta": meta, **more}}
    answer = post(server, message, **{"MCP-Protocol-Version": MODERN, "Mcp-Method": "tools/call", "Mcp-Name": tool})
    result: dict[str, Any] = answer["result"]
    return result


def text(result: dict[str, Any]) -> str:
    return str(result["content"][0]["text"])


def legacy(server: Server, tool: str) -> str:
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": {}}}
    return text(post(server, message, **{"MCP-Protocol-Version": LEGACY})["result"])


def workers_of(server: Server) -> set[int]:
    """Process ids of the children."""
    return {int(pid) for pid in Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()}


def until_both(server: Server, ask: Callable[[], str]) -> set[str]:
    seen: set[str] = set()

    def both() -> bool:
        seen.add(ask())
        return len(seen) == 2

    services.wait_for(both, "an answer of each worker")
    return seen


def test_both_workers_answer_both_eras_without_sessions(project: Path, serve: Serve) -> None:
    server = serve(project, MCP_WORKERS="2")
    pids = {str(pid) for pid in workers_of(server)}
    assert until_both(server, lambda: text(modern(server, "who"))) == pids
    assert until_both(server, lambda: legacy(server, "who")) == pids
    hello = {"protocolVersion": LEGACY, "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
    assert post(server, {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello})["result"]["protocolVersion"] == LEGACY


def test_an_answer_may_reach_another_worker_than_the_question(project: Path, serve: Serve) -> None:
    server = serve(project, MCP_WORKERS="2")

    def asked_and_answered() -> bool:
        asked = modern(server, "confirm")
        assert asked["resultType"] == "input_required", asked
        answers = {"sure": {"action": "accept", "content": {"yes": True}}}
        first, second, yes = text(modern(server, "confirm", requestState=asked["requestState"], inputResponses=answers)).split()
        assert yes == "True"
        return first != second

    services.wait_for(asked_and_answered, "a question and an answer at two workers")


def test_figures_of_all_workers_on_one_page(project: Path, serve: Serve) -> None:
    port = services.free_port()
    server = serve(project, MCP_WORKERS="2", MCP_METRICS_PORT=str(port))
    until_both(server, lambda: text(modern(server, "who")))
    more = 20
    for _ in range(more):
        modern(server, "who")

    def page() -> str:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", "/metrics")
        answer = connection.getresponse()
        assert answer.status == 200
        return answer.read().decode()

    services.wait_for(lambda: services.is_open(port), "the port of /metrics")
    pattern = re.compile(r'^mcp_calls_total\{kind="tools/call",name="who",outcome="ok",worker="(\d)"\} (\S+)$', re.MULTILINE)
    counts = [dict(pattern.findall(page())) for _ in range(5)]
    assert all(set(found) == {"0", "1"} for found in counts), page()
    assert all(found == counts[0] for found in counts)
    assert sum(map(float, counts[0].values())) >= more + 2
    assert page().count("# TYPE mcp_calls_total counter") == 1


def test_a_worker_that_dies_is_replaced(project: Path, serve: Serve) -> None:
    server = serve(project, MCP_WORKERS="2")
    until_both(server, lambda: text(modern(server, "who")))
    before = workers_of(server)
    victim = before.pop()
    os.kill(victim, signal.SIGKILL)
    services.wait_for(lambda: len(workers_of(server) - {victim}) == 2, "the start of another worker")
    assert until_both(server, lambda: text(modern(server, "who"))) == {str(pid) for pid in workers_of(server)}
    assert "ended with -9" in server.said()


@pytest.mark.parametrize("era", ["modern", "legacy"])
def test_sigterm_lets_calls_finish_and_ends_with_0(project: Path, tmp_path: Path, serve: Serve, era: str) -> None:
    slow = {"modern": lambda: text(modern(server, "slow")), "legacy": lambda: legacy(server, "slow")}[era]
    marks = tmp_path / "marks"
    marks.touch()
    server = serve(project, MCP_WORKERS="2", MCP_DRAIN_SECONDS="30", MARKS=str(marks))
    until_both(server, lambda: text(modern(server, "who")))
    results: list[str] = []
    callers = [threading.Thread(target=lambda: results.append(slow())) for _ in range(6)]
    for caller in callers:
        caller.start()
    services.wait_for(lambda: marks.stat().st_size == 6, "the beginning of six calls")
    pids = workers_of(server)
    assert server.stop() == 0, server.said()
    for caller in callers:
        caller.join(60)
    assert results == ["done"] * 6, server.said()
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)
    assert not services.is_open(server.port)


def test_workers_end_with_their_parent(project: Path, tmp_path: Path) -> None:
    server = Server(project, {"MCP_WORKERS": "2", "TMPDIR": str(tmp_path)})
    until_both(server, lambda: text(modern(server, "who")))
    pids = workers_of(server)
    server.process.kill()
    server.process.wait(10)
    services.wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids), "the end of the workers")


def test_a_server_that_must_not_start_says_so_once(project: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "MCP_WORKERS": "2", "MCP_HOST": "0.0.0.0", "MCP_PORT": str(services.free_port())}
    done = subprocess.run([sys.executable, "-m", "src.main", "--http"], cwd=project, env=environment, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 2
    assert "MCP_INSECURE_NO_AUTH" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_module_that_cannot_start_ends_the_server(project: Path, tmp_path: Path, workers: str) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(project, broken)
    manifest = json.loads((broken / "src/manifest.json").read_text())
    manifest["modules"].append({"name": "failing", "options": {}})
    (broken / "src/manifest.json").write_text(json.dumps(manifest))
    (broken / "src/modules/failing.py").write_text(
        "from ..runtime import Module\n\n\nclass Failing(Module):\n    async def start(self):\n        raise ValueError('no such thing')\n\n\nMODULE = Failing\n")
    environment = {"PATH": os.environ["PATH"], "MCP_WORKERS": workers, "MCP_PORT": str(services.free_port())}
    done = subprocess.run([sys.executable, "-m", "src.main", "--http"], cwd=broken, env=environment, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 3, done.stderr
    assert "no such thing" in done.stderr


def test_secrets_may_be_files_in_one_folder(tmp_path: Path, serve: Serve) -> None:
    tools = [{"name": "length", "implementation": "import os\nreturn str(len(os.environ['API_KEY']))"}]
    form = {"capabilities": ["tools"], "custom_tools": tools, "environment_vars": {"API_KEY": {"secret": True, "required": True}}}
    project = craft(tmp_path, form)
    (tmp_path / "API_KEY").write_text("planted-secret-1\n")
    server = serve(project, MCP_SECRETS_DIR=str(tmp_path))
    assert text(modern(server, "length")) == "16"
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("GET", "/readyz")
    assert connection.getresponse().status == 200
