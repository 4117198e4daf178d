"""Users of this server's own: they log in with a password, tokens are signed here."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING, Any

from ..modules.persistence import Persistence
from ..runtime import Denied, SettingError, ToolError, secret
from .login_routes import login_routes, tokens_for
from .logins import Logins, WrongError
from .passwords import Passwords
from .signing import Signer
from .throttle import ThrottledError
from .tokens import Claims, Expected, RejectedError, UnavailableError, verify
from .users import UserError, Users

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping

    from ..runtime import App, Context

SECONDS = 30.0
"""How long a login that was ended elsewhere may go unnoticed."""


class LocalMode:
    """Believes its own tokens, as long as the login behind them lasts."""

    issuer = None
    seconds = SECONDS

    def __init__(self, app: App, options: Mapping[str, Any], resource: str) -> None:
        self._app = app
        self._signer = Signer(secret(os.environ, "AUTH_SIGNING_KEY"), resource)
        transaction, hasher = Persistence.of(app).transaction, Passwords()
        self.users = Users(transaction, hasher, options["roles"])
        self.logins = Logins(transaction, hasher, float(options["refresh_days"]) * 86400)
        self._base = frozenset(options["required_scopes"])
        self.access_seconds = float(options["access_minutes"]) * 60
        self._expected = Expected(
            issuer=resource,
            audiences=frozenset({resource}),
            types=frozenset({"at+jwt"}),
            leeway=float(options["leeway_seconds"]),
        )
        self.routes = login_routes(self)
        self.tools = {
            "authenticate_user": self._authenticate_user,
            "create_user": self._create_user,
            "list_users": self._list_users,
            "disable_user": self._disable_user,
        }

    async def verify(self, token: str) -> Claims:
        """Check a token, and that its login was not ended."""
        claims = await verify(token, self._signer.key, self._expected)
        if claims.session is None:
            raise RejectedError("no login")
        try:
            alive = await self.logins.is_alive(claims.session, claims.subject)
        except ToolError as error:
            raise UnavailableError(str(error)) from error
        if not alive:
            raise RejectedError("its login is over")
        return claims

    def gauges(self) -> Mapping[str, float]:
        """Nothing of its own."""
        return {}

    def access_token(self, user: str, roles: list[str], session: str) -> tuple[str, frozenset[str]]:
        """A new access token, and what it allows."""
        tools = self._app.tools.values()
        every = self._base.union(*(tool.spec.scopes for tool in tools))
        scopes = self.users.scopes(roles, every)
        return self._signer.issue(user, scopes, session, self.access_seconds), scopes

    # ---- tools --------------------------------------------------------------------------------

    async def _authenticate_user(self, ctx: Context, *, name: str, password: str) -> Any:
        try:
            granted = await self.logins.open(name, password, f"via {ctx.principal}")
        except WrongError as error:
            raise Denied("Wrong name or password.", reason="wrong_credentials") from error
        except ThrottledError as error:
            words = "Too many attempts; try again later."
            raise Denied(words, reason="rate_limited", retry_after=error.wait) from error
        except UnavailableError as error:
            raise Denied(
                "Too many logins at the same time.", reason="busy", retry_after=1
            ) from error
        return tokens_for(self, granted)

    async def _create_user(
        self, _ctx: Context, *, name: str, roles: list[str] | None = None
    ) -> Any:
        """The password is made here and shown once: none travels through a model's words."""
        password = secrets.token_urlsafe(18)
        await _done(self.users.create(name, password, roles or []))
        return {"name": name, "password": password}

    async def _list_users(self, _ctx: Context) -> Any:
        return {"users": await self.users.list()}

    async def _disable_user(self, _ctx: Context, *, name: str, disabled: bool = True) -> Any:
        await _done(self.users.set_disabled(name, disabled=disabled))
        return {"name": name, "disabled": disabled}


def make(app: App, options: Mapping[str, Any], resource: str) -> LocalMode:
    """Read the variables; `SettingError` says what is missing."""
    try:
        return LocalMode(app, options, resource)
    except LookupError as error:
        raise SettingError(
            f"authentication in mode local keeps its users there: {error}"
        ) from error


async def _done(work: Awaitable[None]) -> None:
    try:
        await work
    except UserError as error:
        raise ToolError(f"{error}.", data={"reason": "invalid"}) from error
