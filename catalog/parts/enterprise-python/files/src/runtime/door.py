"""What every HTTP request passes first: probes, Host, Origin, caller, body size, protocol era."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import anyio
from mcp_types import (
    HEADER_MISMATCH,
    INVALID_REQUEST,
    PARSE_ERROR,
    PROTOCOL_VERSION_META_KEY,
)
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, Response

from .address import client_address
from .errors import REFUSED
from .identity import introduced, serve_until
from .mcp_peer import PEER
from .module import Module
from .peer import Peer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from .app import App
    from .module import Enter

PATH = "/mcp"
BODY_SECONDS = 30.0
"""How long a client may take to send its request."""
MAX_HEADERS = 16 << 10
MAX_OPEN_BODY = 64 << 10
"""Bytes that a caller may send whom nobody knows."""
LOCAL = ("127.0.0.1", "localhost", "[::1]")
PROBES = {"/livez", "/readyz", "/healthz"}


@dataclass(slots=True)
class Refusal(Exception):  # noqa: N818 - reads as what happened
    """Why a connection may not pass."""

    status: int
    words: str
    headers: dict[str, str] = field(default_factory=dict)
    answer: dict[str, Any] | None = None
    """Sent as JSON instead of the words."""

    @classmethod
    def of(cls, message: Mapping[str, Any] | None, status: int, words: str, **more: Any) -> Refusal:
        """The answer to a message at /mcp, in the protocol's words too.

        `more`: `headers`; `code`, `data` of the JSON-RPC error.
        """
        headers = more.pop("headers", {})
        if message is None:
            return cls(status, words + "\n", headers)
        error = {"code": REFUSED, "message": words} | more
        key = message.get("id")
        request = key if isinstance(key, str | int) and not isinstance(key, bool) else None
        return cls(status, words, headers, {"jsonrpc": "2.0", "id": request, "error": error})


class Door:
    """An ASGI application around another: nothing gets in that has not been looked at."""

    def __init__(self, app: App, inner: ASGIApp, *, asks: bool = True) -> None:
        """`asks`: whether callers must say who they are, and are looked at by the modules."""
        self._app, self._inner, self._asks = app, inner, asks
        settings = app.settings
        self._host = _any_of(map(_any_port, [*LOCAL, *settings.allowed_hosts]))
        local = [f"{scheme}://{host}:*" for scheme in ("http", "https") for host in LOCAL]
        self._origin = _any_of([*local, *settings.allowed_origins])
        self._open = {route.path for route in app.open_routes}
        modules = app.modules.values() if asks else ()
        self._admitting = [m for m in modules if type(m).admit is not Module.admit]
        self._identify: Enter = self._authenticate
        for module in reversed([m for m in modules if type(m).enter is not Module.enter]):
            self._identify = partial(_enter, module, self._identify)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer probes, refuse what must not pass, hand on the rest."""
        if scope["type"] == "lifespan":
            await self._inner(scope, receive, send)
            return
        if scope["type"] == "http" and scope["path"] in PROBES:
            await self._probe(scope["path"], scope, receive, send)
            return
        message: Mapping[str, Any] | None = None
        try:
            connection = HTTPConnection(scope)
            self._check(connection)
            self._find_client(connection)
            peer = scope[PEER] = await self._peer(connection)
            if scope["type"] == "http":
                body = await self._body(connection, receive)
                if scope["method"] == "POST" and scope["path"] == PATH:
                    message = _message(connection, body)
                receive = _replay(body, receive)
            for module in self._admitting:
                await module.admit(connection, peer, message)
        except Refusal as no:
            await _refuse(no, scope, receive, send)
            return
        if self._asks and self._app.authenticate is not None and not self._is_open(scope):
            with introduced(scope, peer):
                await self._serve(message, scope, receive, send)
        else:
            await self._inner(scope, receive, send)

    async def _serve(
        self, message: Mapping[str, Any] | None, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """What may stay open for long ends when its caller's permission does; calls may finish."""
        end = scope[PEER].expires_at
        stays = message is None or message.get("method") == "subscriptions/listen"
        if end is not None and stays:
            await serve_until(end, self._inner, scope, receive, send)
        else:
            await self._inner(scope, receive, send)

    async def _probe(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Anyone may ask whether the server lives and is ready; why not is in the log alone."""
        ready = path != "/readyz" or not await self._app.life.problems()
        answer = PlainTextResponse("ok\n" if ready else "not ready\n", 200 if ready else 503)
        await answer(scope, receive, send)

    def _check(self, connection: HTTPConnection) -> None:
        if sum(len(name) + len(value) for name, value in connection.scope["headers"]) > MAX_HEADERS:
            raise Refusal(431, f"The headers of a request may have {MAX_HEADERS} bytes.\n")
        hosts = connection.headers.getlist("host")
        if len(hosts) != 1 or not self._host.fullmatch(hosts[0]):
            raise Refusal(421, "This server does not answer to that Host (MCP_ALLOWED_HOSTS).\n")
        origins = connection.headers.getlist("origin")
        if not all(self._origin.fullmatch(origin) for origin in origins):
            raise Refusal(403, "Pages of that Origin may not call (MCP_ALLOWED_ORIGINS).\n")

    def _find_client(self, connection: HTTPConnection) -> None:
        sender, port = connection.scope.get("client") or ("unknown", 0)
        trusted = self._app.settings.trusted_proxies
        connection.scope["client"] = (client_address(sender, connection.headers, trusted), port)

    async def _peer(self, connection: HTTPConnection) -> Peer:
        if not self._asks:
            return _anyone(connection)
        known = None if self._is_open(connection.scope) else self._app.recognise(connection)
        return known or await self._identify(connection)

    async def _authenticate(self, connection: HTTPConnection) -> Peer:
        if self._app.authenticate is None or self._is_open(connection.scope):
            return _anyone(connection)
        return await self._app.authenticate(connection)

    def _is_open(self, scope: Scope) -> bool:
        return scope["type"] == "http" and scope["path"] in self._open

    async def _body(self, connection: HTTPConnection, receive: Receive) -> bytes:
        limit = self._app.manifest.options.max_body_bytes
        if self._is_open(connection.scope):
            limit = min(limit, MAX_OPEN_BODY)
        too_large = Refusal(413, f"A request may have {limit} bytes.\n")
        declared = connection.headers.get("content-length", "0")
        if declared.isdigit() and int(declared) > limit:
            raise too_large
        body = bytearray()
        with anyio.move_on_after(BODY_SECONDS):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    break
                body += message.get("body", b"")
                if len(body) > limit:
                    raise too_large
                if not message.get("more_body", False):
                    return bytes(body)
        raise Refusal(408, "The request did not arrive in time.\n")


def _anyone(connection: HTTPConnection) -> Peer:
    return Peer(f"ip:{connection.scope['client'][0]}")


async def _enter(module: Module, proceed: Enter, connection: HTTPConnection) -> Peer:
    return await module.enter(connection, proceed)


def _any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    """Matches each pattern as it is; one that ends in `:*` with any port or without."""
    choices = []
    for pattern in patterns:
        name, star, _ = pattern.partition(":*")
        choices.append(re.escape(name) + (r"(:\d{1,5})?" if star else ""))
    return re.compile("|".join(choices), re.IGNORECASE)


def _any_port(host: str) -> str:
    """A host listed without a port is meant with any."""
    return host if re.search(r":(\d+|\*)$", host) else f"{host}:*"


def _message(connection: HTTPConnection, body: bytes) -> Mapping[str, Any]:
    """The message; its body says which protocol era it speaks, the SDK would believe the header."""
    if not connection.headers.get("content-type", "").lower().startswith("application/json"):
        return {}
    try:
        message = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Refusal.of({}, 400, "Parse error", code=PARSE_ERROR) from error
    if not isinstance(message, dict):
        raise Refusal.of({}, 400, "Not a single JSON-RPC 2.0 message", code=INVALID_REQUEST)
    params = message.get("params")
    meta = params.get("_meta") if isinstance(params, dict) else None
    enveloped = isinstance(meta, dict) and PROTOCOL_VERSION_META_KEY in meta
    header = connection.headers.get("mcp-protocol-version")
    legacy = header is None or header in HANDSHAKE_PROTOCOL_VERSIONS
    if enveloped and legacy and message.get("method") != "initialize":
        words = "The MCP-Protocol-Version header must equal the version in _meta"
        raise Refusal.of(message, 400, words, code=HEADER_MISMATCH)
    return message


async def _refuse(no: Refusal, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    answer: Response
    if no.answer is not None:
        answer = Response(json.dumps(no.answer), no.status, no.headers, "application/json")
    else:
        answer = PlainTextResponse(no.words, no.status, no.headers)
    await answer(scope, receive, send)


def _replay(body: bytes, receive: Receive) -> Receive:
    """What was read, once more; afterwards whatever else comes, such as the disconnect."""
    kept: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Message:
        return kept.pop() if kept else await receive()

    return replayed
