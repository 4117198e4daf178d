"""Speaks to a generated server from outside: raw lines over stdio, raw requests over HTTP."""

from __future__ import annotations

import http.client
import json
import os
import re
import select
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MODERN, LEGACY = "2026-07-28", "2025-11-25"
ENVELOPE = {
    "io.modelcontextprotocol/protocolVersion": MODERN,
    "io.modelcontextprotocol/clientCapabilities": {},
}
HELLO = {
    "protocolVersion": LEGACY,
    "capabilities": {},
    "clientInfo": {"name": "test", "version": "1"},
}
PATIENCE_S = 20.0


def modern(method: str, request_id: Any = 1, **params: Any) -> dict[str, Any]:
    """A request of the revision 2026-07-28."""
    meta = ENVELOPE | params.pop("_meta", {})
    return {
        "jsonrpc": "2.0",
        "id": request_id,
        "method": method,
        "params": params | {"_meta": meta},
    }


def legacy(method: str, request_id: Any = 1, **params: Any) -> dict[str, Any]:
    """A request of the revisions before it."""
    return {"jsonrpc": "2.0", "id": request_id, "method": method, "params": params}


def call(tool: str, request_id: Any = 1, **arguments: Any) -> dict[str, Any]:
    """A modern tools/call."""
    return modern("tools/call", request_id, name=tool, arguments=arguments)


def environment(**more: str) -> dict[str, str]:
    """What a server is started with: nothing of the caller's but the path."""
    return {"PATH": os.environ["PATH"], "API_KEY": "s3cr3t-value", **more}


class Stdio:
    """A server process; every line that it writes must be JSON."""

    def __init__(self, project: Path, *words: str, cwd: Path | None = None, **more: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, *(words or (str(project / "src" / "main.py"),))],
            cwd=cwd or project.parent,
            env=environment(**more),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self._buffer = b""

    def send(self, *messages: Any) -> None:
        """Write messages, or bytes as they are, one a line."""
        assert self.process.stdin
        for message in messages:
            line = message if isinstance(message, bytes) else json.dumps(message).encode()
            self.process.stdin.write(line + b"\n")
        self.process.stdin.flush()

    def receive(self, seconds: float = PATIENCE_S) -> Any:
        """The next message, or None if none comes in time."""
        assert self.process.stdout
        until = time.monotonic() + seconds
        while b"\n" not in self._buffer:
            left = max(0.0, until - time.monotonic())
            if not select.select([self.process.stdout], [], [], left)[0]:
                return None
            chunk = os.read(self.process.stdout.fileno(), 1 << 16)
            if not chunk:
                return None
            self._buffer += chunk
        line, _, self._buffer = self._buffer.partition(b"\n")
        return json.loads(line)

    def ask(self, message: dict[str, Any]) -> list[Any]:
        """The answer to a request, after the notifications that came before it."""
        self.send(message)
        heard = []
        while (got := self.receive()) is not None:
            heard.append(got)
            if got.get("id") == message["id"] and "method" not in got:
                return heard
        raise AssertionError(f"no answer to {message}; heard {heard}")

    def greet(self) -> Any:
        """The handshake of the revisions before 2026-07-28."""
        answer = self.ask(legacy("initialize", "hello", **HELLO))[-1]
        self.send({"jsonrpc": "2.0", "method": "notifications/initialized"})
        return answer

    def leave(self) -> tuple[int, float]:
        """Close its input: exit status, and how long it took."""
        assert self.process.stdin
        began = time.monotonic()
        self.process.stdin.close()
        return self.process.wait(PATIENCE_S), time.monotonic() - began

    def errors(self) -> str:
        """What it wrote to stderr; after it has ended."""
        assert self.process.stderr
        return self.process.stderr.read().decode()


@dataclass
class Reply:
    """An HTTP response."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def messages(self) -> list[Any]:
        """The JSON-RPC messages in it, plain or as events."""
        if "text/event-stream" not in self.headers.get("content-type", ""):
            return [json.loads(self.body)]
        lines = [line for line in self.body.decode().splitlines() if line.startswith("data: {")]
        return [json.loads(line[6:]) for line in lines]


@dataclass
class Http:
    """A server that listens; `port` is where."""

    process: subprocess.Popen[bytes]
    port: int
    metrics: int = 0
    session: dict[str, str] = field(default_factory=dict)

    def request(
        self,
        method: str = "GET",
        path: str = "/mcp",
        body: bytes | None = None,
        port: int = 0,
        **headers: str,
    ) -> Reply:
        """One request; `host=""` sends no Host at all."""
        link = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=PATIENCE_S)
        link.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        given = {"host": "localhost"} | {k.replace("_", "-"): v for k, v in headers.items()}
        for name, value in given.items():
            if value:
                link.putheader(name, value)
        if body is not None:
            link.putheader("content-length", str(len(body)))
        link.endheaders(body)
        answer = link.getresponse()
        reply = Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        link.close()
        return reply

    def post(self, message: Any, **headers: str) -> Reply:
        """A message to /mcp as a well-behaved client of its era sends it."""
        sent = {"accept": "application/json, text/event-stream", "content_type": "application/json"}
        params = message.get("params", {}) if isinstance(message, dict) else {}
        if "_meta" in params and ENVELOPE.keys() <= params["_meta"].keys():
            version = params["_meta"]["io.modelcontextprotocol/protocolVersion"]
            sent |= {"mcp_protocol_version": version, "mcp_method": message["method"]}
            name = params.get("name", params.get("uri", params.get("taskId")))
            sent |= {"mcp_name": name} if isinstance(name, str) and name.isascii() else {}
        else:
            sent |= self.session
        body = message if isinstance(message, bytes) else json.dumps(message).encode()
        return self.request("POST", body=body, **(sent | headers))

    def greet(self) -> Any:
        """The handshake of the revisions before 2026-07-28; later requests are in that session."""
        self.session = {}
        reply = self.post(legacy("initialize", "hello", **HELLO))
        self.session = {
            "mcp_session_id": reply.headers["mcp-session-id"],
            "mcp_protocol_version": LEGACY,
        }
        self.post({"jsonrpc": "2.0", "method": "notifications/initialized"})
        return reply.messages[-1]

    def ask(self, message: dict[str, Any]) -> list[Any]:
        """The answer to a request, after the notifications that came before it."""
        return self.post(message).messages

    def stop(self, number: int = 15) -> tuple[int, float]:
        """Send a signal: exit status, and how long it took."""
        began = time.monotonic()
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_S), time.monotonic() - began


@contextmanager
def serving(project: Path, *words: str, **more: str) -> Iterator[Http]:
    """A server over HTTP on a free port, with its figures on another."""
    metrics = free_port()
    given = {"MCP_METRICS_PORT": str(metrics)} | more
    process = subprocess.Popen(
        [sys.executable, str(project / "src/main.py"), "--http", "--port", "0", *words],
        cwd=project.parent,
        env=environment(**given),
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        yield Http(process, _listening(process), metrics)
    finally:
        process.kill()
        process.wait()


def _listening(process: subprocess.Popen[bytes]) -> int:
    """The port that the server says it listens on; then nobody needs its words any more."""
    assert process.stderr
    said = b""
    while line := process.stderr.readline():
        said += line
        if found := re.search(rb"^listening on http://\S+:(\d+)/mcp", line):
            subprocess.Popen(["cat"], stdin=process.stderr, stdout=subprocess.DEVNULL)
            return int(found[1])
    raise AssertionError(said.decode())


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
