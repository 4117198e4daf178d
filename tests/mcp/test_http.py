"""Transcripts over HTTP: headers beside bodies, hosts and origins, sessions, clients that are slow, stalled or many."""

from __future__ import annotations

import base64
import json
import socket
import threading
import time
from typing import Any

import pytest

from conftest import (
    META,
    MODERN,
    HttpServer,
    Wire,
    envelope,
    greeting,
    headers_of,
    http,
    legacy,
    modern,
)


def sentinel(text: str | bytes) -> str:
    """A value as the protocol encodes what cannot stand in a header."""
    data = text.encode() if isinstance(text, str) else text
    return f"=?base64?{base64.b64encode(data).decode()}?="


def test_an_answer_is_one_object(server: HttpServer) -> None:
    answer = server.call("test_simple_text")
    assert answer.status == 200 and answer.headers["content-type"] == "application/json"
    assert answer.json["result"]["resultType"] == "complete" and "mcp-session-id" not in answer.headers


GREET: dict[str, Any] = {"name": "greet", "arguments": {"name": "x"}}
LIST = modern("tools/list")
CALL = modern("tools/call", **GREET)
READ = modern("resources/read", uri="test://static-text")
PROMPT = modern("prompts/get", name="test_simple_prompt")
REGION = modern("tools/call", name="test_header_tool", arguments={"region": "eu"})
UMLAUT = modern("tools/call", name="test_header_tool", arguments={"region": "Zürich"})
COUNT = modern("tools/call", name="test_header_tool", arguments={"count": 7})
DRY = modern("tools/call", name="test_header_tool", arguments={"dry": True})
NOTHING = modern("tools/call", name="test_header_tool", arguments={})
NULL = modern("tools/call", name="greet", arguments={"name": "n"})
TASK = modern("tasks/get", capabilities={"extensions": {META + "tasks": {}}}, taskId="abc")
OLD = modern("tools/list", meta={**envelope(), META + "protocolVersion": "2025-11-25"})
FUTURE = modern("tools/list", meta={**envelope(), META + "protocolVersion": "2030-01-01"})
VERSION, METHOD, NAME, REGION_H, COUNT_H, DRY_H = "MCP-Protocol-Version", "Mcp-Method", "Mcp-Name", "Mcp-Param-Region", "Mcp-Param-Count", "Mcp-Param-Dry"

# What the body says, what the headers say instead, status and code (0: served).
HEADERS_BESIDE_BODY: list[tuple[dict[str, Any], dict[str, str | None], int, int]] = [
    (LIST, {}, 200, 0),
    (LIST, {VERSION: None}, 400, -32020),
    (LIST, {VERSION: ""}, 400, -32020),
    (LIST, {VERSION: "2025-11-25"}, 400, -32020),
    (LIST, {VERSION: "2026-07-29"}, 400, -32020),
    (LIST, {VERSION: f" {MODERN}  "}, 200, 0),
    (LIST, {VERSION: f"\t{MODERN}\t"}, 200, 0),
    (LIST, {VERSION: f"{MODERN}, {MODERN}"}, 400, -32020),
    (LIST, {VERSION: sentinel(MODERN)}, 400, -32020),
    (LIST, {VERSION: None, "mcp-protocol-version": MODERN}, 200, 0),
    (LIST, {VERSION: None, "MCP-PROTOCOL-VERSION": MODERN}, 200, 0),
    (OLD, {VERSION: "2025-11-25"}, 400, -32022),
    (OLD, {}, 400, -32020),
    (FUTURE, {VERSION: "2030-01-01"}, 400, -32022),
    (FUTURE, {}, 400, -32020),
    (LIST, {METHOD: None}, 400, -32020),
    (LIST, {METHOD: ""}, 400, -32020),
    (LIST, {METHOD: "tools/call"}, 400, -32020),
    (LIST, {METHOD: "Tools/List"}, 400, -32020),
    (LIST, {METHOD: "TOOLS/LIST"}, 400, -32020),
    (LIST, {METHOD: "tools/list2"}, 400, -32020),
    (LIST, {METHOD: "tools/lis"}, 400, -32020),
    (LIST, {METHOD: "  tools/list "}, 200, 0),
    (LIST, {METHOD: None, "mcp-method": "tools/list"}, 200, 0),
    (LIST, {METHOD: None, "mCP-mETHOD": "tools/list"}, 200, 0),
    (LIST, {METHOD: sentinel("tools/list")}, 400, -32020),
    (CALL, {}, 200, 0),
    (CALL, {NAME: None}, 400, -32020),
    (CALL, {NAME: ""}, 400, -32020),
    (CALL, {NAME: "Greet"}, 400, -32020),
    (CALL, {NAME: "greet2"}, 400, -32020),
    (CALL, {NAME: "greet, greet"}, 400, -32020),
    (CALL, {NAME: " greet\t"}, 200, 0),
    (CALL, {NAME: None, "MCP-NAME": "greet"}, 200, 0),
    (CALL, {NAME: sentinel("greet")}, 200, 0),
    (CALL, {NAME: sentinel("Greet")}, 400, -32020),
    (CALL, {NAME: "=?base64?Z3JlZXQ?="}, 400, -32020),
    (CALL, {NAME: "=?base64?Z3JlZXQ==?="}, 400, -32020),
    (CALL, {NAME: "=?base64?Z3JlZXR=?="}, 400, -32020),
    (CALL, {NAME: "=?base64?Z3Jl ZXQ=?="}, 400, -32020),
    (CALL, {NAME: "=?base64??="}, 400, -32020),
    (CALL, {NAME: "=?BASE64?Z3JlZXQ=?="}, 400, -32020),
    (CALL, {NAME: "=?base64?Z3JlZXQ="}, 400, -32020),
    (CALL, {NAME: sentinel(b"\xff\xfe")}, 400, -32020),
    (LIST, {NAME: "greet"}, 200, 0),
    (READ, {}, 200, 0),
    (READ, {NAME: None}, 400, -32020),
    (READ, {NAME: "test://static-binary"}, 400, -32020),
    (READ, {NAME: "test://STATIC-text"}, 400, -32020),
    (READ, {NAME: sentinel("test://static-text")}, 200, 0),
    (PROMPT, {}, 200, 0),
    (PROMPT, {NAME: None}, 400, -32020),
    (PROMPT, {NAME: "test_other_prompt"}, 400, -32020),
    (TASK, {}, 400, -32602),
    (TASK, {NAME: None}, 400, -32020),
    (TASK, {NAME: "abd"}, 400, -32020),
    (REGION, {REGION_H: "eu"}, 200, 0),
    (REGION, {}, 400, -32020),
    (REGION, {REGION_H: ""}, 400, -32020),
    (REGION, {REGION_H: "EU"}, 400, -32020),
    (REGION, {REGION_H: "us"}, 400, -32020),
    (REGION, {REGION_H: " eu "}, 200, 0),
    (REGION, {"MCP-PARAM-REGION": "eu"}, 200, 0),
    (REGION, {REGION_H: sentinel("eu")}, 200, 0),
    (REGION, {REGION_H: sentinel("us")}, 400, -32020),
    (REGION, {REGION_H: "=?base64?ZXU?="}, 400, -32020),
    (REGION, {REGION_H: "ZXU="}, 400, -32020),
    (REGION, {REGION_H: "eu", COUNT_H: "7"}, 400, -32020),
    (UMLAUT, {REGION_H: sentinel("Zürich")}, 200, 0),
    (UMLAUT, {REGION_H: sentinel("Zürich".encode("latin-1"))}, 400, -32020),
    (UMLAUT, {REGION_H: "Zürich"}, 400, -32020),
    (COUNT, {COUNT_H: "7"}, 200, 0),
    (COUNT, {COUNT_H: "7.0"}, 200, 0),
    (COUNT, {COUNT_H: "8"}, 400, -32020),
    (COUNT, {COUNT_H: "07"}, 400, -32020),
    (COUNT, {COUNT_H: "seven"}, 400, -32020),
    (COUNT, {COUNT_H: '"7"'}, 400, -32020),
    (COUNT, {COUNT_H: sentinel("7")}, 200, 0),
    (DRY, {DRY_H: "true"}, 200, 0),
    (DRY, {DRY_H: "True"}, 400, -32020),
    (DRY, {DRY_H: "false"}, 400, -32020),
    (DRY, {DRY_H: "1"}, 400, -32020),
    (NOTHING, {}, 200, 0),
    (NOTHING, {REGION_H: "eu"}, 400, -32020),
    (NOTHING, {REGION_H: ""}, 400, -32020),
    (NULL, {REGION_H: "eu"}, 200, 0),
]


@pytest.mark.parametrize("row", range(len(HEADERS_BESIDE_BODY)))
def test_headers_say_what_the_body_says(server: HttpServer, row: int) -> None:
    message, changed, status, code = HEADERS_BESIDE_BODY[row]
    answer = server.modern(message, changed)
    assert (answer.status, answer.code or 0) == (status, code), answer
    if code == -32020:
        assert answer.json["id"] == message["id"]


@pytest.mark.parametrize("name", [VERSION, METHOD, NAME])
def test_a_header_that_stands_twice_is_refused(server: HttpServer, name: str) -> None:
    body = json.dumps(CALL).encode()
    rows = [("Host", "localhost"), ("Content-Type", "application/json"), ("Content-Length", str(len(body))), *headers_of(CALL).items()]
    rows.append((name.lower(), headers_of(CALL)[name]))
    answer = server.raw(http(body, rows))
    assert (answer.status, answer.code) == (400, -32020)


@pytest.mark.parametrize("message", [legacy("tools/list"), {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}])
def test_a_modern_header_without_an_envelope(server: HttpServer, message: dict[str, Any]) -> None:
    answer = server.raw(http(message, {VERSION: MODERN, METHOD: "tools/list"}))
    assert (answer.status, answer.code) == (400, -32602)


@pytest.mark.parametrize("method", ["initialize", "ping", "logging/setLevel", "resources/subscribe", "resources/unsubscribe", "tasks/list", "tasks/result", "nonsense"])
def test_removed_methods_are_not_found(server: HttpServer, method: str) -> None:
    answer = server.modern(modern(method))
    assert (answer.status, answer.code) == (404, -32601)


GOOD_HOSTS = ["localhost", "LOCALHOST", "localhost:80", "localhost:65535", "127.0.0.1", "127.0.0.1:1", "[::1]", "[::1]:8000", "LocalHost:8000"]
BAD_HOSTS = ["", "evil.com", "evil.com:80", "localhost.evil.com", "evil.localhost", "localhost.", "localhost:", "localhost:x", "localhost:123456", "localhost:80:80", "localhost@evil.com", "evil.com@localhost", "127.0.0.1.evil.com", "127.0.0.2", "127.1", "0.0.0.0", "2130706433", "0x7f000001", "[::]", "::1", "[::1", "[::1]x", "[::ffff:127.0.0.1]", "localhost, evil.com", "localhost evil.com", "http://localhost", "localhost/", "127.0.0.1%00", "192.168.0.1", "xn--localhost"]
GOOD_ORIGINS = ["http://localhost", "https://localhost", "http://localhost:3000", "http://127.0.0.1:8000", "http://[::1]:5173", "http://LOCALHOST"]
BAD_ORIGINS = ["", "null", "http://evil.com", "https://evil.com", "http://localhost.evil.com", "http://evil.com:80", "http://localhost@evil.com", "http://localhost/", "http://localhost:", "http://localhost:x", "ftp://localhost", "file://", "localhost", "http://", "http://127.0.0.2", "http://0.0.0.0", "HTTP://localhost", "http:// localhost", "http://localhost http://evil.com", "chrome-extension://abc"]
ROUTES = [("POST", "/mcp"), ("GET", "/mcp"), ("DELETE", "/mcp"), ("OPTIONS", "/mcp"), ("POST", "/"), ("GET", "/.well-known/x")]


@pytest.mark.parametrize("host", GOOD_HOSTS)
def test_hosts_that_are_ours(server: HttpServer, host: str) -> None:
    assert server.modern(LIST, {"Host": host}).status == 200


@pytest.mark.parametrize("host", BAD_HOSTS)
def test_hosts_that_are_not(server: HttpServer, host: str) -> None:
    assert server.modern(LIST, {"Host": host}).status == 421


@pytest.mark.parametrize("origin", GOOD_ORIGINS)
def test_origins_that_may(server: HttpServer, origin: str) -> None:
    assert server.modern(LIST, {"Origin": origin}).status == 200


@pytest.mark.parametrize("origin", BAD_ORIGINS)
def test_origins_that_may_not(server: HttpServer, origin: str) -> None:
    assert server.modern(LIST, {"Origin": origin}).status == 403


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_every_route_is_guarded(server: HttpServer, method: str, path: str) -> None:
    assert server.raw(http(LIST, {"Host": "evil.com"}, method, path)).status == 421
    assert server.raw(http(LIST, {"Origin": "http://evil.com"}, method, path)).status == 403


def test_two_hosts_or_origins_are_refused(server: HttpServer) -> None:
    base = [("Host", "localhost"), ("Content-Type", "application/json"), ("Content-Length", "2")]
    assert server.raw(http(b"{}", [*base, ("Host", "localhost")])).status == 400
    assert server.raw(http(b"{}", [*base, ("Origin", "http://localhost"), ("Origin", "http://localhost")])).status == 403
    assert server.raw(http(b"{}", base[1:])).status == 400


HEADS = {
    "no request line": (b"\r\n\r\n", 400),
    "one word": (b"POST\r\n\r\n", 400),
    "another protocol": (b"POST /mcp SMTP/1.1\r\nHost: localhost\r\n\r\n", 505),
    "HTTP/2": (b"PRI * HTTP/2.0\r\n\r\n", 400),
    "an absolute target": (b"POST http://localhost/mcp HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
    "a folded line": (b"POST /mcp HTTP/1.1\r\nHost: localhost\r\n X: y\r\n\r\n", 400),
    "a blank before the colon": (b"POST /mcp HTTP/1.1\r\nHost : localhost\r\n\r\n", 400),
    "no colon": (b"POST /mcp HTTP/1.1\r\nHost\r\n\r\n", 400),
    "a bare line feed": (b"POST /mcp HTTP/1.1\r\nHost: localhost\nX: y\r\n\r\n", 400),
    "a NUL": (b"POST /mcp HTTP/1.1\r\nHost: localhost\r\nX: a\0b\r\n\r\n", 400),
    "length and chunks": (b"POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
    "two lengths": (b"POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}", 400),
    "lengths in one line": (b"POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2, 2\r\n\r\n{}", 400),
    "a negative length": (b"POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: -2\r\n\r\n", 400),
    "a length with a sign": (b"POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: +2\r\n\r\n{}", 400),
    "a hexadecimal length": (b"POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0x2\r\n\r\n{}", 400),
    "a huge length": (b"POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000000\r\n\r\n", 413),
    "a length beyond numbers": (b"POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999999\r\n\r\n", 413),
    "another coding": (b"POST /mcp HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501),
    "chunks in HTTP/1.0": (b"POST /mcp HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
    "a chunk that is none": (b"POST /mcp HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400),
    "a negative chunk": (b"POST /mcp HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n", 400),
    "a huge chunk": (b"POST /mcp HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n7fffffffffffffff\r\n", 413),
    "a chunk that goes on": (b"POST /mcp HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n", 400),
    "too long a head": (b"POST /mcp HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 20000 + b"\r\n\r\n", 431),
    "too many headers": (b"POST /mcp HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * 200 + b"\r\n", 431),
    "another Expect": (b"POST /mcp HTTP/1.1\r\nHost: localhost\r\nExpect: magic\r\n\r\n", 417),
}


@pytest.mark.parametrize("case", HEADS)
def test_heads_that_are_refused(server: HttpServer, case: str) -> None:
    data, status = HEADS[case]
    with server.connect() as wire:
        wire.send(data)
        assert wire.answer().status == status
        assert wire.is_closed()


@pytest.mark.parametrize(("headers", "status"), [({"Content-Type": None}, 415), ({"Content-Type": "text/plain"}, 415), ({"Content-Type": "application/jsonx"}, 415), ({"Content-Type": "Application/JSON; charset=utf-8"}, 200), ({"Accept": None}, 200), ({"Accept": "*/*"}, 200), ({"Accept": "application/json"}, 200), ({"Accept": "text/html"}, 406)])
def test_media_types(server: HttpServer, headers: dict[str, str | None], status: int) -> None:
    assert server.modern(LIST, headers).status == status


@pytest.mark.parametrize(("body", "code"), [(b"", -32700), (b"{", -32700), (b"[]", -32600), (json.dumps([LIST]).encode(), -32600), (b'"x"', -32600), (b"\xff", -32700), (b'{"jsonrpc":"2.0","id":1,"method":"a","method":"b"}', -32700), (b'{"jsonrpc":"2.0","id":null,"method":"tools/list"}', -32600)])
def test_bodies_that_are_no_message(server: HttpServer, body: bytes, code: int) -> None:
    answer = server.raw(http(body, {VERSION: MODERN}))
    assert (answer.status, answer.code) == (400, code)


def test_notifications_are_accepted_without_a_word(server: HttpServer) -> None:
    answer = server.raw(http({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 1}}, {VERSION: MODERN}))
    assert (answer.status, answer.body) == (202, b"")


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT", "PATCH", "OPTIONS", "HEAD", "post"])
def test_other_methods_without_a_session(server: HttpServer, method: str) -> None:
    with server.connect() as wire:
        wire.send(http(b"", {"Connection": "close"}, method=method))
        status, headers = wire.head()
        assert status == 405 and headers["allow"] == "POST"
        assert wire.is_closed()
        assert len(wire.buffer) == (0 if method == "HEAD" else int(headers["content-length"]))


def test_other_paths_are_not_there(server: HttpServer) -> None:
    for path in ("/", "/mcp/", "/mcp2", "/MCP", "/%6dcp", "//mcp"):
        assert server.raw(http(LIST, headers_of(LIST), path=path)).status == 404
    assert server.raw(http(LIST, headers_of(LIST), path="/mcp?x=y")).status == 200


def test_chunks_pieces_and_pipelines(server: HttpServer) -> None:
    body = json.dumps(LIST).encode()
    head = b"POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n" + "".join(f"{k}: {v}\r\n" for k, v in headers_of(LIST).items()).encode() + b"\r\n"
    chunks = b"".join(b"%x;x=y\r\n%s\r\n" % (len(body[i : i + 7]), body[i : i + 7]) for i in range(0, len(body), 7)) + b"0\r\nT: x\r\n\r\n"
    with server.connect() as wire:
        wire.send((head + chunks) * 3)
        for _ in range(3):
            assert wire.answer().json["result"]["tools"]
        for byte in head + chunks:
            wire.send(bytes([byte]))
        assert wire.answer().status == 200
        slow, quick = modern("tools/call", "slow", name="test_tool_with_progress"), modern("tools/list", "quick")
        wire.send(http(slow, headers_of(slow)) + http(quick, headers_of(quick)) * 2)
        assert [wire.answer().json["id"] for _ in range(3)] == ["slow", "quick", "quick"]


def test_expect_continue(server: HttpServer) -> None:
    request = http(LIST, {**headers_of(LIST), "Expect": "100-continue"})
    head, body = request.split(b"\r\n\r\n", 1)
    with server.connect() as wire:
        wire.send(head + b"\r\n\r\n")
        assert wire.head()[0] == 100
        wire.send(body)
        assert wire.answer().status == 200


def test_connection_close_is_honoured(server: HttpServer) -> None:
    with server.connect() as wire:
        wire.send(http(LIST, {**headers_of(LIST), "Connection": "close"}))
        assert wire.answer().headers["connection"] == "close"
        assert wire.is_closed()


def test_progress_makes_a_stream_that_ends_with_the_answer(server: HttpServer) -> None:
    message = modern("tools/call", 9, name="test_tool_with_progress", meta=envelope(progressToken="p"))
    answer = server.modern(message)
    assert answer.headers["content-type"] == "text/event-stream" and answer.headers["x-accel-buffering"] == "no"
    assert [m.get("method", m.get("id")) for m in answer.events] == ["notifications/progress"] * 3 + [9]


def test_leaving_cancels_a_modern_call(server: HttpServer) -> None:
    """More calls than there are workers: they would wait for half a minute if leaving did not stop them."""
    message = modern("tools/call", name="test_wait")
    for _ in range(100):
        with server.connect() as wire:
            wire.send(http(message, headers_of(message)))
    begun = time.monotonic()
    assert server.call("test_error_handling").json["result"]["isError"] is True
    assert time.monotonic() - begun < 15


def test_a_session_of_the_older_kind(server: HttpServer) -> None:
    session = server.session()
    assert all(0x21 <= ord(c) <= 0x7E for c in session)
    assert server.legacy(session, {"jsonrpc": "2.0", "method": "notifications/initialized"}).status == 202
    listed = server.legacy(session, legacy("tools/list"))
    assert listed.status == 200 and "resultType" not in listed.json["result"]
    assert server.legacy(session, legacy("nonsense")).code == -32601
    assert server.raw(http(legacy("tools/list"))).status == 400
    assert server.raw(http(legacy("tools/list"), {"Mcp-Session-Id": "x" * 64})).status == 404
    assert server.legacy(session, legacy("tools/list"), "1999-01-01").status == 400
    assert server.raw(http(b"", {"Mcp-Session-Id": session}, "DELETE")).status == 204
    assert server.legacy(session, legacy("tools/list")).status == 404
    assert server.raw(http(b"", {"Mcp-Session-Id": session}, "DELETE")).status == 404


def test_a_session_says_its_version_or_none(server: HttpServer) -> None:
    session = server.session("2025-03-26")
    assert server.raw(http(legacy("ping"), {"Mcp-Session-Id": session})).json["result"] == {}


def test_the_stream_of_a_session_carries_what_belongs_to_no_request(server: HttpServer) -> None:
    session = server.session()
    with server.connect() as stream:
        stream.send(http(b"", {"Mcp-Session-Id": session, "Accept": "text/event-stream"}, "GET"))
        assert stream.head()[1]["content-type"] == "text/event-stream"
        assert server.legacy(session, legacy("resources/subscribe", uri="test://watched-resource")).status == 200
        server.call("test_touch")
        assert b'"uri":"test://watched-resource"' in stream.chunk()
        server.raw(http(b"", {"Mcp-Session-Id": session}, "DELETE"))
        assert stream.is_closed() or stream.buffer.endswith(b"0\r\n\r\n")


def test_a_question_on_the_stream_of_a_call(server: HttpServer) -> None:
    session = server.session(sampling={})
    with server.connect() as wire:
        message = legacy("tools/call", 4, name="test_sampling", arguments={"prompt": "?"})
        wire.send(http(message, {"Mcp-Session-Id": session}))
        wire.head()
        question = json.loads(wire.chunk().split(b"data: ")[1])
        assert question["method"] == "sampling/createMessage"
        reply = {"role": "assistant", "content": {"type": "text", "text": "42"}, "model": "m"}
        assert server.legacy(session, {"jsonrpc": "2.0", "id": question["id"], "result": reply}).status == 202
        answer = json.loads(wire.chunk().split(b"data: ")[1])
        assert answer["result"]["content"][0]["text"] == "LLM response: 42"


def test_another_session_cannot_answer(server: HttpServer) -> None:
    session, other = server.session(sampling={}), server.session(sampling={})
    with server.connect() as wire:
        wire.send(http(legacy("tools/call", 4, name="test_sampling", arguments={"prompt": "?"}), {"Mcp-Session-Id": session}))
        wire.head()
        question = json.loads(wire.chunk().split(b"data: ")[1])
        reply = {"role": "assistant", "content": {"type": "text", "text": "stolen"}, "model": "m"}
        server.legacy(other, {"jsonrpc": "2.0", "id": question["id"], "result": reply})
        server.legacy(session, {"jsonrpc": "2.0", "id": question["id"], "result": {**reply, "content": {"type": "text", "text": "mine"}}})
        assert b"mine" in wire.chunk()


def test_cancelling_in_a_session(server: HttpServer) -> None:
    session = server.session()
    with server.connect() as wire:
        wire.send(http(legacy("tools/call", 4, name="test_wait"), {"Mcp-Session-Id": session}))
        time.sleep(0.1)
        server.legacy(session, {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 4}})
        assert server.legacy(session, legacy("tools/call", 4, name="test_simple_text")).status == 200
        wire.socket.settimeout(0.3)
        with pytest.raises(TimeoutError):
            wire.socket.recv(1)


def test_listening_over_http(server: HttpServer) -> None:
    message = modern("subscriptions/listen", "l", notifications={"toolsListChanged": True})
    with server.connect() as wire:
        wire.send(http(message, headers_of(message)))
        assert wire.head()[1]["content-type"] == "text/event-stream"
        assert b"notifications/subscriptions/acknowledged" in wire.chunk()
        server.call("test_trigger_prompt_change")
        server.call("test_trigger_tool_change")
        assert b"notifications/tools/list_changed" in wire.chunk()


def test_a_slow_client_is_served_and_blocks_nobody(server: HttpServer) -> None:
    request = http(LIST, headers_of(LIST))
    with server.connect() as slow:
        for at in range(0, len(request), 40):
            slow.send(request[at : at + 40])
            begun = time.monotonic()
            assert server.modern(LIST).status == 200
            assert time.monotonic() - begun < 5
        assert slow.answer().status == 200


def test_a_client_that_does_not_read_blocks_nobody(server: HttpServer) -> None:
    stalled = socket.socket()
    stalled.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    stalled.connect(("127.0.0.1", server.port))
    big = modern("tools/call", name="greet", arguments={"name": "x" * 3_000_000})
    stalled.settimeout(5)
    stalled.sendall(http(big, headers_of(big)))
    for _ in range(20):
        assert server.modern(LIST).status == 200
    stalled.close()


def test_a_big_answer_arrives_whole(server: HttpServer) -> None:
    answer = server.call("greet", {"name": "y" * 3_000_000})
    assert len(answer.json["result"]["content"][0]["text"]) == 3_000_008


def test_a_thousand_idle_connections(server: HttpServer) -> None:
    wires: list[Wire] = []
    try:
        for _ in range(1000):
            wires.append(server.connect())
        begun = time.monotonic()
        assert server.modern(LIST).status == 200
        assert time.monotonic() - begun < 5
        for wire in wires[::100]:
            wire.send(http(LIST, headers_of(LIST)))
            assert wire.answer().status == 200
    finally:
        for wire in wires:
            wire.socket.close()


def test_many_clients_at_once(server: HttpServer) -> None:
    failures: list[str] = []

    def work(number: int) -> None:
        with server.connect() as wire:
            for n in range(50):
                name = ("test_simple_text", "test_error_handling", "greet")[n % 3]
                message = modern("tools/call", f"{number}-{n}", name=name, arguments={"name": "z"} if name == "greet" else {})
                wire.send(http(message, headers_of(message)))
                answer = wire.answer()
                if answer.status != 200 or answer.json["id"] != f"{number}-{n}":
                    failures.append(str(answer))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_greeting_over_http_may_fail(server: HttpServer) -> None:
    bad = greeting()
    bad["params"]["protocolVersion"] = 7
    answer = server.raw(http(bad))
    assert answer.code == -32602 and "mcp-session-id" not in answer.headers


def test_a_client_that_takes_no_events_gets_the_answer_alone(server: HttpServer) -> None:
    message = modern("tools/call", 9, name="test_tool_with_progress", meta=envelope(progressToken="p"))
    answer = server.modern(message, {"Accept": "application/json"})
    assert answer.headers["content-type"] == "application/json" and answer.json["id"] == 9
    listening = modern("subscriptions/listen", "l", notifications={"toolsListChanged": True})
    assert server.modern(listening, {"Accept": "application/json"}).status == 406


def test_every_modern_result_says_who_speaks(server: HttpServer) -> None:
    for message in (LIST, CALL, READ, PROMPT):
        assert server.modern(message).json["result"]["_meta"][META + "serverInfo"]["name"] == "conformance-server"
