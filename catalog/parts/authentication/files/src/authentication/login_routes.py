"""POST /auth/login, /auth/refresh and /auth/logout: JSON in, JSON out, nothing is cached."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ..runtime import ToolError
from .logins import WrongError
from .throttle import ThrottledError
from .tokens import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

    from .local_mode import LocalMode
    from .logins import Granted

    Handler = Callable[..., Awaitable[Response]]

NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}
SCHEME = "Bearer"
MAX_BODY = 8 << 10


def login_routes(mode: LocalMode) -> list[Route]:
    """The routes, open to everyone behind the door's other checks."""

    async def login(request: Request, username: str, password: str) -> Response:
        address = str(request.scope["client"][0])
        return _answer(tokens_for(mode, await mode.logins.open(username, password, address)))

    async def refresh(_request: Request, refresh_token: str) -> Response:
        return _answer(tokens_for(mode, await mode.logins.renew(refresh_token)))

    async def logout(_request: Request, refresh_token: str) -> Response:
        await mode.logins.close(refresh_token)
        return Response(status_code=204, headers=NO_STORE)

    return [
        Route("/auth/login", _handling(login, "username", "password"), methods=["POST"]),
        Route("/auth/refresh", _handling(refresh, "refresh_token"), methods=["POST"]),
        Route("/auth/logout", _handling(logout, "refresh_token"), methods=["POST"]),
    ]


def tokens_for(mode: LocalMode, granted: Granted) -> dict[str, Any]:
    """What a client gets, in OAuth's words."""
    access_token, scopes = mode.access_token(granted.user, granted.roles, granted.session)
    return {
        "access_token": access_token,
        "token_type": SCHEME,
        "expires_in": int(mode.access_seconds),
        "refresh_token": granted.refresh_token,
        "refresh_expires_in": int(granted.refresh_seconds),
        "scope": " ".join(sorted(scopes)),
    }


def _handling(handler: Handler, *names: str) -> Callable[[Request], Awaitable[Response]]:
    """Give the handler the body's fields, and turn what it raises into answers."""

    async def handle(request: Request) -> Response:
        fields = _fields(request, await request.body(), names)
        if fields is None:
            words = f"JSON with {' and '.join(names)}, as texts, is wanted"
            return _error(400, "invalid_request", words)
        try:
            return await handler(request, *fields)
        except WrongError:
            return _error(401, "invalid_grant", "these credentials are not right, or no longer")
        except ThrottledError as error:
            wait = max(1, math.ceil(error.wait))
            return _error(429, "slow_down", f"too many attempts: wait {wait} seconds", wait)
        except (UnavailableError, ToolError):
            return _error(503, "temporarily_unavailable", "try again in a moment", 1)

    return handle


def _fields(request: Request, body: bytes, names: tuple[str, ...]) -> list[str] | None:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" or len(body) > MAX_BODY:
        return None
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or set(data) != set(names):
        return None
    fields = [data[name] for name in names]
    return fields if all(isinstance(field, str) and field for field in fields) else None


def _answer(data: dict[str, Any]) -> Response:
    return JSONResponse(data, headers=NO_STORE)


def _error(status: int, code: str, words: str, retry_after: int | None = None) -> Response:
    headers = dict(NO_STORE)
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    if status == 401:  # noqa: PLR2004 - what RFC 9110 wants beside this status
        headers["WWW-Authenticate"] = SCHEME
    return JSONResponse({"error": code, "error_description": words}, status, headers)
