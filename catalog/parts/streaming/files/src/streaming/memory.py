"""Streams kept in this process: for one worker, gone when it ends."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

import anyio

from ..runtime import Denied
from .stream import BATCH_BYTES, Batch, Limits, NoStream, Stream

if TYPE_CHECKING:
    from collections.abc import Callable

SWEEP_S = 15.0
"""How often expired streams are cleared away."""


@dataclass(slots=True)
class _Kept:
    stream: Stream
    used: float
    items: deque[tuple[int, str]] = field(default_factory=deque)
    size: int = 0
    last: int = 0
    stopped: bool = False

    def drop(self) -> None:
        self.size -= len(self.items.popleft()[1].encode())


class MemoryStreams:
    """Bounded buffers in a dictionary."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self.on_change: Callable[[str, bool], None] = lambda _handle, _news: None
        self._limits = limits
        self._clock = clock
        self._kept: dict[str, _Kept] = {}
        self._named: dict[tuple[str, str], str] = {}

    def __len__(self) -> int:
        return len(self._kept)

    async def open(self, stream: Stream) -> Stream:
        """Keep a stream, or find the open one of that name."""
        key = (stream.owner, stream.name)
        found = self._alive(self._named.get(key, ""))
        if found is not None and not found.stopped:
            found.used = self._clock()
            return found.stream
        self.sweep()
        mine = sum(kept.stream.owner == stream.owner for kept in self._kept.values())
        if mine >= self._limits.max_streams or len(self._kept) >= self._limits.max_total:
            raise Denied("There are too many streams; stop some.", reason="too_many_streams")
        if found is not None:
            del self._kept[found.stream.id]
        self._kept[stream.id] = _Kept(stream, self._clock())
        self._named[key] = stream.id
        return stream

    async def find(self, handle: str) -> Stream:
        """A stream by its handle."""
        return self._used(handle).stream

    async def listed(self, owner: str) -> list[tuple[Stream, int, bool]]:
        """The owner's streams."""
        self.sweep()
        mine = [kept for kept in self._kept.values() if kept.stream.owner == owner]
        return [(kept.stream, kept.last, kept.stopped) for kept in mine]

    async def append(self, stream: Stream, item: str) -> int | None:
        """Add an item, dropping the oldest if the stream is one that does."""
        kept = self._used(stream.id)
        if kept.stopped:
            raise NoStream
        size = len(item.encode())
        full = len(kept.items) >= stream.capacity
        if stream.overflow == "wait" and (full or self._heavy(kept, size)):
            return None
        kept.last += 1
        kept.items.append((kept.last, item))
        kept.size += size
        while len(kept.items) > stream.capacity or (len(kept.items) > 1 and self._heavy(kept, 0)):
            kept.drop()
        self.on_change(stream.id, True)
        return kept.last

    async def read(self, stream: Stream, after: int, limit: int) -> Batch:
        """Items after a number."""
        kept = self._used(stream.id)
        after = min(after, kept.last)
        before = len(kept.items)
        while stream.overflow == "wait" and kept.items and kept.items[0][0] <= after:
            kept.drop()
        if len(kept.items) < before:
            self.on_change(stream.id, False)
        found: list[tuple[int, str]] = []
        size = 0
        for number, item in islice(kept.items, self._skipped(kept, after), None):
            size += len(item)
            if len(found) == limit or (found and size > BATCH_BYTES):
                break
            found.append((number, item))
        first = kept.items[0][0] if kept.items else kept.last + 1
        return Batch(
            items=[item for _, item in found],
            cursor=found[-1][0] if found else max(after, first - 1),
            missed=max(0, first - 1 - after),
            last=kept.last,
            stopped=kept.stopped,
        )

    async def stop(self, stream: Stream) -> None:
        """Take no more items."""
        self._used(stream.id).stopped = True
        self.on_change(stream.id, True)

    async def check(self) -> str | None:
        """Memory is always there."""
        return None

    async def run(self) -> None:
        """Clear away what has expired."""
        while True:
            await anyio.sleep(SWEEP_S)
            self.sweep()

    async def close(self) -> None:
        """Nothing to let go of."""

    def sweep(self) -> None:
        """Forget streams that nobody used for too long."""
        for handle in list(self._kept):
            self._alive(handle)

    @staticmethod
    def _skipped(kept: _Kept, after: int) -> int:
        return max(0, after + 1 - kept.items[0][0]) if kept.items else 0

    def _heavy(self, kept: _Kept, more: int) -> bool:
        return bool(kept.items) and kept.size + more > self._limits.max_stream_bytes

    def _alive(self, handle: str) -> _Kept | None:
        kept = self._kept.get(handle)
        if kept is not None and self._clock() - kept.used > self._limits.idle_seconds:
            del self._kept[handle]
            self._named.pop((kept.stream.owner, kept.stream.name), None)
            return None
        return kept

    def _used(self, handle: str) -> _Kept:
        kept = self._alive(handle)
        if kept is None:
            raise NoStream
        kept.used = self._clock()
        return kept
