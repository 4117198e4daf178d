"""Callers that wait for a stream to change."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import anyio

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

T = TypeVar("T")
POLL_S = 1.0
"""Whoever waits looks again after this time even if nobody wakes it."""


class Waiting:
    """One event for each stream that somebody waits for."""

    def __init__(self) -> None:
        self._events: dict[str, anyio.Event] = {}

    def __len__(self) -> int:
        return len(self._events)

    def wake(self, handle: str) -> None:
        """Let everyone who waits for this stream look again."""
        if (event := self._events.pop(handle, None)) is not None:
            event.set()

    async def until(
        self, handle: str, seconds: float, attempt: Callable[[], Awaitable[T | None]]
    ) -> T | None:
        """What `attempt` returns once it is not None, tried at every change; None if never."""
        with anyio.move_on_after(seconds):
            while True:
                event = self._events.setdefault(handle, anyio.Event())
                try:
                    if (value := await attempt()) is not None:
                        return value
                    with anyio.move_on_after(POLL_S):
                        await event.wait()
                finally:
                    idle = not event.statistics().tasks_waiting
                    if idle and self._events.get(handle) is event:
                        del self._events[handle]
        return None
