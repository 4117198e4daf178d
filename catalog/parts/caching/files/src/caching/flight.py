"""One caller computes what others ask for at the same time, in this process and beside it."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

import anyio

from .backend import CacheDown

if TYPE_CHECKING:
    from .backend import Backend

log = logging.getLogger(__name__)
T = TypeVar("T")
Compute = Callable[[], Awaitable[tuple[T, str | None]]]
REST_S = 1.0
"""After a failure the backend is left alone for so long, and every call is a miss."""
FIRST_LOOK_S = 0.02
LAST_LOOK_S = 0.25
"""How often to look whether another process is done."""


NOBODY: str | None = ""
"""In place of a token: there is no other process to wait for."""


@dataclass(frozen=True, slots=True)
class Times:
    """In seconds."""

    keep: float
    patience: float
    """How long to believe that another process is still computing."""


@dataclass(slots=True)
class _Flight:
    """A computation under way; `text` is its result if that may be kept."""

    done: anyio.Event = field(default_factory=anyio.Event)
    text: str | None = None


class Cache:
    """A backend that may fail, and one computation of each key at a time."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.hits = self.misses = self.failures = 0
        self._flights: dict[str, _Flight] = {}
        self._resting_until = 0.0

    async def through(self, key: str, compute: Compute[T], times: Times) -> tuple[T | None, str]:
        """What `compute` returned, or None and the text that was kept.

        `compute` also returns the text to keep; None if others must compute again.
        """
        while (flight := self._flights.get(key)) is not None:
            await flight.done.wait()
            if flight.text is not None:
                self.hits += 1
                return None, flight.text
        flight = self._flights[key] = _Flight()
        try:
            return await self._first(key, flight, compute, times)
        finally:
            del self._flights[key]
            flight.done.set()

    async def ask(self, work: Callable[[Backend], Awaitable[T]], otherwise: T) -> T:
        """What the backend answers, or `otherwise` while it is down."""
        if time.monotonic() < self._resting_until:
            return otherwise
        try:
            answer = await work(self.backend)
        except CacheDown as error:
            self.failures += 1
            if not self._resting_until:
                log.warning("nothing is cached for now: %s", error)
            self._resting_until = time.monotonic() + REST_S
            return otherwise
        if self._resting_until:
            log.warning("the cache is back")
            self._resting_until = 0.0
        return answer

    async def _first(
        self, key: str, flight: _Flight, compute: Compute[T], times: Times
    ) -> tuple[T | None, str]:
        turn: str | None = None
        flight.text = await self._get(key)
        if flight.text is None:
            flight.text, turn = await self._turn(key, times.patience)
        if flight.text is not None:
            self.hits += 1
            return None, flight.text
        self.misses += 1
        try:
            result, text = await compute()
            if text is not None:
                flight.text = text
                await self.ask(lambda b: b.put(key, text, times.keep), None)
            return result, ""
        finally:
            if turn:
                with anyio.CancelScope(shield=True):
                    await self.ask(lambda b: b.unlock(key, turn), None)

    async def _turn(self, key: str, patience: float) -> tuple[str | None, str | None]:
        """What another process computed meanwhile, or the token of our turn."""
        until, pause = time.monotonic() + patience, FIRST_LOOK_S
        while time.monotonic() < until:
            turn = await self.ask(lambda b: b.lock(key, patience), NOBODY)
            if turn == NOBODY:
                break
            if (text := await self._get(key)) is not None or turn is not None:
                return text, turn
            await anyio.sleep(pause)
            pause = min(pause * 2, LAST_LOOK_S)
        return None, None

    async def _get(self, key: str) -> str | None:
        return await self.ask(lambda b: b.get(key), None)
