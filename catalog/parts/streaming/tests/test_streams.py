"""Streams in memory: numbers, bounds, expiry."""

from __future__ import annotations

import pytest

from src.runtime import Denied
from src.streaming import Limits, MemoryStreams, NoStream, Stream

pytestmark = pytest.mark.anyio


class Clock:
    """A time that tests set."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_bytes_are_bounded_too() -> None:
    streams = MemoryStreams(Limits(max_stream_bytes=100))
    stream = await streams.open(Stream("a", "ann", 50))
    for n in range(20):
        assert await streams.append(stream, "x" * 30) == n + 1
    batch = await streams.read(stream, 0, 100)
    assert (len(batch.items), batch.missed, batch.cursor) == (3, 17, 20)


async def test_a_stream_that_waits_is_full_by_bytes() -> None:
    streams = MemoryStreams(Limits(max_stream_bytes=100))
    stream = await streams.open(Stream("a", "ann", 50, "wait"))
    added = [await streams.append(stream, "x" * 40) for _ in range(3)]
    assert added == [1, 2, None]
    batch = await streams.read(stream, 1, 10)
    assert (batch.cursor, batch.missed) == (2, 0)
    assert await streams.append(stream, "x" * 40) == 3


async def test_one_read_is_bounded() -> None:
    streams = MemoryStreams(Limits(max_stream_bytes=10 << 20))
    stream = await streams.open(Stream("a", "ann", 100))
    for _ in range(40):
        await streams.append(stream, "x" * 60_000)
    seen, cursor = 0, 0
    while batch := (await streams.read(stream, cursor, 1000)):
        if not batch.items:
            break
        assert sum(map(len, batch.items)) <= 1 << 20
        seen, cursor = seen + len(batch.items), batch.cursor
    assert seen == 40


async def test_what_nobody_uses_is_forgotten() -> None:
    clock = Clock()
    streams = MemoryStreams(Limits(idle_seconds=10, max_streams=2), clock)
    old = await streams.open(Stream("old", "ann", 5))
    used = await streams.open(Stream("used", "ann", 5))
    with pytest.raises(Denied):
        await streams.open(Stream("more", "ann", 5))
    await streams.open(Stream("other", "bob", 5))
    clock.now = 9
    await streams.read(used, 0, 1)
    clock.now = 11
    streams.sweep()
    assert len(streams) == 1
    with pytest.raises(NoStream):
        await streams.find(old.id)
    assert await streams.open(Stream("used", "ann", 5)) == used
