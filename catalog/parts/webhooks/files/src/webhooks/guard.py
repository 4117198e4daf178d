"""Where deliveries may go: checks a URL, resolves its host, and pins the addresses it checked."""

from __future__ import annotations

import asyncio
import re
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import anyio

from .addresses import Address, Network, is_open, read_address

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Resolve = Callable[[str, int], Awaitable[list[str]]]

MAX_URL = 2000
MAX_NAME = 253
RESOLVE_S = 5.0
MAX_ADDRESSES = 32
_URL = re.compile(r"[!-~]+")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_PORTS = {"https": 443, "http": 80}
_LOCAL_NAMES = (
    "localhost",
    "local",
    "internal",
    "intranet",
    "lan",
    "corp",
    "home",
    "arpa",
    "onion",
)
"""Last labels of names that are not of the public internet."""


class Refused(ValueError):  # noqa: N818 - reads as what happened
    """A URL that deliveries must not go to; the words are for whoever wrote it."""


@dataclass(frozen=True, slots=True)
class Target:
    """A checked URL."""

    scheme: str
    host: str
    port: int
    path: str
    """Path and query, as sent."""

    @property
    def authority(self) -> str:
        """The Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


async def system_resolver(host: str, port: int) -> list[str]:
    """Every address that the system knows for a name."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


@dataclass(slots=True)
class Guard:
    """What the options allow."""

    schemes: frozenset[str] = frozenset({"https"})
    ports: frozenset[int] = frozenset({443})
    networks: tuple[Network, ...] = ()
    """Networks that may be reached although they are not public."""
    resolve: Resolve = system_resolver

    def read(self, url: str) -> Target:
        """The target of a URL, its host not resolved yet; raises `Refused`."""
        if len(url) > MAX_URL or not _URL.fullmatch(url) or "\\" in url:
            raise Refused("the URL is too long, or has characters that must be percent-encoded")
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError as error:
            raise Refused("that is not a URL") from error
        if parts.scheme not in self.schemes or not url.startswith(f"{parts.scheme}://"):
            raise Refused(f"the URL must begin with {' or '.join(sorted(self.schemes))}://")
        if "@" in parts.netloc:
            raise Refused("the URL must not hold a user name or a password")
        if "#" in url:
            raise Refused("the URL must not have a fragment")
        port = _PORTS[parts.scheme] if port is None else port
        if port not in self.ports:
            raise Refused(f"deliveries may go to these ports only: {sorted(self.ports)}")
        self._check_host(host, bracketed="[" in parts.netloc)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return Target(parts.scheme, host, port, path)

    def _check_host(self, host: str, *, bracketed: bool) -> None:
        address = read_address(host)
        if address is not None and "%" not in host:
            self._check_address(address)
            return
        labels = host.split(".")
        usable = len(host) <= MAX_NAME and all(map(_LABEL.fullmatch, labels)) and not bracketed
        if not usable or _NUMBER.fullmatch(labels[-1]):
            raise Refused("the host of the URL is neither a name nor an address in usual notation")
        if len(labels) == 1 or labels[-1] in _LOCAL_NAMES:
            raise Refused("the host of the URL is not a name of the public internet")

    def _check_address(self, address: Address) -> None:
        if not is_open(address, self.networks):
            raise Refused("the host of the URL has an address that is not public")

    async def pin(self, target: Target) -> list[Address]:
        """The addresses to connect to, each of them checked; raises `Refused`.

        One address that is not public spoils them all: a name of which one answer is internal is
        not to be trusted with the others.
        """
        if (literal := read_address(target.host)) is not None:
            self._check_address(literal)
            return [literal]
        texts: list[str] = []
        try:
            with anyio.move_on_after(RESOLVE_S):
                texts = await self.resolve(target.host, target.port)
        except (OSError, UnicodeError) as error:
            raise Refused("the host of the URL cannot be resolved") from error
        found = list(dict.fromkeys(map(read_address, texts)))
        if not found or len(found) > MAX_ADDRESSES:
            raise Refused("the host of the URL cannot be resolved")
        checked = []
        for address in found:
            if address is None:
                raise Refused("the host of the URL has no usable address")
            self._check_address(address)
            checked.append(address)
        return checked
