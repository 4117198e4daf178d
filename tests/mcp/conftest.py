"""A running fixture server, over HTTP and over pipes, spoken to byte by byte."""

from __future__ import annotations

import json
import os
import resource
import select
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVER = os.environ.get("CONFORMANCE_SERVER", str(ROOT / "build/asan/bin/conformance-server"))
MODERN = "2026-07-28"
META = "io.modelcontextprotocol/"


def envelope(capabilities: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """The _meta of a request of 2026-07-28; `more` holds logLevel, progressToken ..."""
    named = {"protocolVersion": MODERN, "clientCapabilities": capabilities or {}}
    meta = {META + key: value for key, value in named.items()}
    for key, value in more.items():
        meta[key if key == "progressToken" else META + key] = value
    return meta


def modern(method: str, request_id: Any = 1, capabilities: dict[str, Any] | None = None, **params: Any) -> dict[str, Any]:
    """A request of 2026-07-28."""
    meta = params.pop("meta", None) or envelope(capabilities)
    return {"jsonrpc": "2.0", "id": request_id, "method": method, "params": {**params, "_meta": meta}}


def legacy(method: str, request_id: Any = 1, **params: Any) -> dict[str, Any]:
    """A request of the older revisions."""
    return {"jsonrpc": "2.0", "id": request_id, "method": method, "params": params}


def greeting(version: str = "2025-11-25", **capabilities: Any) -> dict[str, Any]:
    """The first request of the older revisions."""
    info = {"name": "transcript", "version": "1"}
    return legacy("initialize", 0, protocolVersion=version, capabilities=capabilities, clientInfo=info)


@dataclass
class Answer:
    """An HTTP answer, decoded."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as a message."""
        return json.loads(self.body)

    @property
    def events(self) -> list[Any]:
        """The messages of a stream."""
        return [json.loads(line[6:]) for line in self.body.decode().splitlines() if line.startswith("data: ")]

    @property
    def code(self) -> int | None:
        """The code of a JSON-RPC error, if it is one."""
        error = self.json.get("error") if self.body else None
        return error["code"] if error else None


@dataclass
class Wire:
    """One connection to the server."""

    port: int
    socket: socket.socket = field(init=False)
    buffer: bytes = b""

    def __post_init__(self) -> None:
        self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        """Bytes as they are."""
        self.socket.sendall(data)

    def fill(self) -> bool:
        """More bytes; False at the end."""
        try:
            data = self.socket.recv(65536)
        except ConnectionResetError:
            return False
        self.buffer += data
        return bool(data)

    def line(self) -> bytes:
        """A line without its end."""
        while b"\r\n" not in self.buffer:
            assert self.fill(), "the server closed the connection"
        line, self.buffer = self.buffer.split(b"\r\n", 1)
        return line

    def exactly(self, count: int) -> bytes:
        """So many bytes."""
        while len(self.buffer) < count:
            assert self.fill(), "the server closed the connection"
        data, self.buffer = self.buffer[:count], self.buffer[count:]
        return data

    def head(self) -> tuple[int, dict[str, str]]:
        """Status and headers."""
        status = int(self.line().split()[1])
        headers = {}
        while line := self.line():
            name, value = line.decode("latin-1").split(":", 1)
            headers[name.lower()] = value.strip()
        return status, headers

    def chunk(self) -> bytes:
        """One chunk of a stream; empty at its end."""
        data = self.exactly(int(self.line(), 16))
        assert self.line() == b""
        return data

    def answer(self) -> Answer:
        """The next answer, read to its end."""
        status, headers = self.head()
        while status == 100:
            status, headers = self.head()
        if headers.get("transfer-encoding") == "chunked":
            body = b""
            while piece := self.chunk():
                body += piece
            return Answer(status, headers, body)
        return Answer(status, headers, self.exactly(int(headers.get("content-length", "0"))))

    def is_closed(self, within: float = 5.0) -> bool:
        """Whether the server closes the connection."""
        self.socket.settimeout(within)
        try:
            while self.fill():
                pass
        except TimeoutError:
            return False
        return True


def named_value(message: dict[str, Any]) -> str | None:
    """What Mcp-Name repeats."""
    members = {"tools/call": "name", "prompts/get": "name", "resources/read": "uri"}
    member = members.get(message.get("method", ""), "taskId" if message.get("method", "").startswith("tasks/") else "")
    return message.get("params", {}).get(member)


def headers_of(message: dict[str, Any]) -> dict[str, str]:
    """The headers that go with a request of 2026-07-28."""
    headers = {"MCP-Protocol-Version": MODERN, "Mcp-Method": message["method"]}
    if (name := named_value(message)) is not None:
        headers["Mcp-Name"] = name
    return headers


def http(body: bytes | dict[str, Any], headers: dict[str, str | None] | list[tuple[str, str]] | None = None, method: str = "POST", path: str = "/mcp") -> bytes:
    """A request as bytes. A header that is None is left out; a list of headers is all there is."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    if isinstance(headers, list):
        rows = headers
    else:
        all_headers: dict[str, str | None] = {"Host": "localhost", "Content-Type": "application/json", "Accept": "application/json, text/event-stream", "Content-Length": str(len(data))}
        rows = [(k, v) for k, v in {**all_headers, **(headers or {})}.items() if v is not None]
    head = "".join(f"{name}: {value}\r\n" for name, value in rows)
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + data


@dataclass
class HttpServer:
    """The fixture server on a port."""

    port: int
    process: subprocess.Popen[str]

    def connect(self) -> Wire:
        """A fresh connection."""
        return Wire(self.port)

    def raw(self, data: bytes) -> Answer:
        """The answer to bytes on a connection of their own."""
        with self.connect() as wire:
            wire.send(data)
            return wire.answer()

    def modern(self, message: dict[str, Any], headers: dict[str, str | None] | None = None) -> Answer:
        """The answer to a request of 2026-07-28 whose headers are right but for `headers`."""
        return self.raw(http(message, {**headers_of(message), **(headers or {})}))

    def call(self, name: str, arguments: dict[str, Any] | None = None, capabilities: dict[str, Any] | None = None, **params: Any) -> Answer:
        """A tools/call of 2026-07-28."""
        return self.modern(modern("tools/call", 1, capabilities, name=name, arguments=arguments or {}, **params))

    def session(self, version: str = "2025-11-25", **capabilities: Any) -> str:
        """The id of a fresh session."""
        answer = self.raw(http(greeting(version, **capabilities)))
        assert answer.status == 200, answer
        return answer.headers["mcp-session-id"]

    def legacy(self, session: str, message: dict[str, Any], version: str = "2025-11-25") -> Answer:
        """The answer to a message within a session."""
        return self.raw(http(message, {"Mcp-Session-Id": session, "MCP-Protocol-Version": version}))


@pytest.fixture(scope="session")
def server() -> Iterator[HttpServer]:
    """One for all tests: it must survive them, a thousand connections among them."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with subprocess.Popen([SERVER, "--http", "0"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline().rsplit(":", 1)[1].split("/")[0])
        yield HttpServer(port, process)
        assert process.poll() is None, "the server died"
        process.terminate()
        assert process.wait(10) == 0


class Pipes:
    """The fixture server over its standard input and output."""

    def __init__(self, program: str = SERVER) -> None:
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.buffer = b""

    def send(self, *messages: Any) -> None:
        """Messages, or bytes as they are."""
        assert self.process.stdin is not None
        for message in messages:
            data = message if isinstance(message, bytes) else json.dumps(message).encode()
            self.process.stdin.write(data + b"\n")
        self.process.stdin.flush()

    def receive(self, within: float = 20.0) -> Any:
        """The next message; None at the end."""
        assert self.process.stdout is not None
        end = time.monotonic() + within
        while b"\n" not in self.buffer:
            ready, _, _ = select.select([self.process.stdout], [], [], max(end - time.monotonic(), 0))
            assert ready, "the server is silent"
            data = os.read(self.process.stdout.fileno(), 65536)
            if not data:
                assert not self.buffer, self.buffer
                return None
            self.buffer += data
        line, self.buffer = self.buffer.split(b"\n", 1)
        return json.loads(line)

    def ask(self, message: Any) -> Any:
        """Sends one, receives one."""
        self.send(message)
        return self.receive()

    def close(self, within: float = 10.0) -> int:
        """Closes the input; the exit status."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.process.wait(within)


@pytest.fixture
def pipes() -> Iterator[Pipes]:
    """A process of one's own."""
    made = Pipes()
    yield made
    if made.process.poll() is None:
        made.process.kill()
    made.process.wait()
