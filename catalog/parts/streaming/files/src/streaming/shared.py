"""Streams kept in Redis: for several processes, which wake each other's readers."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from ..runtime import Denied, SettingError
from .scripts import APPEND, OPEN, READ, STOP
from .stream import BATCH_BYTES, Batch, Limits, NoStream, Stream, Unavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

PATIENCE_S = 2.0
"""How long one answer of Redis may take."""


class RedisStreams:
    """Every change is one script, so that it happens wholly or not at all."""

    def __init__(self, url: str, prefix: str, limits: Limits) -> None:
        self.on_change: Callable[[str, bool], None] = lambda _handle, _news: None
        self._limits = limits
        self._prefix = prefix
        try:
            self._redis: Redis = Redis.from_url(
                url,
                decode_responses=True,
                socket_timeout=PATIENCE_S,
                socket_connect_timeout=PATIENCE_S,
            )
        except ValueError as error:
            raise SettingError("REDIS_URL: not like redis://localhost:6379/0") from error
        self._scripts = {
            text: self._redis.register_script(text) for text in (OPEN, APPEND, READ, STOP)
        }

    async def open(self, stream: Stream) -> Stream:
        """Keep a stream, or find the open one of that name."""
        limits = self._limits
        handle = await self._run(
            OPEN,
            stream,
            stream.id,
            stream.name,
            stream.owner,
            stream.capacity,
            stream.overflow,
            limits.max_streams,
            limits.max_total,
            self._prefix,
        )
        if not handle:
            raise Denied("There are too many streams; stop some.", reason="too_many_streams")
        return stream if handle == stream.id else await self.find(handle)

    async def find(self, handle: str) -> Stream:
        """A stream by its handle."""
        found = await self._meta(handle)
        if not found:
            raise NoStream
        return _stream(handle, found)

    async def listed(self, owner: str) -> list[tuple[Stream, int, bool]]:
        """The owner's streams."""
        with _reachable():
            handles = sorted(await _answer(self._redis.smembers(self._key("o", owner))))
        found = [(handle, await self._meta(handle)) for handle in handles]
        return [(_stream(h, m), int(m["last"]), m["stopped"] == "1") for h, m in found if m]

    async def append(self, stream: Stream, item: str) -> int | None:
        """Add an item, dropping the oldest if the stream is one that does."""
        number = int(
            await self._run(APPEND, stream, item, self._limits.max_stream_bytes, stream.id)
        )
        if number < 0:
            raise NoStream
        return number or None

    async def read(self, stream: Stream, after: int, limit: int) -> Batch:
        """Items after a number."""
        found = await self._run(READ, stream, after, limit, BATCH_BYTES, stream.id)
        if not found:
            raise NoStream
        stopped, last, first, cursor, *items = found
        after = min(after, int(last))
        return Batch(
            items=list(items),
            cursor=int(cursor) or max(after, int(first) - 1),
            missed=max(0, int(first) - 1 - after),
            last=int(last),
            stopped=stopped == "1",
        )

    async def stop(self, stream: Stream) -> None:
        """Take no more items."""
        if not await self._run(STOP, stream, stream.id):
            raise NoStream

    async def check(self) -> str | None:
        """Whether Redis answers."""
        try:
            with _reachable():
                await _answer(self._redis.ping())
        except Unavailable:
            return "Redis does not answer"
        return None

    async def run(self) -> None:
        """Hear what other processes changed."""
        async with self._redis.pubsub() as heard:
            await heard.subscribe(self._prefix + "changed")
            while True:
                message = await heard.get_message(ignore_subscribe_messages=True, timeout=1.0)
                if message is not None:
                    kind, handle = message["data"][0], message["data"][1:]
                    self.on_change(handle, kind == "n")

    async def close(self) -> None:
        """Let go of all connections."""
        await self._redis.aclose()

    def _key(self, kind: str, name: str) -> str:
        return f"{self._prefix}{kind}:{name}"

    async def _meta(self, handle: str) -> dict[str, str]:
        with _reachable():
            return dict(await _answer(self._redis.hgetall(self._key("s", handle))))

    async def _run(self, script: str, stream: Stream, *arguments: str | int) -> Any:
        keys = [
            self._key("s", stream.id),
            self._key("d", stream.id),
            self._key("n", json.dumps([stream.owner, stream.name])),
            self._key("o", stream.owner),
            self._prefix + "all",
        ]
        kept_ms = round(self._limits.idle_seconds * 1000)
        common: list[str | int] = [round(time.time() * 1000), kept_ms, self._prefix + "changed"]
        with _reachable():
            return await self._scripts[script](keys=keys, args=[*common, *arguments])


def _stream(handle: str, found: dict[str, str]) -> Stream:
    overflow = "wait" if found["overflow"] == "wait" else "drop_oldest"
    return Stream(found["name"], found["owner"], int(found["capacity"]), overflow, handle)  # type: ignore[arg-type]


async def _answer(waiting: Awaitable[Any] | Any) -> Any:
    """The client's methods are typed as if they might not be awaited."""
    return await waiting


@contextmanager
def _reachable() -> Iterator[None]:
    try:
        yield
    except (RedisError, OSError, TimeoutError) as error:
        raise Unavailable from error
