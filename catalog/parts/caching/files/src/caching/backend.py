"""What a place for cached texts can do."""

from __future__ import annotations

from typing import Protocol


class CacheDown(Exception):  # noqa: N818 - says what is the case
    """The place cannot be reached: that is a miss, never a failure of the call."""


class Backend(Protocol):
    """Keeps texts for a time; every method may raise `CacheDown`."""

    async def start(self) -> None:
        """Open it."""

    async def stop(self) -> None:
        """Close it."""

    async def get(self, key: str) -> str | None:
        """The text, unless it is gone or too old."""

    async def put(self, key: str, text: str, seconds: float) -> None:
        """Keep a text; others may have to make room."""

    async def delete(self, prefix: str) -> int:
        """Forget all keys that begin with `prefix`; how many there were."""

    async def count(self) -> int:
        """How many texts are kept."""

    async def lock(self, key: str, seconds: float) -> str | None:
        """A token for whoever may compute `key` now; None while another process does.

        It is empty where there are no other processes.
        """

    async def unlock(self, key: str, token: str) -> None:
        """Give it back; a token that has run out changes nothing."""
