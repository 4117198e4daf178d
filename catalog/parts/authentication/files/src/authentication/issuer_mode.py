"""Tokens from an authorization server elsewhere (OIDC, RFC 8414): AUTH_ISSUER, AUTH_AUDIENCE."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from ..runtime import SettingError
from .issuer import FRESH_S, Issuer, check_url
from .tokens import Claims, Expected, verify

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..runtime import App


class IssuerMode:
    """Believes one issuer."""

    seconds = FRESH_S

    def __init__(self, options: Mapping[str, Any], issuer: str, audience: str) -> None:
        self.issuer = issuer
        self.routes: list[Any] = []
        self.tools: dict[str, Any] = {}
        self._issuer = Issuer(issuer, frozenset(options["algorithms"]))
        self._expected = Expected(
            issuer=issuer,
            audiences=frozenset({audience}),
            types=frozenset(kind.lower() for kind in options["token_types"]),
            leeway=float(options["leeway_seconds"]),
        )

    async def verify(self, token: str) -> Claims:
        """Check a token with the issuer's keys."""
        return await verify(token, self._issuer.key, self._expected)

    def gauges(self) -> Mapping[str, float]:
        """How often keys were fetched, and how often in vain."""
        return {"key_fetches": self._issuer.fetches, "key_failures": self._issuer.failures}


def make(app: App, options: Mapping[str, Any], resource: str) -> IssuerMode:
    """Read the variables; `SettingError` says what is missing."""
    issuer = os.environ.get("AUTH_ISSUER", "").strip()
    if not issuer:
        raise SettingError("AUTH_ISSUER: set it to the URL of the issuer, as its tokens name it")
    try:
        check_url(issuer)
    except ValueError as error:
        raise SettingError(f"AUTH_ISSUER: {issuer!r} is not {error}") from error
    audience = os.environ.get("AUTH_AUDIENCE", "").strip()
    here = app.settings.host in {"localhost", "::1"} or app.settings.host.startswith("127.")
    if not audience and not here and not os.environ.get("AUTH_RESOURCE"):
        raise SettingError(
            "AUTH_RESOURCE: set it to the URL under which clients reach /mcp, "
            "for example https://mcp.example.com/mcp; tokens must be issued for it"
        )
    return IssuerMode(options, issuer, audience or resource)
