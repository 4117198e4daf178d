"""Host and Origin: more than forty ways to be somebody else, on every route that a server has."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_users import KEY, TOOLS

from conftest import Server, craft

ROUTES = (
    ("POST", "/mcp"), ("GET", "/mcp"), ("DELETE", "/mcp"), ("OPTIONS", "/mcp"), ("GET", "/.well-known/oauth-protected-resource"),
    ("GET", "/.well-known/oauth-protected-resource/mcp"), ("POST", "/auth/login"), ("POST", "/auth/refresh"), ("POST", "/auth/logout"),
    ("GET", "/"), ("GET", "/metrics"), ("GET", "/anything"),
)
HOSTS = (
    "", "evil.example", "evil.example:80", "localhost.evil.example", "localhost.", "localhost.:8000", "xlocalhost", "local host", "localhostx", "localhost:", "localhost:x", "localhost:80:80", "localhost:999999",
    "localhost@evil.example", "evil.example@localhost", "localhost/", "localhost/mcp", "localhost?", "localhost#", "localhost?x=", "localhost\\evil", "http://localhost", "//localhost", "localhost,evil.example", "localhost evil.example", "localhost;",
    "127.0.0.1.evil.example", "127.0.0.2", "127.1", "127.0.0.01", "0x7f000001", "2130706433", "0.0.0.0", "[::]", "::1", "[::1", "[::1]x", "[::ffff:127.0.0.1]", "[::1%lo]", "169.254.169.254", "\u0131localhost", "loca\u006cho\u017ft", "*", "null", "allowed.example.evil", "sub.allowed.example", "allowed.example:81:1", "xallowed.example",
)
ORIGINS = (
    "null", "", "http://evil.example", "https://evil.example", "https://localhost.evil.example", "https://evil.example/localhost", "https://localhost@evil.example", "http://127.0.0.1.evil.example", "http://127.0.0.2", "http://0.0.0.0", "http://[::]", "http://[::1",
    "file://", "chrome-extension://abc", "ftp://localhost", "//localhost", "localhost", "http:localhost", "http://localhost/", "http://localhost/path", "http://localhost?x", "http://localhost#x", "http://localhost:", "http://localhost:x", "http://localhost:999999", "http://localhost,http://evil.example", "http://localhost http://evil.example",
    "https://allowed.example.evil", "https://sub.allowed.example", "http://allowed.example", "https://allowed.example:8443", "https://allowed.example/", "https://allowed.example.", "https://xallowed.example", "javascript:0", "data:text/html,x", "blob:http://localhost", "about:blank", "http://loca\u006cho\u017ft", "*", "http://*",
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("hosts")
    wide = {"requests": 100000, "seconds": 1, "burst": 100000}
    form = {"capabilities": ["tools", "authentication", "persistence", "rate_limiting"], "custom_tools": TOOLS, "options": {"rate_limiting": {"http_rate": wide, "failure_rate": wide}}}
    server = Server(craft(folder, form), {"AUTH_SIGNING_KEY": KEY, "MCP_DATA_FOLDER": str(folder), "MCP_ALLOWED_HOSTS": "allowed.example:443", "MCP_ALLOWED_ORIGINS": "https://allowed.example"})
    yield server
    assert server.stop() == 0, server.said()


MALFORMED = b"Invalid HTTP request received."


def status(server: Server, method: str, path: str, *headers: str) -> int:
    """The status of a request with exactly these header lines; 0 if it is not even HTTP."""
    lines = [f"{method} {path} HTTP/1.1", *headers, "Content-Type: application/json", "Content-Length: 2", "Connection: close", "", "{}"]
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall("\r\n".join(lines).encode())
        answer = b""
        while piece := connection.recv(4096):
            answer += piece
    return 0 if MALFORMED in answer else int(answer.split(b" ")[1])


def test_there_are_enough() -> None:
    assert len(HOSTS) >= 40
    assert len(ORIGINS) >= 40


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_other_hosts(server: Server, method: str, path: str) -> None:
    passed = [host for host in HOSTS if status(server, method, path, f"Host: {host}") not in {0, 421}]
    assert not passed
    for lines in ([], ["Host: localhost", "Host: localhost"], ["Host: localhost", "Host: evil.example"], ["Host: evil.example", "X-Forwarded-Host: localhost"], ["Host: evil.example", "Forwarded: host=localhost"]):
        assert status(server, method, path, *lines) in {0, 421}, lines


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_other_origins(server: Server, method: str, path: str) -> None:
    passed = [origin for origin in ORIGINS if status(server, method, path, "Host: localhost", f"Origin: {origin}") != 403]
    assert not passed
    assert status(server, method, path, "Host: localhost", "Origin: http://localhost", "Origin: http://evil.example") == 403


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1", "127.0.0.1:1", "[::1]", "[::1]:8000", "allowed.example:443", "Allowed.Example:443"])
@pytest.mark.parametrize("origin", ["http://localhost", "https://localhost:3000", "http://127.0.0.1:1", "http://[::1]:3000", "https://allowed.example", None])
def test_the_right_ones(server: Server, host: str, origin: str | None) -> None:
    more = [f"Origin: {origin}"] if origin else []
    assert status(server, "GET", "/.well-known/oauth-protected-resource", f"Host: {host}", *more) == 200
    assert status(server, "POST", "/mcp", f"Host: {host}", *more) == 401
    assert status(server, "POST", "/auth/login", f"Host: {host}", *more) == 400
