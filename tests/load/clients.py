"""The official client among the callers: listeners that come and go, and tools that answer in parts."""

from __future__ import annotations

import asyncio
import secrets

import httpx2
from caller import Caller, expect
from mcp.client.streamable_http import streamable_http_client

from mcp import Client

HEARD_S = 30


async def listening(caller: Caller) -> None:
    """Who subscribed to a stream hears of its news, whichever worker took them."""
    stream = (await caller.call("stream_start", name=secrets.token_hex(4)))["stream"]
    async with await _client(caller, "2026-07-28") as client, client.listen(resource_subscriptions=[f"stream://{stream}"]) as events:
        await caller.call("stream_publish", stream=stream, item=1)
        async with asyncio.timeout(HEARD_S):
            event = await anext(aiter(events))
    expect(getattr(event, "uri", "") == f"stream://{stream}", "an event", event)
    await caller.call("stream_stop", stream=stream)


async def parts(caller: Caller) -> None:
    """Each part is progress, the whole is the result."""
    heard: list[str | None] = []

    async def progress(_done: float, _total: float | None, message: str | None) -> None:
        heard.append(message)

    async with await _client(caller, caller.random.choice(("legacy", "auto"))) as client:
        listed = await client.list_tools()
        result = await client.call_tool("parts", {"count": 4}, progress_callback=progress)
    expect(any(tool.name == "parts" for tool in listed.tools), "a list", listed)
    expect(result.content[0].text == "part 0;part 1;part 2;part 3;", "parts", result)
    expect(len(heard) <= 4, "progress", heard)


async def _client(caller: Caller, mode: str) -> Client:
    await caller.authorize()
    http = httpx2.AsyncClient(headers={"authorization": f"Bearer {caller.token}"}, timeout=60)
    return Client(streamable_http_client(caller.place.server.url, http_client=http), mode=mode, cache=None)


DEEDS = ((1, listening), (1, parts))
