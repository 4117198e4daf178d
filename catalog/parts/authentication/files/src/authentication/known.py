"""Tokens that were verified a moment ago: signatures are checked once, not at every request."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..runtime import Peer

MAX_KNOWN = 1000


class Known:
    """The most recently used ones; tokens themselves are not kept."""

    def __init__(self, seconds: float) -> None:
        """`seconds`: how long a verification counts, if the token does not end sooner."""
        self._seconds = seconds
        self._salt = secrets.token_bytes(32)
        self._peers: OrderedDict[bytes, tuple[float, Peer]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._peers)

    def get(self, token: str) -> Peer | None:
        """Whose token it is, if that is known."""
        name = self._name(token)
        until, peer = self._peers.get(name, (0.0, None))
        if until <= time.time():
            self._peers.pop(name, None)
            return None
        self._peers.move_to_end(name)
        return peer

    def put(self, token: str, peer: Peer) -> None:
        """Remember a verified token."""
        end = time.time() + self._seconds
        if peer.expires_at is not None:
            end = min(end, peer.expires_at)
        self._peers[self._name(token)] = (end, peer)
        while len(self._peers) > MAX_KNOWN:
            self._peers.popitem(last=False)

    def _name(self, token: str) -> bytes:
        return hashlib.blake2b(token.encode(), key=self._salt, digest_size=32).digest()
