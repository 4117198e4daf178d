"""A small MCP server of both eras whose `fault/...` methods break the protocol: for tests of the client."""

from __future__ import annotations

import json
import queue
import sys
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Json = dict[str, Any]
MODERN = "2026-07-28"
VERSION_KEY = "io.modelcontextprotocol/protocolVersion"
REPLIES: queue.Queue[Json] = queue.Queue()
TOOL = {
    "name": "echo",
    "inputSchema": {
        "type": "object",
        "properties": {
            "city": {"type": "string", "x-mcp-header": "City"},
            "deep": {"type": "object", "properties": {"day": {"type": "integer", "x-mcp-header": "Day"}}},
            "list": {"type": "array", "items": {"properties": {"no": {"type": "string", "x-mcp-header": "No"}}}},
        },
    },
}


def is_modern(message: Json) -> bool:
    """Whether a request carries the envelope."""
    return VERSION_KEY in message.get("params", {}).get("_meta", {})


def respond(message: Json, result: Json) -> Json:
    """The response to a request."""
    return {"jsonrpc": "2.0", "id": message["id"], "result": result}


def page(params: Json) -> Json:
    """Three tools on three pages."""
    number = int(params.get("cursor", "0"))
    tools = [{**TOOL, "name": f"{TOOL['name']}{number or ''}"}]
    return {"tools": tools, "nextCursor": str(number + 1)} if number < 2 else {"tools": tools}


def result_of(message: Json, headers: dict[str, str]) -> Json | None:
    """The result of a method that works; None for one that is not known."""
    method, params = message["method"], message.get("params", {})
    results: dict[str, Json] = {
        "initialize": {"protocolVersion": "2025-11-25", "capabilities": {}, "serverInfo": {"name": "fake", "version": "1"}},
        "server/discover": {"supportedVersions": [MODERN], "capabilities": {}},
        "tools/list": page(params) if method == "tools/list" else {},
        "loop/list": {"tools": [], "nextCursor": "again"},
        "tools/call": {"content": [], "headers": headers, "params": params},
        "resources/read": {"contents": [], "headers": headers},
        "odd/result_type": {"resultType": "input_required"},
    }
    if method not in results:
        return None
    return {"resultType": "complete", **results[method]} if is_modern(message) else results[method]


def error(message: Json, code: int, text: str, **data: Any) -> Json:
    """An error response."""
    body: Json = {"code": code, "message": text, **({"data": data} if data else {})}
    return {"jsonrpc": "2.0", "id": message["id"], "error": body}


def notification(number: int) -> Json:
    """A notification that can be told from others."""
    return {"jsonrpc": "2.0", "method": "notifications/progress", "params": {"progress": number}}


def answer(message: Json, headers: dict[str, str]) -> Json:
    """The response to any method that works, and a JSON-RPC error for others."""
    result = result_of(message, headers)
    return error(message, -32601, "Method not found", method=message["method"]) if result is None else respond(message, result)


def done(message: Json, **more: Any) -> Json:
    """A complete result of either era."""
    return respond(message, {**({"resultType": "complete"} if is_modern(message) else {}), **more})


def asked() -> Iterator[Json]:
    """Two requests of the server to the client."""
    yield {"jsonrpc": "2.0", "id": "s1", "method": "ping"}
    yield {"jsonrpc": "2.0", "id": 2, "method": "sampling/createMessage", "params": {}}


def wrong_messages(message: Json) -> list[Any] | None:
    """What is sent for a fault that any transport can have."""
    faults: dict[str, list[Any]] = {
        "noise": ["a stray print", done(message)],
        "wrong_id": [{**done(message), "id": 4711}],
        "text_id": [{**done(message), "id": str(message["id"])}],
        "both": [{**error(message, 1, "x"), "result": {}}],
        "batch": [[done(message)]],
        "null_id": [{**error(message, -32600, "Invalid Request"), "id": None}],
        "not_object": [respond(message, 5)],  # type: ignore[arg-type]
        "version": [{**done(message), "jsonrpc": "1.0"}],
        "notify": [notification(1), notification(2), done(message)],
        "latin": ["\udcff"],
    }
    return faults.get(message["method"].removeprefix("fault/"))


def text_of(message: Any) -> bytes:
    """A message as bytes; a str goes out as it is."""
    return message.encode("utf-8", "surrogateescape") if isinstance(message, str) else json.dumps(message).encode()


def write_line(message: Any) -> None:
    """One message on standard output."""
    sys.stdout.buffer.write(text_of(message) + b"\n")
    sys.stdout.buffer.flush()


def serve_stdio() -> None:
    """Answers lines until the end of input."""
    for line in sys.stdin:
        message = json.loads(line)
        if "method" not in message or "id" not in message:
            continue
        fault = message["method"].removeprefix("fault/")
        if fault == "hang":
            time.sleep(60)
        elif fault == "huge":
            write_line("x" * (2 << 20))
        elif fault == "close":
            print("boom on standard error", file=sys.stderr)
            return
        elif fault == "unended":
            sys.stdout.write(json.dumps(done(message))[:-1])
            return
        elif fault == "ask":
            for request in asked():
                write_line(request)
            write_line(done(message, replies=[json.loads(sys.stdin.readline()) for _ in asked()]))
        else:
            for out in wrong_messages(message) or [answer(message, {})]:
                write_line(out)


class Handler(BaseHTTPRequestHandler):
    """One POST: a message and what becomes of it."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        """Says nothing."""

    def reply(self, status: int, body: bytes, kind: str = "application/json", **headers: str) -> None:
        """A whole answer with its length."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def raw(self, *pieces: bytes) -> None:
        """Bytes as they are, then the end of the connection."""
        for piece in pieces:
            self.wfile.write(piece)
            self.wfile.flush()
        self.close_connection = True

    def events(self, *pieces: bytes) -> None:
        """A stream of events in chunks of odd sizes."""
        stream = b"".join(pieces)
        head = b"HTTP/1.1 200 OK\r\ncontent-TYPE: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n"
        chunks = [stream[i : i + 7] for i in range(0, len(stream), 7)]
        self.raw(head, *(b"%x;note=1\r\n%s\r\n" % (len(c), c) for c in chunks), b"0\r\nTrailer: x\r\n\r\n")

    def ask(self, message: Json) -> None:
        """Asks the client in the stream of events, and shows what came back by POST."""
        self.raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
        replies = []
        for request in asked():
            self.raw(b"data: " + json.dumps(request).encode() + b"\n\n")
            replies.append(REPLIES.get(timeout=10))
        self.raw(b"data: " + json.dumps(done(message, replies=replies)).encode() + b"\n\n")

    def do_POST(self) -> None:
        """Every message comes here."""
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if "id" not in message:
            self.raw(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")
        elif "method" not in message:
            REPLIES.put(message)
            self.raw(b"HTTP/1.1 202 Accepted\r\n\r\n")
        elif message["method"].startswith("fault/"):
            self.fault(message["method"].removeprefix("fault/"), message)
        else:
            out = answer(message, dict(self.headers.items()))
            session = {"Mcp_Session_Id": "session-1"} if message["method"] == "initialize" else {}
            self.reply(404 if out.get("error", {}).get("code") == -32601 else 200, text_of(out), **session)

    def fault(self, fault: str, message: Json) -> None:
        """What only HTTP can do wrong."""
        data = json.dumps(done(message), indent=1).encode()
        ok = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        lines = b"".join(b"data: %s\r\n" % line for line in data.splitlines())
        note = b"event: message\rid: 7\rdata: " + text_of(notification(1)) + b"\r\r"
        heads = {
            "close": [],
            "cut_head": [ok],
            "cut_body": [ok, b"Content-Length: 1000\r\n\r\n", data],
            "cut_chunk": [ok, b"Transfer-Encoding: chunked\r\n\r\nfff\r\n", data],
            "bad_chunk": [ok, b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n", data],
            "long_chunk": [ok, b"Transfer-Encoding: chunked\r\n\r\n1\r\n", data],
            "smuggled": [ok, b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n"],
            "gzip": [ok, b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"],
            "bad_length": [ok, b"Content-Length: -1\r\n\r\n"],
            "huge": [ok, b"X: ", b"x" * (1 << 20), b"\r\n\r\n"],
            "many": [ok, b"X: x\r\n" * 1000, b"\r\n"],
            "folded": [ok, b" folded: x\r\n\r\n"],
            "garbage": [b"SSH-2.0-OpenSSH\r\n\r\n"],
            "until_end": [ok, b"\r\n", data],
            "continue": [b"HTTP/1.1 100 Continue\r\n\r\n", ok, b"\r\n", data],
            "continues": [b"HTTP/1.1 100 Continue\r\n\r\n"] * 50,
            "type": [b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", data],
            "accepted": [b"HTTP/1.1 202 Accepted\r\n\r\n"],
            "moved": [b"HTTP/1.1 301 Moved\r\nLocation: http://example.org/\r\n\r\n"],
            "oops": [b"HTTP/1.1 500 Oops\r\nContent-Length: 9\r\n\r\nTraceback"],
        }
        if fault == "hang":
            time.sleep(60)
        elif fault == "ask":
            self.ask(message)
        elif fault == "sse":
            self.events(b"\xef\xbb\xbf: hello\n\nretry: 5\nid\n\nevent: other\ndata: 1\n\n", note, lines, b"\n")
        elif fault == "sse_cut":
            self.events(note, lines)
        elif fault in heads:
            self.raw(*heads[fault])
        elif wrong_messages(message):
            self.events(*(b"data: " + text_of(out) + b"\n\n" for out in wrong_messages(message) or []))
        else:
            self.reply(400, text_of(error(message, -32602, "Invalid params")))


def serve_http() -> None:
    """Prints the port and answers for ever."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    serve_http() if sys.argv[1:] == ["--http"] else serve_stdio()
