"""Binds what the SDK keeps between requests to the caller: sessions, and the state of questions."""

from __future__ import annotations

import time
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING

import anyio
from mcp.server.auth.middleware.auth_context import auth_context_var
from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
from mcp.server.auth.provider import AccessToken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from .peer import Peer


MAX_USERS = 1000


@contextmanager
def introduced(scope: Scope, peer: Peer) -> Iterator[None]:
    """Tell the SDK who calls, never with what token: nobody behind the door may pass that on."""
    scope["user"] = _user(peer.client, peer.principal)
    before = auth_context_var.set(scope["user"])
    try:
        yield
    finally:
        auth_context_var.reset(before)


@lru_cache(MAX_USERS)
def _user(client: str, principal: str) -> AuthenticatedUser:
    # The token is left out on purpose: bandit takes it for a password.
    known = AccessToken(token="", client_id=client, subject=principal, scopes=[])  # nosec B106
    return AuthenticatedUser(known)


async def serve_until(
    end: float, inner: ASGIApp, scope: Scope, receive: Receive, send: Send
) -> None:
    """Serve a connection that may stay open for long until `end`, in seconds since 1970."""
    sent: list[Message] = []

    async def watched(message: Message) -> None:
        sent[:] = [message]
        await send(message)

    with anyio.move_on_after(max(0.0, end - time.time())) as limit:
        await inner(scope, receive, watched)
    if limit.cancelled_caught:
        await _end(scope["type"], sent, send)


async def _end(kind: str, sent: list[Message], send: Send) -> None:
    """Finish what `inner` had begun to answer."""
    if kind == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    if not sent:
        await send({"type": "http.response.start", "status": 401, "headers": []})
    if not sent or sent[0]["type"] == "http.response.start" or sent[0].get("more_body", False):
        await send({"type": "http.response.body", "body": b"", "more_body": False})
