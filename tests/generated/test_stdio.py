"""A generated server on stdio, seen from outside: clean output, bad input, prompt exit."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from client import HELLO, Stdio, call, environment, legacy, modern

BUSY = {
    "idle": None,
    "sleeping": call("slow", 2, seconds=30),
    "in a thread": call("thread", 2, seconds=30),
    "blocking the loop": call("block", 2, seconds=30),
}


def busy(project: Path, state: str) -> Stdio:
    """A server that has answered once and is now in that state."""
    server = Stdio(project)
    server.ask(modern("tools/list"))
    if (request := BUSY[state]) is not None:
        server.send(request)
        time.sleep(0.3)  # nothing tells when the tool has begun to block
    return server


# ---- what goes in -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"this is not json", -32700),
        (b'{"jsonrpc":"2.0","id":1,"method":"ping"', -32700),
        (b"[" * 5000, -32700),
        (b"[]", -32600),
        (b'[{"jsonrpc":"2.0","id":1,"method":"ping"}]', -32600),
        (b'"text"', -32600),
        (b'{"jsonrpc":"1.0","id":1,"method":"ping"}', -32600),
    ],
)
def test_unreadable_lines_are_answered(stdio: Stdio, line: bytes, code: int) -> None:
    stdio.send(line)
    answer = stdio.receive()
    assert (answer["error"]["code"], answer["id"]) == (code, None)


def test_a_stray_answer_and_bad_bytes_do_no_harm(stdio: Stdio) -> None:
    stdio.send({"jsonrpc": "2.0", "id": 77, "result": {}})
    stdio.send(b'{"jsonrpc":"2.0","id":"\xff","method":"ping"}')
    assert stdio.receive()["id"] == "\ufffd"
    assert stdio.ask(legacy("ping", "alive"))[-1]["result"] == {}


def test_ten_megabytes_are_read(stdio: Stdio) -> None:
    answer = stdio.ask(call("lenient", 5, city="x", more="y" * 10_000_000))[-1]
    assert answer["result"]["content"][0]["text"] == "x in metric"


def test_a_bare_request_before_the_handshake_is_refused(clean: Path) -> None:
    server = Stdio(clean)
    assert server.ask(legacy("tools/list"))[-1]["error"]["code"] == -32602
    assert server.greet()["result"]["protocolVersion"] == "2025-11-25"
    assert server.leave()[0] == 0


@pytest.mark.parametrize("version", ["2025-06-18", "2025-03-26", "2024-11-05", "1999-01-01"])
def test_the_handshake_negotiates(stdio: Stdio, version: str) -> None:
    answer = stdio.ask(legacy("initialize", "again", **(HELLO | {"protocolVersion": version})))[-1]
    expected = "2025-11-25" if version.startswith("1999") else version
    assert answer["result"]["protocolVersion"] == expected
    stdio.greet()


# ---- while calls run --------------------------------------------------------------------------


def test_calls_overtake_each_other_and_cancelled_ones_stay_silent(clean: Path, rough: Path) -> None:
    server = Stdio(rough)
    server.greet()
    wanted: dict[Any, dict[str, Any]] = {
        1: call("slow", 1, seconds=30),
        2: legacy("tools/call", 2, name="slow", arguments={"seconds": 30}),
        3: call("slow", 3, seconds=0),
    }
    server.send(legacy("logging/setLevel", 0, level="error"), *wanted.values())
    assert server.receive()["id"] == 0
    assert server.receive()["id"] == 3
    for number in (1, 2):
        server.send(
            {
                "jsonrpc": "2.0",
                "method": "notifications/cancelled",
                "params": {"requestId": number},
            }
        )
    server.send(modern("tools/list", 4))
    heard = [server.receive(), server.receive(0.5)]
    assert [m and m.get("id") for m in heard] == [4, None]
    assert server.leave() == (0, pytest.approx(0, abs=1.0))


def test_too_many_calls_at_once_are_refused(rough: Path) -> None:
    server = Stdio(rough)
    server.send(*(call("slow", number, seconds=1) for number in range(9)))
    answer = server.receive()
    assert answer["result"]["_meta"]["com.mcp-crafter/error"]["reason"] == "busy"
    assert [server.receive()["result"].get("isError") for _ in range(8)] == [None] * 8
    server.leave()


def test_a_subscriber_hears_of_changes_once(clean: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    subprocess.run(["cp", "-r", clean, project], check=True)
    (project / "src/tools/todo.py").write_text(
        'async def todo(ctx, /):\n    for _ in range(1000):\n        ctx.app.updated("notes://today")\n'
    )
    server = Stdio(project)
    server.greet()
    server.ask(legacy("resources/subscribe", 1, uri="notes://today"))
    server.ask(legacy("tools/call", 2, name="todo", arguments={}))
    note = server.receive()
    assert (note["method"], note["params"]["uri"]) == (
        "notifications/resources/updated",
        "notes://today",
    )
    assert server.receive(0.5) is None
    server.send(
        modern(
            "subscriptions/listen", 3, notifications={"resourceSubscriptions": ["notes://today"]}
        )
    )
    assert server.receive()["method"] == "notifications/subscriptions/acknowledged"
    server.send(call("todo", 4))
    heard = [server.receive() for _ in range(3)]
    assert sorted(m.get("method", "answer") for m in heard) == [
        "answer",
        "notifications/resources/updated",
        "notifications/resources/updated",
    ]
    server.leave()


@pytest.mark.parametrize("era", ["modern", "legacy"])
def test_a_question_to_the_user(clean: Path, era: str) -> None:
    server = Stdio(clean)
    able = {"elicitation": {}}
    if era == "legacy":
        server.ask(legacy("initialize", 0, **(HELLO | {"capabilities": able})))
        server.send({"jsonrpc": "2.0", "method": "notifications/initialized"})
        server.send(legacy("tools/call", 1, name="confirm", arguments={"what": "sure?"}))
        question = server.receive()
        assert question["params"]["message"] == "sure?"
        server.send({"jsonrpc": "2.0", "id": question["id"], "result": {"action": "decline"}})
        answer = server.receive()
    else:
        meta = {"io.modelcontextprotocol/clientCapabilities": able}
        request = {"name": "confirm", "arguments": {"what": "sure?"}, "_meta": meta}
        asked = server.ask(modern("tools/call", 1, **request))[-1]["result"]
        assert asked["resultType"] == "input_required"
        assert asked["inputRequests"]["sure"]["params"]["message"] == "sure?"
        given = {"inputResponses": {"sure": {"action": "decline"}}}
        if "requestState" in asked:
            given["requestState"] = asked["requestState"]
        answer = server.ask(modern("tools/call", 2, **request, **given))[-1]
    assert answer["result"]["content"][0]["text"] == "the user said decline"
    server.leave()


def test_time_stands_still_while_the_user_thinks(rough: Path) -> None:
    server = Stdio(rough)
    server.ask(legacy("initialize", 0, **(HELLO | {"capabilities": {"elicitation": {}}})))
    server.send({"jsonrpc": "2.0", "method": "notifications/initialized"})
    server.send(legacy("tools/call", 1, name="hasty-confirm", arguments={"what": "sure?"}))
    question = server.receive()
    time.sleep(0.5)  # longer than the tool's timeout
    server.send({"jsonrpc": "2.0", "id": question["id"], "result": {"action": "decline"}})
    assert server.receive()["result"]["content"][0]["text"] == "the user said decline"
    server.leave()


# ---- how it ends ------------------------------------------------------------------------------


@pytest.mark.parametrize("state", BUSY)
def test_end_of_input(rough: Path, state: str) -> None:
    status, seconds = busy(rough, state).leave()
    assert status == 0
    assert seconds < 10


@pytest.mark.parametrize(
    ("number", "state"),
    [
        *((signal.SIGTERM, state) for state in BUSY),
        (signal.SIGINT, "idle"),
        (signal.SIGINT, "blocking the loop"),
    ],
)
def test_signals(rough: Path, number: int, state: str) -> None:
    server = busy(rough, state)
    began = time.monotonic()
    server.process.send_signal(number)
    assert server.process.wait(20) == 0
    assert time.monotonic() - began < 10


def test_answers_arrive_although_the_input_ends_at_once(rough: Path) -> None:
    lines = b"".join(
        json.dumps(m).encode() + b"\n" for m in (modern("tools/list"), call("slow", 2, seconds=0.2))
    )
    done = subprocess.run(
        [sys.executable, rough / "src/main.py"],
        input=lines,
        capture_output=True,
        env=environment(),
        timeout=20,
        check=True,
    )
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [1, 2]


def test_it_leaves_when_its_parent_is_killed(clean: Path) -> None:
    reading, writing = os.pipe()
    code = (
        "import subprocess, sys, time\n"
        f"p = subprocess.Popen([sys.executable, {str(clean / 'src/main.py')!r}], stdin={reading},"
        " stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)\n"
        "p.stdout.readline()\n"
        "print(p.pid, flush=True)\n"
        "time.sleep(60)"
    )
    os.write(writing, json.dumps(modern("tools/list")).encode() + b"\n")
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, pass_fds=[reading], env=environment()
    ) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        parent.kill()
    until = time.monotonic() + 5
    while time.monotonic() < until and is_alive(pid):
        time.sleep(0.05)
    assert not is_alive(pid)
    os.close(reading)
    os.close(writing)


def is_alive(pid: int) -> bool:
    """Whether the process runs, zombies not counted."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


# ---- how it starts ----------------------------------------------------------------------------


def test_other_ways_of_starting(clean: Path) -> None:
    for words, cwd in ((("-m", "src.main"), clean), ((str(clean / "src/main.py"),), Path("/"))):
        server = Stdio(clean, *words, cwd=cwd)
        assert server.greet()["result"]["serverInfo"]["name"] == "weather-api"
        assert server.leave()[0] == 0


def test_a_missing_variable_is_named_but_stops_nobody(clean: Path) -> None:
    server = Stdio(clean, API_KEY="")
    assert "result" in server.greet()
    server.leave()
    assert "not ready: set API_KEY" in server.errors()


def test_secrets_stay_out_of_the_log(rough: Path) -> None:
    server = Stdio(rough)
    server.ask(call("raises", how="value"))
    server.leave()
    said = server.errors()
    assert "ValueError: the secret of API_KEY is [hidden]" in said
    assert "s3cr3t" not in said


def test_bad_settings_are_refused_by_name(clean: Path) -> None:
    server = Stdio(clean, LOG_LEVEL="loud", MCP_PORT="x", MCP_STATE_KEYS="short-s3cr3t")
    assert server.process.wait(20) == 2
    said = server.errors()
    assert all(name in said for name in ("LOG_LEVEL", "MCP_PORT", "MCP_STATE_KEYS"))
    assert "Traceback" not in said
    assert "s3cr3t" not in said


def test_a_bad_manifest_is_refused(clean: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    subprocess.run(["cp", "-r", clean, project], check=True)
    (project / "src/manifest.json").write_text('{"format": 2}')
    server = Stdio(project)
    assert server.process.wait(20) == 2
    said = server.errors()
    assert "not a manifest of format 1" in said
    assert "Traceback" not in said
