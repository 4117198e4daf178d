"""The cache: one computes, others wait; what is kept, and for whom."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import anyio
import pytest

from src.main import build
from src.modules.caching import Caching
from src.runtime import Context, Peer, ToolError, ToolSpec
from src.runtime.manifest import CacheSpec

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from src.runtime import App

pytestmark = pytest.mark.anyio
SPEC = ToolSpec({"name": "count", "inputSchema": {"type": "object"}}, "count")


@asynccontextmanager
async def counting(scope: str, **change: Any) -> AsyncIterator[tuple[App, Caching, list[str]]]:
    """A server with a tool that counts its calls, and keeps their results."""
    app, calls = build(), []

    async def count(ctx: Context, what: str = "") -> Any:
        calls.append(ctx.principal)
        await anyio.sleep(0.05)
        if what == "error":
            raise ToolError("no")
        return {"calls": len(calls), "what": what}

    app.tool(replace(SPEC, cache=CacheSpec(60, scope), **change), count)
    module = Caching.of(app)
    async with app.life.run():
        if await module.cache.ask(lambda backend: backend.count(), None) is None:
            pytest.skip("the cache cannot be reached from here")
        yield app, module, calls


async def call(app: App, who: str, **arguments: Any) -> Any:
    """One call by the owner of a process, under that name."""
    return await app.call_tool("count", arguments, Context(app, Peer(who, trusted=True)))


@pytest.mark.parametrize(("scope", "expected"), [("private", 2), ("public", 1)])
async def test_results_are_kept_for_whom_they_are(scope: str, expected: int) -> None:
    async with counting(scope) as (app, module, calls):
        async with anyio.create_task_group() as group:
            for _ in range(5):
                group.start_soon(call, app, "ann")
        await call(app, "bob")
        stats = await module.tool_cache_stats()
        assert len(calls) == expected
        await module.tool_cache_delete(tool="count")
        await call(app, "ann")
    assert len(calls) == expected + 1
    assert stats["entries"] == expected


async def test_failures_are_not_kept() -> None:
    async with counting("private") as (app, _, calls):
        for _ in range(2):
            with pytest.raises(ToolError, match="no"):
                await call(app, "ann", what="error")
    assert len(calls) == 2


async def test_entries_of_administrators() -> None:
    async with counting("private") as (_, module, _calls):
        assert (await module.tool_cache_set("a", {"x": 1}, 60))["stored"]
        assert await module.tool_cache_get("a") == {"found": True, "value": {"x": 1}}
        assert (await module.tool_cache_delete(key="a"))["deleted"] == 1
        assert await module.tool_cache_get("a") == {"found": False}
        with pytest.raises(ToolError, match="either"):
            await module.tool_cache_delete()
        module.max_value_bytes = 3
        with pytest.raises(ToolError, match="at most"):
            await module.tool_cache_set("a", "long", 60)
