"""A generated server over HTTP, seen from outside: who may call, what is refused, how it ends."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import threading
import time
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any

import pytest

from client import ENVELOPE, MODERN, Http, call, environment, free_port, legacy, modern, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LIST = modern("tools/list")


@pytest.fixture(scope="module")
def named(clean: Path) -> Iterator[Http]:
    """A server that answers to more names."""
    names = {
        "MCP_ALLOWED_HOSTS": "api.example.com,other.example:8443",
        "MCP_ALLOWED_ORIGINS": "https://app.example",
    }
    with serving(clean, **names) as server:
        yield server


GOOD_HOSTS = [
    "localhost",
    "localhost:8000",
    "LOCALHOST:1",
    "127.0.0.1",
    "127.0.0.1:65535",
    "[::1]",
    "[::1]:8000",
    "api.example.com",
    "API.example.com:9",
    "other.example:8443",
]
BAD_HOSTS = [
    "",
    "evil.example",
    "localhost.",
    "localhost.evil.example",
    "localhost@evil.example",
    "evil.example:8000",
    "localhost:",
    "localhost:x",
    "localhost:123456",
    "localhost:80:80",
    "localhost:*",
    "localhost?",
    "localhost/",
    "localhost#",
    "localhost evil",
    "localhost,evil.example",
    "http://localhost",
    "127.0.0.1.evil.example",
    "127.0.0.2",
    "127.1",
    "0.0.0.0",
    "2130706433",
    "0x7f000001",
    "[::1",
    "::1",
    "[::]",
    "[::ffff:127.0.0.1]",
    "xlocalhost",
    "localhostx",
    "api.example.com.evil.example",
    "xapi.example.com",
    "apixexample.com",
    "other.example",
    "other.example:84430",
    "other.example:*",
]
GOOD_ORIGINS = [
    "http://localhost",
    "http://localhost:3000",
    "https://127.0.0.1:1",
    "http://[::1]:5",
    "https://app.example",
]
BAD_ORIGINS = [
    "null",
    "https://evil.example",
    "http://app.example",
    "https://app.example:444",
    "https://app.example.evil.example",
    "https://app.example/",
    "http://localhost.evil.example",
    "http://localhost:x",
    "file://",
    "localhost",
]


@pytest.mark.parametrize("host", GOOD_HOSTS)
def test_hosts_that_are_ours(named: Http, host: str) -> None:
    assert named.post(LIST, host=host).status == 200


@pytest.mark.parametrize("host", BAD_HOSTS)
def test_hosts_that_are_not(named: Http, host: str) -> None:
    refused = 400 if not host else 421
    assert named.post(LIST, host=host).status == refused
    assert named.request(path="/anything", host=host).status == refused


@pytest.mark.parametrize("origin", GOOD_ORIGINS)
def test_origins_that_are_ours(named: Http, origin: str) -> None:
    assert named.post(LIST, origin=origin).status == 200


@pytest.mark.parametrize("origin", BAD_ORIGINS)
def test_origins_that_are_not(named: Http, origin: str) -> None:
    assert named.post(LIST, origin=origin).status == 403
    assert named.request(path="/anything", origin=origin).status == 403


@pytest.mark.parametrize("path", ["/livez", "/healthz", "/readyz"])
def test_probes_answer_anyone_and_tell_nothing(named: Http, path: str) -> None:
    reply = named.request(path=path, host="10.0.0.7", origin="https://evil.example")
    assert (reply.status, reply.body) == (200, b"ok\n")
    assert "server" not in reply.headers


def test_a_broken_tool_makes_the_server_unready_without_saying_why(http: Http) -> None:
    reply = http.request(path="/readyz")
    assert (reply.status, reply.body) == (503, b"not ready\n")
    assert http.request(path="/livez").status == 200


def test_a_missing_variable_makes_the_server_unready(clean: Path) -> None:
    with serving(clean, API_KEY="") as server:
        assert server.request(path="/readyz").status == 503


def test_answers_on_a_kept_connection_do_not_wait(named: Http) -> None:
    link = HTTPConnection("127.0.0.1", named.port, timeout=10)
    seconds = []
    for _ in range(9):
        began = time.perf_counter()
        link.request("GET", "/livez")
        assert link.getresponse().read() == b"ok\n"
        seconds.append(time.perf_counter() - began)
    link.close()
    assert sorted(seconds)[4] < 0.03, seconds


# ---- figures ----------------------------------------------------------------------------------


def test_figures_are_on_a_port_of_their_own(named: Http) -> None:
    named.post(call("get_weather", city="Oslo"))
    text = named.request(path="/metrics", port=named.metrics).body.decode()
    assert 'mcp_calls_total{kind="tools/call",name="get_weather",outcome="ok"} 1.0' in text
    assert "mcp_caching_misses 1.0" in text
    assert named.request(path="/metrics").status == 404
    assert named.request("POST", port=named.metrics, body=b"{}").status == 404


def test_figures_are_guarded_too(named: Http) -> None:
    assert named.request(path="/metrics", port=named.metrics, host="evil.example").status == 421
    origin = "https://evil.example"
    assert named.request(path="/metrics", port=named.metrics, origin=origin).status == 403


def test_made_up_uris_do_not_become_labels(named: Http) -> None:
    for day in range(5):
        named.post(modern("resources/read", uri=f"weather://{day}"))
    text = named.request(path="/metrics", port=named.metrics).body.decode()
    assert 'name="weather://{day}",outcome="ok"} 5.0' in text
    assert "weather://3" not in text


# ---- messages ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"nope", -32700),
        (b"", -32700),
        (b"\xff", -32700),
        (b"[" * 100_000, -32700),
        (b"[]", -32600),
        (json.dumps([LIST]).encode(), -32600),
        (b'"text"', -32600),
    ],
)
@pytest.mark.parametrize("version", [MODERN, "2025-11-25", ""])
def test_unreadable_bodies(http: Http, body: bytes, code: int, version: str) -> None:
    reply = http.post(body, mcp_protocol_version=version)
    assert reply.status == 400
    assert reply.messages[0]["error"]["code"] == code
    assert reply.messages[0]["id"] is None


@pytest.mark.parametrize("size", [(4 << 20) + 1, 50 << 20])
def test_a_body_that_is_too_large(http: Http, size: int) -> None:
    with socket.create_connection(("127.0.0.1", http.port), 10) as link:
        link.sendall(
            f"POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: {size}\r\n\r\n".encode()
        )
        assert link.recv(100).startswith(b"HTTP/1.1 413 ")


def test_a_chunked_body_that_is_too_large(http: Http) -> None:
    with socket.create_connection(("127.0.0.1", http.port), 10) as link:
        link.sendall(b"POST /mcp HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
        chunk = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
        for _ in range(5):
            link.sendall(chunk)
        assert link.recv(100).startswith(b"HTTP/1.1 413 ")


def test_headers_that_are_too_large(http: Http) -> None:
    assert http.post(LIST, x_padding="x" * 17_000).status == 431


@pytest.mark.parametrize("version", ["", "2025-11-25", "2025-03-26"])
def test_the_body_decides_the_era(http: Http, version: str) -> None:
    reply = http.post(LIST, mcp_protocol_version=version)
    assert reply.status == 400
    assert reply.messages[0]["error"]["code"] == -32020
    assert reply.messages[0]["id"] == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"mcp_method": "tools/call"}, -32020),
        ({"mcp_protocol_version": "2199-01-01"}, -32020),
    ],
)
def test_headers_that_contradict_the_body(http: Http, changes: dict[str, str], code: int) -> None:
    reply = http.post(LIST, **changes)
    assert (reply.status, reply.messages[0]["error"]["code"]) == (400, code)


def test_an_unsupported_version(http: Http) -> None:
    meta = ENVELOPE | {"io.modelcontextprotocol/protocolVersion": "2199-01-01"}
    reply = http.post(modern("tools/list", _meta=meta))
    assert reply.status == 400
    assert reply.messages[0]["error"]["code"] == -32022
    assert MODERN in reply.messages[0]["error"]["data"]["supported"]


def test_unknown_methods_are_404_in_the_modern_era(http: Http) -> None:
    assert http.post(modern("no/such")).status == 404
    assert http.post(modern("initialize")).status == 404


def test_methods_and_paths(http: Http) -> None:
    assert http.request("PUT").status == 405
    assert http.request(path="/").status == 404
    assert http.request(path="/mcp/").status in {307, 404}
    assert http.request("DELETE", mcp_protocol_version=MODERN).status == 405


def test_a_session_that_does_not_exist(http: Http) -> None:
    assert http.post(legacy("tools/list"), mcp_session_id="0" * 32).status == 404
    assert http.post(legacy("tools/list"), mcp_session_id="").status in {400, 404}


def test_a_session_can_be_ended(http: Http) -> None:
    kept = http.session
    http.greet()
    assert http.request("DELETE", **http.session).status == 200
    assert http.post(legacy("tools/list")).status == 404
    http.session = kept


def test_without_sessions_any_process_can_answer(clean: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    subprocess.run(["cp", "-r", clean, project], check=True)
    path = project / "src/manifest.json"
    manifest = json.loads(path.read_text())
    manifest["options"]["stateless_legacy"] = True
    path.write_text(json.dumps(manifest))
    with serving(project) as server:
        reply = server.post(legacy("tools/list"), mcp_protocol_version="2025-11-25")
        assert reply.messages[-1]["result"]["tools"][0]["name"] == "get_weather"


def test_progress_comes_while_the_tool_works(http: Http) -> None:
    meta = {"progressToken": "t", "io.modelcontextprotocol/logLevel": "info"}
    heard = http.ask(modern("tools/call", name="slow", arguments={"seconds": 0}, _meta=meta))
    assert [m.get("method") for m in heard] == [
        "notifications/progress",
        "notifications/message",
        None,
    ]
    assert http.ask(call("slow", seconds=0))[0]["result"]["content"][0]["text"] == "done"


def test_a_caller_without_the_scope_is_denied(http: Http) -> None:
    result = http.ask(call("guarded", city="x"))[-1]["result"]
    assert result["_meta"]["com.mcp-crafter/error"]["reason"] == "insufficient_scope"


def test_a_hung_up_caller_cancels_its_call(rough: Path) -> None:
    with serving(rough) as server:
        meta = {"progressToken": "t"}
        body = json.dumps(modern("tools/call", name="slow", arguments={"seconds": 30}, _meta=meta))
        head = (
            "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            "Accept: application/json, text/event-stream\r\nMcp-Method: tools/call\r\nMcp-Name: slow\r\n"
            f"MCP-Protocol-Version: {MODERN}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", server.port), 10) as link:
            link.sendall((head + body).encode())
            link.recv(1000)
            assert "mcp_calls_running 1.0" in figures(server)
        until = time.monotonic() + 5
        while "mcp_calls_running 1.0" in figures(server) and time.monotonic() < until:
            time.sleep(0.05)
        assert "mcp_calls_running 0.0" in figures(server)
        assert 'outcome="cancelled"} 1.0' in figures(server)


def figures(server: Http) -> str:
    """What monitoring tells."""
    return server.request(path="/metrics", port=server.metrics).body.decode()


# ---- where it listens -------------------------------------------------------------------------


def refusal(project: Path, *words: str, **settings: str) -> tuple[int, str]:
    """Exit status and words of a server that must not start."""
    done = subprocess.run(
        [sys.executable, project / "src/main.py", "--http", *words],
        env=environment(**settings),
        capture_output=True,
        timeout=20,
        check=False,
    )
    return done.returncode, done.stderr.decode()


@pytest.mark.parametrize(
    ("words", "settings"),
    [
        (("--host", "0.0.0.0"), {}),
        ((), {"MCP_HOST": "::", "MCP_INSECURE_NO_AUTH": "1"}),
    ],
)
def test_an_open_address_is_refused(clean: Path, words: Any, settings: dict[str, str]) -> None:
    status, said = refusal(clean, *words, **settings)
    assert status == 2
    assert "MCP_ALLOWED_HOSTS" in said
    assert "MCP_INSECURE_NO_AUTH=1" in said
    assert "Traceback" not in said


def test_an_open_address_that_was_asked_for_twice(clean: Path) -> None:
    asked = {"MCP_ALLOWED_HOSTS": "example.com", "MCP_INSECURE_NO_AUTH": "1"}
    with serving(clean, "--host", "0.0.0.0", **asked) as server:
        assert server.post(LIST, host="example.com").status == 200
        assert server.post(LIST, host="evil.example").status == 421


def test_a_port_in_use_is_named(clean: Path, named: Http) -> None:
    status, said = refusal(clean, "--port", str(named.port))
    assert status == 2
    assert f"cannot listen on 127.0.0.1:{named.port}" in said
    assert "Traceback" not in said


def test_figures_whose_port_is_in_use_leave_the_server_alone(clean: Path, named: Http) -> None:
    with serving(clean, MCP_METRICS_PORT=str(named.metrics)) as server:
        assert server.post(LIST).status == 200
        assert server.request(path="/readyz").status == 503


def has_ipv6() -> bool:
    """Whether this machine has a loopback of IPv6; containers often have none."""
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


def test_settings_alone(clean: Path) -> None:
    port = free_port()
    host = "::1" if has_ipv6() else "127.0.0.1"
    settings = {"MCP_TRANSPORT": "http", "MCP_HOST": host, "MCP_PORT": str(port)}
    with subprocess.Popen(
        [sys.executable, clean / "src/main.py"],
        env=environment(**settings),
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr
        line = process.stderr.readline()
        process.terminate()
    shown = f"[{host}]" if ":" in host else host
    assert f"listening on http://{shown}:{port}/mcp" in line
    assert process.returncode == 0


# ---- how it ends ------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_idle_server_leaves_at_once(clean: Path, number: int) -> None:
    with serving(clean, MCP_DRAIN_SECONDS="40") as server:
        server.greet()
        status, seconds = server.stop(number)
    assert status == 0
    assert seconds < 20


def test_a_server_that_barely_began_leaves_with_0_too(clean: Path) -> None:
    for _ in range(5):
        port = free_port()
        words = [sys.executable, clean / "src/main.py", "--http", "--port", str(port)]
        with subprocess.Popen(words, env=environment(), stderr=subprocess.PIPE) as process:
            while socket.socket().connect_ex(("127.0.0.1", port)):
                assert process.poll() is None
            process.terminate()
        assert process.returncode == 0


@pytest.mark.parametrize("tool", ["slow", "thread", "block"])
def test_a_busy_server_leaves_in_time(rough: Path, tool: str) -> None:
    with serving(rough) as server:
        caller = threading.Thread(target=quietly, args=(server, call(tool, seconds=30)))
        caller.start()
        time.sleep(0.5)  # nothing tells when the tool has begun to block
        status, seconds = server.stop()
        caller.join()
    assert status == 0
    assert seconds < 20


def quietly(server: Http, message: Any) -> None:
    """A request whose answer may never come."""
    try:
        server.post(message)
    except OSError:
        return


def test_a_running_call_may_finish(rough: Path) -> None:
    with serving(rough, MCP_DRAIN_SECONDS="40") as server:
        answers: list[Any] = []
        caller = threading.Thread(
            target=lambda: answers.extend(server.ask(call("slow", seconds=3)))
        )
        caller.start()
        until = time.monotonic() + 20
        while "mcp_calls_running 1.0" not in figures(server):
            assert time.monotonic() < until
        status, seconds = server.stop()
        caller.join()
    assert answers[-1]["result"]["content"][0]["text"] == "done"
    assert status == 0
    assert seconds < 20


def test_open_streams_do_not_hold_it_up(clean: Path) -> None:
    with serving(clean, MCP_DRAIN_SECONDS="40") as server:
        server.greet()
        listen = modern("subscriptions/listen", notifications={"toolsListChanged": True})
        listener = threading.Thread(target=quietly, args=(server, listen))
        listener.start()
        stream = socket.create_connection(("127.0.0.1", server.port), 10)
        session = server.session["mcp_session_id"]
        stream.sendall(
            b"GET /mcp HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n"
            + f"Mcp-Session-Id: {session}\r\n\r\n".encode()
        )
        assert stream.recv(100).startswith(b"HTTP/1.1 200")
        time.sleep(0.3)
        status, seconds = server.stop()
        stream.close()
        listener.join()
    assert status == 0
    assert seconds < 20
