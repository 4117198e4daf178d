"""Streams in memory: cursors, overflow, waiting, owners; tools that answer in parts."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import anyio
import pytest

from src.main import build
from src.modules.streaming import Streaming
from src.runtime import Context, NotFound, Peer, ToolError
from src.streaming.gather import gathered

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def streaming(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Streaming, Context]]:
    """The module, in a server that keeps streams in memory."""
    monkeypatch.delenv("REDIS_URL", raising=False)
    monkeypatch.setenv("MCP_TRANSPORT", "stdio")
    app = build()
    async with app.life.run():
        yield Streaming.of(app), Context(app, Peer("ann"))


async def test_items_are_read_by_cursor(monkeypatch: pytest.MonkeyPatch) -> None:
    async with streaming(monkeypatch) as (module, ctx):
        start = {"name": "news", "capacity": 3, "overflow": "drop_oldest"}
        stream = (await module.tool_stream_start(ctx, **start))["stream"]
        assert (await module.tool_stream_start(ctx, **start))["stream"] == stream
        for n in range(5):
            await module.tool_stream_publish(ctx, stream=stream, item={"n": n})
        read = {"stream": stream, "limit": 2, "wait_seconds": 0}
        first = await module.tool_stream_read(ctx, **read)
        second = await module.tool_stream_read(ctx, **read, cursor=first["cursor"])
        listed = await module.tool_stream_list(ctx)
        shown = await ctx.app.read_resource(f"stream://{stream}", ctx)
        bob = Context(ctx.app, Peer("bob"))
        with pytest.raises(ToolError, match="No such stream"):
            await module.tool_stream_read(bob, **read)
        with pytest.raises(NotFound):
            await ctx.app.read_resource(f"stream://{stream}", bob)
        await module.tool_stream_stop(ctx, stream=stream)
        with pytest.raises(ToolError):
            await module.tool_stream_publish(ctx, stream=stream, item=1)
        with pytest.raises(ToolError):
            await module.tool_stream_read(ctx, **read, cursor="x")
    assert [item["n"] for item in first["items"] + second["items"]] == [2, 3, 4]
    assert len(listed["streams"]) == 1
    assert shown["contents"]


async def test_a_reader_waits_for_news(monkeypatch: pytest.MonkeyPatch) -> None:
    async with streaming(monkeypatch) as (module, ctx):
        made = await module.tool_stream_start(ctx, name="a", overflow="wait", capacity=1)
        stream = made["stream"]
        heard: dict[str, Any] = {}

        async def read() -> None:
            heard.update(await module.tool_stream_read(ctx, stream=stream, limit=5, wait_seconds=5))

        async with anyio.create_task_group() as group:
            group.start_soon(read)
            await anyio.sleep(0.05)
            await module.tool_stream_publish(ctx, stream=stream, item="now")
        module.publish_seconds = 0.05
        with pytest.raises(ToolError, match="full"):
            await module.tool_stream_publish(ctx, stream=stream, item=2)
        with pytest.raises(ToolError, match="bytes"):
            await module.tool_stream_publish(ctx, stream=stream, item="x" * (1 << 20))
        assert module.gauges()["waiting"] == 0
    assert heard["items"] == ["now"]


async def test_producers_publish_in_the_background(monkeypatch: pytest.MonkeyPatch) -> None:
    async def items(*, fail: bool) -> AsyncIterator[int]:
        yield 1
        yield 2
        if fail:
            raise ValueError

    async with streaming(monkeypatch) as (module, ctx):
        with pytest.raises(ValueError, match="cannot be the name"):
            await module.open("not a name")
        await module.publish("shared", 0)
        for name in ("good", "bad"):
            module.produce(await module.open(name, owner="ann"), items(fail=name == "bad"))
        module.produce(await module.open("endless", owner="ann"), endless())
        await anyio.sleep(0.1)
        listed = (await module.tool_stream_list(ctx))["streams"]
        assert await module.problem() is None
    found = {stream["name"]: stream for stream in listed}
    assert found["shared"]["items_so_far"] == 1
    assert found["endless"]["stopped"] is False


async def endless() -> AsyncIterator[int]:
    """Never ends by itself."""
    while True:
        yield 1
        await anyio.sleep(0.02)


async def test_tools_answer_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    async def parts(count: int) -> AsyncIterator[Any]:
        for n in range(count):
            yield f"{n} " if count < 3 else {"n": n, "pad": "x" * 1000}

    async with streaming(monkeypatch) as (module, ctx):
        run = gathered(parts)
        assert module.prepare(parts) is not parts
        assert await run(ctx, count=2) == "0 1 "
        assert len(await run(ctx, count=3)) == 3
        with pytest.raises(ToolError, match="bytes"):
            await run(ctx, count=10_000)
