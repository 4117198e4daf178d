"""Access tokens of this server's own, signed with AUTH_SIGNING_KEY."""

from __future__ import annotations

import hmac
import secrets
import time
from typing import TYPE_CHECKING

import jwt

from ..runtime import SettingError
from .keys import Key, find, shared_key

if TYPE_CHECKING:
    from collections.abc import Iterable

MIN_BYTES = 32
MIN_DIFFERENT = 10
"""Characters: fewer are no random key."""
HOW = (
    "make one with: python -c 'import secrets; print(secrets.token_urlsafe(48))' "
    "and set AUTH_SIGNING_KEY, or AUTH_SIGNING_KEY_FILE to a file that holds it"
)
CLIENT = "local"


class Signer:
    """The first key signs, all of them are accepted: so keys can be exchanged without a pause."""

    def __init__(self, text: str | None, resource: str) -> None:
        """Keys as in the variable; `SettingError` when they cannot be used."""
        given = [part.strip() for part in (text or "").split(",") if part.strip()]
        if not given:
            raise SettingError(f"AUTH_SIGNING_KEY is not set; {HOW}")
        if any(len(key.encode()) < MIN_BYTES or len(set(key)) < MIN_DIFFERENT for key in given):
            raise SettingError(f"AUTH_SIGNING_KEY: {MIN_BYTES} random bytes or more; {HOW}")
        self._resource = resource
        self._secrets = [_derived(key, "access tokens") for key in given]
        kids = [_derived(key, "key id")[:8].hex() for key in given]
        self._keys = [shared_key(kid, key) for kid, key in zip(kids, self._secrets, strict=True)]

    async def key(self, kid: str | None, algorithm: str) -> Key | None:
        """The key that a token means."""
        return find(self._keys, kid, algorithm) if kid is not None else None

    def issue(self, subject: str, scopes: Iterable[str], session: str, seconds: float) -> str:
        """An access token (RFC 9068)."""
        now = int(time.time())
        claims = {
            "iss": self._resource,
            "aud": self._resource,
            "sub": subject,
            "client_id": CLIENT,
            "iat": now,
            "exp": now + int(seconds),
            "jti": secrets.token_hex(16),
            "scope": " ".join(sorted(scopes)),
            "sid": session,
        }
        headers = {"typ": "at+jwt", "kid": self._keys[0].kid}
        return jwt.encode(claims, self._secrets[0], algorithm="HS256", headers=headers)


def _derived(key: str, purpose: str) -> bytes:
    return hmac.digest(key.encode(), f"mcp-crafter {purpose} 1".encode(), "sha256")
