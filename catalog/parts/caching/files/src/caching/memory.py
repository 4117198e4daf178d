"""Texts in this process; the least recently used make room."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .backend import Backend


def make(_server: str, max_entries: int) -> Backend:
    """In this process."""
    return Memory(max_entries)


class Memory:
    """Up to `max_entries` texts; needs no lock, because nobody else sees them."""

    def __init__(self, max_entries: int) -> None:
        self._max = max_entries
        self._kept: OrderedDict[str, tuple[float, str]] = OrderedDict()

    async def start(self) -> None:
        """Nothing to open."""

    async def stop(self) -> None:
        """Forget everything."""
        self._kept.clear()

    async def get(self, key: str) -> str | None:
        """The text, unless it is gone or too old."""
        until, text = self._kept.get(key, (0.0, ""))
        if until <= time.monotonic():
            self._kept.pop(key, None)
            return None
        self._kept.move_to_end(key)
        return text

    async def put(self, key: str, text: str, seconds: float) -> None:
        """Keep a text."""
        self._kept[key] = (time.monotonic() + seconds, text)
        self._kept.move_to_end(key)
        while len(self._kept) > self._max:
            self._kept.popitem(last=False)

    async def delete(self, prefix: str) -> int:
        """Forget all keys that begin with `prefix`."""
        gone = [key for key in self._kept if key.startswith(prefix)]
        for key in gone:
            del self._kept[key]
        return len(gone)

    async def count(self) -> int:
        """How many texts are kept, old ones included."""
        return len(self._kept)

    async def lock(self, key: str, seconds: float) -> str | None:  # noqa: ARG002 - no one to wait for
        """Always free."""
        return ""

    async def unlock(self, key: str, token: str) -> None:
        """Nothing to give back."""
