"""The Authorization header, and what a caller is told who may not pass (RFC 6750, RFC 9728)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from ..runtime import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from starlette.requests import HTTPConnection

WELL_KNOWN = "/.well-known/oauth-protected-resource"
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")


class Challenges:
    """Words for callers without a token, with a bad one, or with too few scopes."""

    def __init__(self, resource: str, base_scopes: Iterable[str]) -> None:
        """`resource` is the URL that tokens are issued for, `base_scopes` what every call needs."""
        parts = urlsplit(resource)
        self.path = WELL_KNOWN + (parts.path if parts.path != "/" else "")
        self.metadata = urlunsplit((parts.scheme, parts.netloc, self.path, "", ""))
        self._base = frozenset(base_scopes)

    def token_of(self, connection: HTTPConnection) -> str:
        """The bearer token of a request, or the refusal that is due."""
        if connection.scope["query_string"] and "access_token" in connection.query_params:
            raise self._refusal(400, "A token does not belong into a URL.", "invalid_request")
        given = connection.headers.getlist("authorization")
        if len(given) > 1:
            raise self._refusal(400, "One Authorization header is enough.", "invalid_request")
        scheme, _, token = (given or [""])[0].partition(" ")
        if scheme.lower() != "bearer":
            raise self._refusal(401, "This server wants a bearer token.", None, self._base)
        if not _TOKEN.fullmatch(token):
            raise self.invalid()
        return token

    def invalid(self) -> Refusal:
        """The token is no good; why stays in the log."""
        words = "The access token is not valid here, or no longer."
        return self._refusal(401, words, "invalid_token", self._base)

    def insufficient(
        self, what: str, scopes: Iterable[str], message: Mapping[str, Any] | None = None
    ) -> Refusal:
        """The token is good, but more is needed for `what`."""
        needed = sorted(self._base | set(scopes))
        return self._refusal(
            403,
            f"{what} needs {', '.join(sorted(scopes))}",
            "insufficient_scope",
            needed,
            message,
            data={"reason": "insufficient_scope", "scopes": needed},
        )

    def _refusal(
        self,
        status: int,
        words: str,
        error: str | None,
        scopes: Iterable[str] = (),
        message: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> Refusal:
        parts = {
            "error": error,
            "error_description": words if error else None,
            "scope": " ".join(sorted(scopes)),
            "resource_metadata": self.metadata,
        }
        quoted = ", ".join(f'{name}="{value}"' for name, value in parts.items() if value)
        headers = {"WWW-Authenticate": f"Bearer {quoted}"}
        return Refusal.of(message, status, words, headers=headers, **more)
