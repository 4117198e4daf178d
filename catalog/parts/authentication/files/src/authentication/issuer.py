"""An authorization server elsewhere: where its keys are, and the keys themselves."""

from __future__ import annotations

import ipaddress
import json
import logging
import time
from collections import deque
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import anyio
import httpx2

from .keys import find, usable_keys
from .tokens import UnavailableError

if TYPE_CHECKING:
    from .keys import Key

log = logging.getLogger(__name__)
MAX_BYTES = 512 << 10
"""Of what the issuer may send at once."""
PATIENCE_S = 5.0
"""How long one fetch may take."""
FRESH_S = 600.0
"""How long keys are used before they are fetched again: so long a withdrawn key may still count."""
STALE_S = 24 * 3600.0
"""How long they are used at most while the issuer does not answer."""
MAX_FETCHES, WINDOW_S = 3, 30.0
"""So many fetches in this time, whatever unknown keys tokens may name."""


def check_url(url: str) -> str:
    """The URL, if it is https, or http on this machine; else `ValueError`."""
    parts = urlsplit(url)
    if not parts.hostname or parts.username or parts.password or parts.fragment or parts.query:
        raise ValueError("an https URL")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_here(parts.hostname)):
        raise ValueError("an https URL")
    return url


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Issuer:
    """One issuer, named by `url` exactly as its tokens name it."""

    def __init__(self, url: str, allowed: frozenset[str]) -> None:
        self.url = check_url(url)
        self._allowed = allowed
        self._keys: list[Key] = []
        self._fetched_at = -STALE_S
        self._tries: deque[float] = deque(maxlen=MAX_FETCHES)
        self._one_at_a_time = anyio.Lock()
        self.fetches = self.failures = 0

    async def key(self, kid: str | None, algorithm: str) -> Key | None:
        """The key that a token means, or None; `UnavailableError` while no keys are to be had."""
        age = time.monotonic() - self._fetched_at
        if age > FRESH_S:
            await self._fetch(wait=age > STALE_S)
        found = find(self._keys, kid, algorithm)
        if found is None:
            await self._fetch(wait=False)
            found = find(self._keys, kid, algorithm)
        if time.monotonic() - self._fetched_at > STALE_S:
            raise UnavailableError(f"no keys from {self.url}")
        return found

    async def _fetch(self, *, wait: bool) -> None:
        """Fetch the keys, unless that was tried a moment ago; others `wait` only if they must."""
        if self._one_at_a_time.locked() and not wait:
            return
        seen = self.fetches  # of those that have ended
        async with self._one_at_a_time:
            now = time.monotonic()
            if self.fetches != seen:
                return  # somebody else did, meanwhile
            if len(self._tries) == MAX_FETCHES and now - self._tries[0] < WINDOW_S:
                return
            self._tries.append(now)
            try:
                with anyio.fail_after(PATIENCE_S):
                    self._keys = await self._fetched()
            except (httpx2.HTTPError, OSError, ValueError, RecursionError) as error:
                self.failures += 1
                log.warning("no keys from %s: %s: %s", self.url, type(error).__name__, error)
            else:
                self._fetched_at = time.monotonic()
            finally:
                self.fetches += 1

    async def _fetched(self) -> list[Key]:
        async with httpx2.AsyncClient(timeout=PATIENCE_S, follow_redirects=False) as client:
            where = await self._discovered(client)
            keys = usable_keys(await _json(client, where), self._allowed)
        if not keys:
            raise ValueError(f"{where} has no usable key")
        return keys

    async def _discovered(self, client: httpx2.AsyncClient) -> str:
        """Where the keys are, from the first metadata document there is."""
        parts = urlsplit(self.url)
        origin, path = f"{parts.scheme}://{parts.netloc}", parts.path.rstrip("/")
        problem: Exception = ValueError("no metadata")
        for address in (
            f"{origin}{path}/.well-known/openid-configuration",
            f"{origin}/.well-known/oauth-authorization-server{path}",
        ):
            try:
                document = await _json(client, address)
            except ValueError as error:
                problem = error
                continue
            if not isinstance(document, dict) or document.get("issuer") != self.url:
                raise ValueError(f"{address} speaks of another issuer")
            return check_url(str(document.get("jwks_uri")))
        raise problem


async def _json(client: httpx2.AsyncClient, address: str) -> Any:
    """The JSON at an address; redirects are not followed, compression is not asked for."""
    headers = {"accept": "application/json", "accept-encoding": "identity"}
    async with client.stream("GET", address, headers=headers) as answer:
        if answer.status_code != httpx2.codes.OK:
            raise ValueError(f"{address} answered with status {answer.status_code}")
        if answer.headers.get("content-encoding", "identity") != "identity":
            raise ValueError(f"{address} sent compressed data unasked")
        body = bytearray()
        async for piece in answer.aiter_raw():
            body += piece
            if len(body) > MAX_BYTES:
                raise ValueError(f"{address} sent more than {MAX_BYTES} bytes")
    return json.loads(bytes(body))
