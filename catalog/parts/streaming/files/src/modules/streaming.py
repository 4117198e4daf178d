"""Streaming: named streams for the model and the user's tools, and tools that answer in parts."""

from __future__ import annotations

import inspect
import logging
import os
import re
from functools import partial
from typing import TYPE_CHECKING, Any

import anyio

from ..runtime import Invalid, Module, NotFound, SettingError, ToolError, Unreachable, secret
from ..runtime.content import as_json
from ..streaming import (
    Full,
    Limits,
    MemoryStreams,
    NoStream,
    RedisStreams,
    Stream,
    Streams,
    gathered,
)
from ..streaming.stream import SHARED, Overflow
from ..streaming.waiting import Waiting
from ..streaming.words import number_of, shown, told

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from ..runtime import App, Context
    from ..streaming import Batch

log = logging.getLogger(__name__)
TEMPLATE = {
    "uriTemplate": "stream://{stream}",
    "name": "stream",
    "title": "Stream",
    "description": "The newest items of a stream; subscribe to hear of more",
    "mimeType": "application/json",
}
SHOWN = 100
"""Items that the resource of a stream shows."""
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
STOP_S = 1.0
"""How long leaving waits for the streams to be stopped."""


class Streaming(Module):
    """Streams of every caller, in memory or, with REDIS_URL, shared by all replicas.

    Tools that are async generators answer in parts, see `gathered`.
    """

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__(options)
        self.limits = Limits.of(options)
        self.publish_seconds = float(options.get("publish_seconds", 10))
        self._waiting = Waiting()
        self._producers: dict[str, anyio.CancelScope] = {}

    # ---- life ---------------------------------------------------------------------------------

    def prepare(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Let tools be async generators."""
        return gathered(function) if inspect.isasyncgenfunction(function) else function

    def setup(self, app: App) -> None:
        """Choose where streams are kept, and serve them as resources."""
        self._app = app
        url = secret(os.environ, "REDIS_URL")
        if url is None and app.settings.workers > 1:
            raise SettingError(
                "streaming: several workers (MCP_WORKERS) share streams by Redis; set REDIS_URL"
            )
        self.streams: Streams = (
            RedisStreams(url, f"{app.manifest.server.name}:streaming:", self.limits)
            if url
            else MemoryStreams(self.limits)
        )
        self.streams.on_change = self._changed
        app.resource(TEMPLATE, self._resource)

    async def start(self) -> None:
        """Listen for changes, clear away what expired."""
        self._app.spawn("streaming", self.streams.run)

    async def stop(self) -> None:
        """Stop the streams whose producers end with this process."""
        with anyio.move_on_after(STOP_S, shield=True):
            for handle, scope in list(self._producers.items()):
                scope.cancel()
                try:
                    await self.streams.stop(await self.streams.find(handle))
                except ToolError:
                    continue
        await self.streams.close()

    async def problem(self) -> str | None:
        """Whether streams can be used."""
        why = await self.streams.check()
        return Unreachable(why) if why else None

    def gauges(self) -> Mapping[str, float]:
        """Of this process."""
        return {"waiting": len(self._waiting), "producers": len(self._producers)}

    # ---- for the user's tools -----------------------------------------------------------------

    async def open(
        self,
        name: str,
        *,
        owner: str = SHARED,
        capacity: int | None = None,
        overflow: Overflow = "drop_oldest",
    ) -> Stream:
        """The open stream of that name (letters, digits, `_`, `.`, `-`; up to 64), or a new one.

        `owner` is a caller's `ctx.principal`; without it everyone may read `stream://NAME`. With
        `overflow="wait"` publishing waits for the reader instead of dropping the oldest items.
        """
        if not NAME.fullmatch(name):
            raise ValueError(f"{name!r} cannot be the name of a stream")
        most = self.limits.max_items
        size = min(capacity or most, most)
        if owner == SHARED:  # has no one reader to wait for
            return await self.streams.open(Stream(name, owner, size, id=name))
        return await self.streams.open(Stream(name, owner, size, overflow))

    async def publish(self, name: str, value: Any, *, owner: str = SHARED) -> int:
        """Add a JSON value to the stream of that name, which is opened if need be; its number.

        Waits for room up to the option `publish_seconds`, then raises `Full`.
        """
        return await self.append(await self.open(name, owner=owner), value)

    async def append(self, stream: Stream, value: Any) -> int:
        """Add a JSON value to a stream; see `publish`."""
        item = as_json(value)
        if len(item.encode()) > self.limits.max_item_bytes:
            raise Invalid(stream.name, [f"item: more than {self.limits.max_item_bytes} bytes"])
        number = await self.streams.append(stream, item)
        if number is None:
            again = partial(self.streams.append, stream, item)
            number = await self._waiting.until(stream.id, self.publish_seconds, again)
        if number is None:
            raise Full
        return number

    def produce(self, stream: Stream, items: AsyncIterator[Any]) -> None:
        """Publish what an iterator yields, in the background, until it ends or is stopped."""
        self._app.life.soon(self._produce, stream, items)

    # ---- for the model ------------------------------------------------------------------------

    async def tool_stream_start(self, ctx: Context, /, **given: Any) -> dict[str, Any]:
        """Open a stream of the caller's, or find it again."""
        stream = await self.open(
            given["name"],
            owner=ctx.principal,
            capacity=given.get("capacity"),
            overflow=given["overflow"],
        )
        return shown(stream)

    async def tool_stream_publish(self, ctx: Context, /, **given: Any) -> dict[str, Any]:
        """Add an item to a stream of the caller's."""
        stream = await self._mine(ctx, given["stream"], write=True)
        return {"cursor": str(await self.append(stream, given["item"]))}

    async def tool_stream_read(self, ctx: Context, /, **given: Any) -> dict[str, Any]:
        """Items after a cursor; waits for some if told so."""
        stream = await self._mine(ctx, given["stream"])
        after = number_of(given.get("cursor", "0"))
        batch = await self._news(stream, after, given["limit"])
        if batch is None and given["wait_seconds"]:
            again = partial(self._news, stream, after, given["limit"])
            batch = await self._waiting.until(stream.id, given["wait_seconds"], again)
        return told(batch or await self.streams.read(stream, after, given["limit"]))

    async def tool_stream_stop(self, ctx: Context, /, **given: Any) -> dict[str, Any]:
        """End a stream of the caller's."""
        stream = await self._mine(ctx, given["stream"], write=True)
        await self.streams.stop(stream)
        if (producer := self._producers.get(stream.id)) is not None:
            producer.cancel()
        return {"stream": stream.id, "stopped": True}

    async def tool_stream_list(self, ctx: Context, /) -> dict[str, Any]:
        """The caller's streams, and those that everyone may read."""
        found = [*await self.streams.listed(ctx.principal), *await self.streams.listed(SHARED)]
        return {
            "streams": [
                shown(stream) | {"items_so_far": last, "stopped": stopped}
                for stream, last, stopped in found
            ]
        }

    # ---- inside -------------------------------------------------------------------------------

    async def _mine(self, ctx: Context, handle: str, *, write: bool = False) -> Stream:
        stream = await self.streams.find(handle)
        if stream.owner != ctx.principal and (write or stream.owner != SHARED):
            raise NoStream
        return stream

    async def _resource(self, ctx: Context, /, stream: str) -> dict[str, Any]:
        try:
            found = await self._mine(ctx, stream)
        except NoStream as error:
            raise NotFound(str(error)) from error
        newest = await self.streams.read(found, 0, 1)
        # A stream that waits keeps what was not read: reading from 0 forgets nothing.
        after = 0 if found.overflow == "wait" else max(0, newest.last - SHOWN)
        return told(await self.streams.read(found, after, SHOWN))

    async def _news(self, stream: Stream, after: int, limit: int) -> Batch | None:
        batch = await self.streams.read(stream, after, limit)
        return batch if batch.items or batch.stopped else None

    async def _produce(self, stream: Stream, items: AsyncIterator[Any]) -> None:
        with anyio.CancelScope() as scope:
            self._producers[stream.id] = scope
            try:
                async for item in items:
                    await self.append(stream, item)
            except ToolError as error:
                log.info("the producer of the stream %s ended: %s", stream.name, error)
            except Exception:  # the producer is the user's: anything may happen
                log.exception("the producer of the stream %s failed", stream.name)
            finally:
                del self._producers[stream.id]
        try:
            await self.streams.stop(stream)
        except ToolError:
            return

    def _changed(self, handle: str, news: bool) -> None:
        self._waiting.wake(handle)
        if news:
            self._app.updated(f"stream://{handle}")


MODULE = Streaming
