"""Many clients at once against one server, for the sanitizers: calls, sessions, streams, questions, tasks, cancels, people who leave.

    python tests/mcp/load.py [build/tsan/bin/conformance-server] [--seconds 30] [--clients 3]

Every answer is checked. The server must end with 0 while it is still being asked, and a sanitizer must have said nothing.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from conftest import (
    META,
    ROOT,
    HttpServer,
    Pipes,
    envelope,
    greeting,
    headers_of,
    http,
    legacy,
    modern,
)

TASKS = {"extensions": {META + "tasks": {}}}
REPORT = "WARNING: ThreadSanitizer"


def expect(fact: bool, what: object) -> None:
    """An answer that is not what it must be."""
    if not fact:
        raise AssertionError(str(what)[:500])


def quick_calls(server: HttpServer) -> int:
    """On one connection, some of them pipelined."""
    with server.connect() as wire:
        for number in range(20):
            message = modern("tools/call", number, name="greet", arguments={"name": "z" * random.randint(0, 5000)})  # noqa: S311
            wire.send(http(message, headers_of(message)) * 2)
            for _ in range(2):
                answer = wire.answer()
                expect(answer.json["id"] == number and "Hello" in answer.body.decode(), answer)
    return 40


def slow_calls(server: HttpServer) -> int:
    """With progress and logs, over a stream each."""
    for name in ("test_tool_with_progress", "test_tool_with_logging", "test_error_handling"):
        message = modern("tools/call", name, name=name, meta=envelope(progressToken=name, logLevel="debug"))
        answer = server.modern(message)
        last = answer.events[-1] if "event-stream" in answer.headers["content-type"] else answer.json
        expect(last["id"] == name, answer)
    return 3


def leaving(server: HttpServer) -> int:
    """Clients that go while they are served, and in the middle of a request."""
    for name in ("test_wait", "test_tool_with_progress", "test_touch"):
        message = modern("tools/call", 1, name=name, meta=envelope(progressToken=1))
        request = http(message, headers_of(message))
        with server.connect() as wire:
            wire.send(request[: random.randint(1, len(request))] if random.random() < 0.3 else request)  # noqa: S311
            time.sleep(random.random() * 0.02)  # noqa: S311
        expect(server.call("test_simple_text").status == 200, "no answer after somebody left")
    return 6


def listening(server: HttpServer) -> int:
    """A stream that hears what others change."""
    wanted = {"toolsListChanged": True, "promptsListChanged": True, "resourceSubscriptions": ["test://watched-resource"]}
    message = modern("subscriptions/listen", "l", notifications=wanted)
    with server.connect() as wire:
        wire.send(http(message, headers_of(message)))
        wire.head()
        expect(b"acknowledged" in wire.chunk(), "no acknowledgement")
        for name in ("test_trigger_tool_change", "test_trigger_prompt_change", "test_touch"):
            expect(server.call(name).status == 200, name)
        expect(b"notifications/" in wire.chunk(), "nothing heard")
    return 4


def sessions(server: HttpServer) -> int:
    """A session with a stream, a subscription, a question that is answered, a call that is cancelled, and its end."""
    session = server.session(sampling={})
    with server.connect() as stream, server.connect() as wire:
        stream.send(http(b"", {"Mcp-Session-Id": session, "Accept": "text/event-stream"}, "GET"))
        stream.head()
        server.legacy(session, legacy("resources/subscribe", 1, uri="test://watched-resource"))
        server.call("test_touch")
        while b"watched-resource" not in stream.chunk():  # it hears of changed lists besides
            pass
        wire.send(http(legacy("tools/call", 2, name="test_sampling", arguments={"prompt": "?"}), {"Mcp-Session-Id": session}))
        wire.head()
        question = json.loads(wire.chunk().split(b"data: ")[1])
        reply = {"role": "assistant", "content": {"type": "text", "text": "42"}, "model": "m"}
        server.legacy(session, {"jsonrpc": "2.0", "id": question["id"], "result": reply})
        expect(b"42" in wire.chunk(), "the answer is not there")
    with server.connect() as wire:
        wire.send(http(legacy("tools/call", 3, name="test_wait"), {"Mcp-Session-Id": session}))
        server.legacy(session, {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 3}})
        expect(server.raw(http(b"", {"Mcp-Session-Id": session}, "DELETE")).status == 204, "no end")
    return 7


def rounds(server: HttpServer) -> int:
    """Questions over several requests."""
    asked = server.call("test_input_required_result_elicitation", capabilities={"elicitation": {}}).json["result"]
    answers = {key: {"action": "accept", "content": {"name": "Ada"}} for key in asked["inputRequests"]}
    told = server.call("test_input_required_result_elicitation", capabilities={"elicitation": {}}, inputResponses=answers, requestState=asked["requestState"])
    expect("Hello, Ada!" in told.body.decode(), told)
    return 2


def tasks(server: HttpServer) -> int:
    """Two tasks, of which one is cancelled and one ends by itself."""
    for seconds, end in ((20, "cancelled"), (0.05, "completed")):
        task = server.call("slow_compute", {"seconds": seconds}, TASKS).json["result"]["taskId"]
        if end == "cancelled":
            server.modern(modern("tasks/cancel", 2, TASKS, taskId=task))
        until = time.monotonic() + 30
        while (state := server.modern(modern("tasks/get", 3, TASKS, taskId=task)).json["result"]["status"]) != end:
            expect(state == "working" and time.monotonic() < until, state)
            time.sleep(0.02)
    return 6


def over_pipes(server_path: str) -> int:
    """A process of its own: both eras, many calls at once, cancels, and its end in the middle of all that."""
    pipes = Pipes(server_path)
    try:
        pipes.ask(greeting())
        for number in range(1, 41):
            name = ("greet", "test_wait", "test_tool_with_progress", "test_touch")[number % 4]
            pipes.send(modern("tools/call", number, name=name, arguments={"name": "x"} if name == "greet" else {}))
            if name == "test_wait":
                pipes.send({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": number}})
        answered = {pipes.receive(60)["id"] for _ in range(30)}
        expect(len(answered) == 30, answered)
        pipes.send(modern("subscriptions/listen", "l", notifications={"toolsListChanged": True}), modern("tools/call", "w", name="test_wait"))
        expect(pipes.close(60) == 0, pipes.process.returncode)
    finally:
        pipes.process.kill()
        pipes.process.wait()
    return 40


class Load:
    """Clients that repeat what they do until it is over."""

    def __init__(self, server: HttpServer, path: str) -> None:
        self.done: Counter[str] = Counter()
        self.failures: list[str] = []
        self._over = threading.Event()
        self._server_ends = threading.Event()
        self._lock = threading.Lock()
        kinds: list[tuple[str, Callable[[], int]]] = [(kind.__name__, lambda kind=kind: kind(server)) for kind in (quick_calls, slow_calls, leaving, listening, sessions, rounds, tasks)]
        self._kinds = [*kinds, ("over_pipes", lambda: over_pipes(path))]

    def _repeat(self, name: str, kind: Callable[[], int]) -> None:
        while not self._over.is_set() and not self._server_ends.is_set():
            try:
                count = kind()
            except Exception as error:  # noqa: BLE001
                if not self._server_ends.is_set() or name == "over_pipes":
                    with self._lock:
                        self.failures.append(f"{name}: {type(error).__name__}: {error}")
                    return
            else:
                with self._lock:
                    self.done[name] += count

    def run(self, seconds: float, clients: int, end_server: Callable[[], None]) -> None:
        """Ends the server while half of the clients are still at work."""
        threads = [threading.Thread(target=self._repeat, args=kind, daemon=True) for kind, _ in itertools.product(self._kinds, range(clients))]
        for thread in threads:
            thread.start()
        self._over.wait(seconds)
        self._server_ends.set()
        end_server()
        for thread in threads:
            thread.join(120)
        if any(thread.is_alive() for thread in threads):
            self.failures.append("a client hangs")


def judge(path: str, seconds: float, clients: int) -> int:
    """Serve, load, end, count."""
    with tempfile.TemporaryFile("w+") as errors, subprocess.Popen([path, "--http", "0"], stdout=subprocess.PIPE, stderr=errors, text=True) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline().rsplit(":", 1)[1].split("/")[0])
        load = Load(HttpServer(port, process), path)

        def end() -> None:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(60)

        load.run(seconds, clients, end)
        process.kill()
        errors.seek(0)
        said = errors.read()
    if process.returncode != 0:
        load.failures.append(f"the server ended with {process.returncode}")
    if said:
        load.failures.append(f"the server said: {said[:20000]}")
    idle = [name for name in ("quick_calls", "slow_calls", "leaving", "listening", "sessions", "rounds", "tasks", "over_pipes") if not load.done[name]]
    load.failures += [f"{name}: never got to its end" for name in idle]
    for failure in load.failures:
        print(failure)
    print(", ".join(f"{name} {count}" for name, count in sorted(load.done.items())))
    print(f"{said.count(REPORT)} reports of the sanitizer in {sum(load.done.values())} requests")
    print(f"{len(load.done)} passed, {len(load.failures)} failed, 0 skipped")
    return 1 if load.failures else 0


def main() -> int:
    """0 when everything was answered and nobody complained."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("server", nargs="?", type=Path, default=ROOT / "build/tsan/bin/conformance-server")
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--clients", type=int, default=3, help="of each kind")
    arguments = parser.parse_args()
    return judge(str(arguments.server.resolve()), arguments.seconds, arguments.clients)


if __name__ == "__main__":
    sys.exit(main())
