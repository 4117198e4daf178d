"""Access tokens (RFC 9068): taken apart without trusting a word, then checked claim by claim."""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from .keys import Key

    FindKey = Callable[[str | None, str], Awaitable[Key | None]]

MAX_TOKEN = 8 << 10
MAX_SUBJECT = 255
MAX_SCOPES = 200
MAX_AUDIENCES = 20
_SHAPE = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)")
_SCOPE = re.compile(r"[\x21\x23-\x5B\x5D-\x7E]+")
_FORBIDDEN = {"crit", "b64", "zip", "enc"}
"""Header parameters that change what the rest means; nothing here understands them."""
_OF_ID_TOKENS = {"at_hash", "c_hash"}


class RejectedError(Exception):
    """The token is not accepted; the message is for the log, never for the caller."""


class UnavailableError(RuntimeError):
    """What it takes to check a token cannot be had at present."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What an acceptable token says."""

    issuer: str
    audiences: frozenset[str]
    types: frozenset[str]
    """Values of `typ`, in lower case, without `application/`."""
    leeway: float
    """Seconds that clocks may differ by."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a verified token says."""

    subject: str
    client: str
    scopes: frozenset[str]
    expires_at: float
    session: str | None
    """Which login it belongs to, when this server issued it."""


async def verify(token: str, find_key: FindKey, expected: Expected) -> Claims:
    """The token's claims; `RejectedError` if anything about it is not as it should be."""
    if len(token) > MAX_TOKEN:
        raise RejectedError("too long")
    parts = _SHAPE.fullmatch(token)
    if parts is None:
        raise RejectedError("not a signed JWT")
    header = _strict_json(_decoded(parts[1]), "header")
    kid, algorithm = _check_header(header, expected)
    key = await find_key(kid, algorithm)
    if key is None:
        raise RejectedError(f"no key for kid and algorithm {algorithm[:16]!r}")
    signed = f"{parts[1]}.{parts[2]}".encode()
    if not key.verifies(algorithm, signed, _decoded(parts[3])):
        raise RejectedError("wrong signature")
    return _check_claims(_strict_json(_decoded(parts[2]), "claims"), expected)


def _check_header(header: dict[str, Any], expected: Expected) -> tuple[str | None, str]:
    if forbidden := _FORBIDDEN & header.keys():
        raise RejectedError(f"header parameters {sorted(forbidden)}")
    kind = header.get("typ")
    if not isinstance(kind, str) or not kind.isascii():
        raise RejectedError("no typ")
    if kind.lower().removeprefix("application/") not in expected.types:
        raise RejectedError("another typ")
    kid, algorithm = header.get("kid"), header.get("alg")
    if not isinstance(algorithm, str) or not (kid is None or isinstance(kid, str)):
        raise RejectedError("alg or kid is no text")
    return kid, algorithm


def _check_claims(claims: dict[str, Any], expected: Expected) -> Claims:
    if claims.get("iss") != expected.issuer:
        raise RejectedError("another issuer")
    if not expected.audiences & _audiences(claims.get("aud")):
        raise RejectedError("another audience")
    expires_at = _check_times(claims, expected.leeway)
    if _OF_ID_TOKENS & claims.keys():
        raise RejectedError("an ID token")
    session = claims.get("sid")
    return Claims(
        subject=_subject(claims.get("sub")),
        client=_client(claims),
        scopes=_scopes(claims),
        expires_at=expires_at,
        session=session if isinstance(session, str) else None,
    )


def _check_times(claims: dict[str, Any], leeway: float) -> float:
    now = time.time()
    expires_at = _instant(claims, "exp")
    if expires_at <= now - leeway:
        raise RejectedError("expired")
    if _instant(claims, "iat") > now + leeway:
        raise RejectedError("issued in the future")
    if "nbf" in claims and _instant(claims, "nbf") > now + leeway:
        raise RejectedError("not valid yet")
    return expires_at


def _instant(claims: dict[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RejectedError(f"{name} is no time")
    try:
        instant = float(value)
    except OverflowError as error:
        raise RejectedError(f"{name} is no time") from error
    if not math.isfinite(instant) or instant < 0:
        raise RejectedError(f"{name} is no time")
    return instant


def _audiences(value: Any) -> frozenset[str]:
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list) or len(listed) > MAX_AUDIENCES:
        raise RejectedError("aud is no list of texts")
    if not all(isinstance(item, str) for item in listed):
        raise RejectedError("aud is no list of texts")
    return frozenset(listed)


def _subject(value: Any) -> str:
    """Who it is; names that mean someone without a token are nobody's."""
    if not isinstance(value, str) or not 0 < len(value) <= MAX_SUBJECT:
        raise RejectedError("no sub")
    if not value.isprintable() or value.strip() != value:
        raise RejectedError("sub is not printable")
    if value == "local" or value.startswith("ip:"):
        raise RejectedError("sub is reserved")
    return value


def _client(claims: dict[str, Any]) -> str:
    value = claims.get("client_id", claims.get("azp", ""))
    if not isinstance(value, str) or len(value) > MAX_SUBJECT:
        raise RejectedError("client_id is no text")
    return value


def _scopes(claims: dict[str, Any]) -> frozenset[str]:
    """`scope` as in RFC 8693, or the `scp` that some issuers write."""
    value = claims.get("scope", claims.get("scp", ""))
    listed = value.split(" ") if isinstance(value, str) else value
    if not isinstance(listed, list) or len(listed) > MAX_SCOPES:
        raise RejectedError("scope is no list of names")
    if not all(isinstance(item, str) and (not item or _SCOPE.fullmatch(item)) for item in listed):
        raise RejectedError("scope is no list of names")
    return frozenset(listed) - {""}


def _decoded(part: str) -> bytes:
    try:
        return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise RejectedError("not base64url") from error


def _strict_json(data: bytes, what: str) -> dict[str, Any]:
    try:
        value = json.loads(data.decode(), object_pairs_hook=_unique, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise RejectedError(f"the {what} is not JSON") from error
    if not isinstance(value, dict):
        raise RejectedError(f"the {what} is no object")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a name stands twice")
    return value


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")
