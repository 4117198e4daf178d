"""Authentication: every HTTP caller shows an access token; tools may ask for scopes."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import anyio
from starlette.responses import JSONResponse
from starlette.routing import Route

from ..authentication.bearer import WELL_KNOWN, Challenges
from ..authentication.known import Known
from ..authentication.mode import Mode, make
from ..authentication.tokens import Claims, RejectedError, UnavailableError
from ..runtime import Module, Peer, Refusal, SettingError, ToolError
from ..runtime.http import is_loopback

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from starlette.requests import HTTPConnection, Request

    from ..runtime import App, Context
    from ..runtime.module import Json

log = logging.getLogger(__name__)
REMINDER_S = 60.0


class Authentication(Module):
    """Options: see part.json's schema. Variables: AUTH_*, and MCP_PRINCIPAL for stdio."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__(options)
        self._base = frozenset(options["required_scopes"])
        self._implied = {name: frozenset(more) for name, more in options["implied_scopes"].items()}
        self._mode: Mode | None = None
        self._problem = ""
        self.accepted = self.rejected = 0

    def setup(self, app: App) -> None:
        """Guard the door; a server over HTTP does not start when something is missing."""
        self._app = app
        resource = _resource(app)
        self._resource = resource
        self._challenges = Challenges(resource, self._base)
        try:
            self._mode = make(app, self.options, resource)
        except SettingError as error:
            if app.settings.transport == "http":
                raise
            self._problem = str(error)
        self._known = Known(self._mode.seconds if self._mode else 0.0)
        app.owner = _owner(self._expanded)
        self._is_open = app.settings.insecure_no_auth and is_loopback(app.settings.host)
        if not self._is_open:
            app.authenticate, app.recognise = self._authenticate, self._recognise
        paths = dict.fromkeys([WELL_KNOWN, f"{WELL_KNOWN}/mcp", self._challenges.path])
        app.open_routes += [Route(path, self._metadata, methods=["GET"]) for path in paths]
        app.open_routes += self._mode.routes if self._mode else []

    async def start(self) -> None:
        """A server without its lock says so again and again."""
        if self._is_open and self._app.settings.transport == "http":
            self._app.spawn("open door", _remind)

    def gauges(self) -> Mapping[str, float]:
        """How many tokens were looked at, with what result, and what the mode counts."""
        more = self._mode.gauges() if self._mode else {}
        known = len(self._known)
        return {"accepted": self.accepted, "rejected": self.rejected, "known": known, **more}

    # ---- at the door --------------------------------------------------------------------------

    def _recognise(self, connection: HTTPConnection) -> Peer | None:
        try:
            return self._known.get(self._challenges.token_of(connection))
        except Refusal:
            return None

    async def _authenticate(self, connection: HTTPConnection) -> Peer:
        token = self._challenges.token_of(connection)
        try:
            claims = await self._verified(token)
        except RejectedError as error:
            self.rejected += 1
            log.info("a token from %s is refused: %s", connection.scope["client"][0], error)
            raise self._challenges.invalid() from error
        except UnavailableError as error:
            words = "Tokens cannot be checked at present.\n"
            raise Refusal(503, words, {"Retry-After": "10"}) from error
        scopes = self._expanded(claims.scopes)
        if not self._base <= scopes:
            raise self._challenges.insufficient("This server", self._base)
        self.accepted += 1
        peer = Peer(claims.subject, scopes, expires_at=claims.expires_at, client=claims.client)
        self._known.put(token, peer)
        return peer

    async def _verified(self, token: str) -> Claims:
        if self._mode is None:
            raise UnavailableError(self._problem)
        return await self._mode.verify(token)

    def _expanded(self, scopes: Iterable[str]) -> frozenset[str]:
        """The scopes, and all that they imply."""
        found, new = frozenset[str](), frozenset(scopes)
        while new - found:
            found |= new
            new = frozenset().union(*(self._implied.get(name, frozenset()) for name in new))
        return found

    async def admit(self, _connection: HTTPConnection, peer: Peer, message: Json | None) -> None:
        """A call for which the caller lacks a scope: 403, so that clients can get it."""
        if message is None or message.get("method") != "tools/call" or self._is_open:
            return
        params = message.get("params")
        name = params.get("name") if isinstance(params, dict) else None
        tool = self._app.tools.get(name) if isinstance(name, str) else None
        if tool is not None and not set(tool.spec.scopes) <= peer.scopes:
            raise self._challenges.insufficient(tool.spec.name, tool.spec.scopes, message)

    async def _metadata(self, _request: Request) -> JSONResponse:
        """What clients need to know to get a token (RFC 9728)."""
        scopes = self._base.union(*(tool.spec.scopes for tool in self._app.tools.values()))
        about = self._app.manifest.server
        document = {
            "resource": self._resource,
            "resource_name": about.title or about.name,
            "scopes_supported": sorted(scopes),
            "bearer_methods_supported": ["header"],
        }
        if self._mode and self._mode.issuer:
            document["authorization_servers"] = [self._mode.issuer]
        return JSONResponse(document, headers={"Cache-Control": "max-age=300"})

    # ---- tools --------------------------------------------------------------------------------

    async def tool_validate_token(self, *, token: str) -> dict[str, Any]:
        """Whether a token is good here, and whose it is; never why not."""
        try:
            claims = await self._verified(token)
        except RejectedError:
            return {"valid": False}
        except UnavailableError as error:
            raise ToolError("Tokens cannot be checked at present.") from error
        return {
            "valid": True,
            "principal": claims.subject,
            "client": claims.client,
            "scopes": sorted(self._expanded(claims.scopes)),
            "expiresAt": claims.expires_at,
        }

    async def tool_authenticate_user(self, ctx: Context, /, **arguments: Any) -> Any:
        """Name and password against tokens."""
        return await self._tool("authenticate_user", ctx, arguments)

    async def tool_create_user(self, ctx: Context, /, **arguments: Any) -> Any:
        """A new user."""
        return await self._tool("create_user", ctx, arguments)

    async def tool_list_users(self, ctx: Context, /, **arguments: Any) -> Any:
        """All users, without passwords."""
        return await self._tool("list_users", ctx, arguments)

    async def tool_disable_user(self, ctx: Context, /, **arguments: Any) -> Any:
        """A user who may not call any more."""
        return await self._tool("disable_user", ctx, arguments)

    async def _tool(self, name: str, ctx: Context, arguments: Mapping[str, Any]) -> Any:
        if self._mode is None:
            raise ToolError(f"This server is not set up for it: {self._problem}")
        return await self._mode.tools[name](ctx, **arguments)


def _resource(app: App) -> str:
    """The URL of /mcp, which tokens are issued for."""
    default = f"http://localhost:{app.settings.port}/mcp"
    resource = os.environ.get("AUTH_RESOURCE", "").strip() or default
    parts = urlsplit(resource)
    plain = resource.isascii() and resource.isprintable() and not set('" \\') & set(resource)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.fragment or not plain:
        raise SettingError(f"AUTH_RESOURCE: {resource!r} is not like https://mcp.example.com/mcp")
    return resource


async def _remind() -> None:
    while True:
        log.warning("whoever reaches this machine's port may call (MCP_INSECURE_NO_AUTH=1)")
        await anyio.sleep(REMINDER_S)


def _owner(expanded: Any) -> Peer:
    """Who calls over stdio, as the environment says; with MCP_SCOPES only these."""
    principal = os.environ.get("MCP_PRINCIPAL", "").strip() or "local"
    scopes = os.environ.get("MCP_SCOPES")
    if not scopes:
        return Peer(principal, via="mcp", trusted=True)
    return Peer(principal, expanded(scopes.replace(",", " ").split()), via="mcp")


MODULE = Authentication
