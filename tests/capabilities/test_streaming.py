"""Streams over the wire: cursors, overflow, back-pressure, owners, several processes; tools that answer in parts."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from mcp.client.stdio import stdio_client

from conftest import Serve, craft
from mcp import Client, MCPError, StdioServerParameters

pytestmark = pytest.mark.anyio
WRITE = """
from ..modules.streaming import Streaming
return await Streaming.of(ctx.app).publish("news", kwargs["text"])
"""
COUNT = """
from ..modules.streaming import Streaming
async def numbers():
    for n in range(kwargs["upto"]):
        yield n
streaming = Streaming.of(ctx.app)
stream = await streaming.open("numbers", owner=ctx.principal, capacity=5, overflow="wait")
streaming.produce(stream, numbers())
return stream.id
"""
PARTS = """
for n in range(kwargs["count"]):
    yield f"part {n};"
"""
MIXED = """
import asyncio
yield {"a": 1}
await asyncio.sleep(0.05)
yield 2
"""


def tool(name: str, body: str, **parameters: Any) -> dict[str, Any]:
    return {"name": name, "description": name, "parameters": parameters, "implementation": body, "probe": False}


FORM: dict[str, Any] = {
    "capabilities": ["tools", "streaming"],
    "options": {"streaming": {"max_items": 50, "max_streams": 5, "max_item_bytes": 2000, "publish_seconds": 3, "idle_seconds": 8}},
    "custom_tools": [
        tool("write", WRITE, text={"type": "string"}),
        tool("count", COUNT, upto={"type": "integer"}),
        tool("parts", PARTS, count={"type": "integer"}),
        tool("mixed", MIXED),
    ],
}
WHO = '''
"""Takes a header for the caller's name: a stand-in for authentication, for these tests alone."""
from ..runtime import Module, Peer

class Who(Module):
    def setup(self, app):
        async def authenticate(connection):
            return Peer(connection.headers.get("x-who", "nobody"), frozenset(["streams:read", "streams:write", "webhooks:manage"]))
        app.authenticate = authenticate

MODULE = Who
'''


def with_callers(project: Path) -> Path:
    """The project, with callers told apart by a header."""
    import json

    (project / "src" / "modules" / "who.py").write_text(WHO, encoding="utf-8")
    path = project / "src" / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["modules"].insert(0, {"name": "who", "options": {}})
    path.write_text(json.dumps(manifest), encoding="utf-8")
    return project


async def until(condition: Callable[[], Any], what: str, seconds: float = 30) -> None:
    """Return as soon as it holds; the test fails when it does not."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"{what} did not happen"
        await asyncio.sleep(0.05)


@pytest.fixture(params=["memory", "redis"])
def place(request: pytest.FixtureRequest) -> dict[str, str]:
    return {"REDIS_URL": request.getfixturevalue("redis_url")} if request.param == "redis" else {}


class Caller:
    """A client that calls tools as somebody."""

    def __init__(self, url: str, who: str, mode: str = "auto") -> None:
        from mcp.client.streamable_http import streamable_http_client

        self._http = httpx2.AsyncClient(headers={"x-who": who}, timeout=90)
        self.client = Client(streamable_http_client(url, http_client=self._http), mode=mode, cache=None)

    async def __aenter__(self) -> Caller:
        await self.client.__aenter__()
        return self

    async def __aexit__(self, *error: Any) -> None:
        await self.client.__aexit__(*error)
        await self._http.aclose()

    async def ask(self, name: str, /, **arguments: Any) -> Any:
        result = await self.client.call_tool(name, arguments)
        if result.is_error:
            return (result.meta or {}).get("com.mcp-crafter/error", {}).get("reason", result.content[0].text)
        return result.structured_content


async def test_publish_read_stop_and_reconnect(tmp_path: Path, serve: Serve, place: dict[str, str]) -> None:
    server = serve(craft(tmp_path, FORM), **place)
    name = f"log-{time.time_ns()}"
    async with Caller(server.url, "ann") as ann:
        started = await ann.ask("stream_start", name=name)
        again = await ann.ask("stream_start", name=name)
        handle = started["stream"]
        for n in range(7):
            await ann.ask("stream_publish", stream=handle, item={"n": n})
        first = await ann.ask("stream_read", stream=handle, limit=3)
    async with Caller(server.url, "ann", "legacy") as ann:  # another connection, another era: the handle leads back
        second = await ann.ask("stream_read", stream=handle, cursor=first["cursor"])
        repeated = await ann.ask("stream_read", stream=handle, cursor=first["cursor"])
        listed = await ann.ask("stream_list")
        stopped = await ann.ask("stream_stop", stream=handle)
        refused = await ann.ask("stream_publish", stream=handle, item=1)
        rest = await ann.ask("stream_read", stream=handle, cursor=second["cursor"])
        fresh = await ann.ask("stream_start", name=name)
        bad = [await ann.ask("stream_read", stream=fresh["stream"], cursor=c) for c in ("x", "-1", "9" * 19, "１")]
        ahead = await ann.ask("stream_read", stream=fresh["stream"], cursor="999")
    assert started == again
    assert started["uri"] == f"stream://{handle}"
    assert len(handle) >= 27
    assert [i["n"] for i in first["items"]] == [0, 1, 2]
    assert first["more"]
    assert [i["n"] for i in second["items"]] == [3, 4, 5, 6]
    assert second == repeated
    assert not second["more"]
    assert [(s["name"], s["items_so_far"], s["stopped"]) for s in listed["streams"] if not s["shared"]] == [(name, 7, False)]
    assert stopped == {"stream": handle, "stopped": True}
    assert refused == "not_found"
    assert (rest["items"], rest["stopped"]) == ([], True)
    assert fresh["stream"] != handle
    assert bad == ["invalid_arguments"] * 4
    assert ahead["cursor"] == "0"


async def test_the_oldest_are_dropped_and_counted(tmp_path: Path, serve: Serve, place: dict[str, str]) -> None:
    server = serve(craft(tmp_path, FORM), **place)
    async with Caller(server.url, "ann") as ann:
        stream = (await ann.ask("stream_start", name=f"s{time.time_ns()}", capacity=3))["stream"]
        for n in range(10):
            await ann.ask("stream_publish", stream=stream, item=n)
        late = await ann.ask("stream_read", stream=stream)
        behind = await ann.ask("stream_read", stream=stream, cursor="4")
        large = await ann.ask("stream_publish", stream=stream, item="x" * 2000)
        over = await ann.ask("stream_start", name="too-large", capacity=51)
    assert (late["items"], late["missed"], late["cursor"]) == ([7, 8, 9], 7, "10")
    assert (behind["items"], behind["missed"]) == ([7, 8, 9], 3)
    assert large == "invalid_arguments"
    assert over == "invalid_arguments"


async def test_a_slow_reader_holds_the_writer_back(tmp_path: Path, serve: Serve, place: dict[str, str]) -> None:
    server = serve(craft(tmp_path, FORM), **place)
    async with Caller(server.url, "ann") as ann:
        stream = (await ann.ask("stream_start", name=f"s{time.time_ns()}", capacity=2, overflow="wait"))["stream"]
        written = [await ann.ask("stream_publish", stream=stream, item=n) for n in range(2)]
        began = time.monotonic()
        refused = await ann.ask("stream_publish", stream=stream, item="no")
        waited = time.monotonic() - began
        writer = asyncio.ensure_future(ann.ask("stream_publish", stream=stream, item=2))
        await asyncio.sleep(0.3)
        held = not writer.done()
        read = await ann.ask("stream_read", stream=stream)
        await asyncio.sleep(0.2)
        still = not writer.done()  # reading is not yet having: the next cursor says that it arrived
        following = await ann.ask("stream_read", stream=stream, cursor=read["cursor"], wait_seconds=5)
        assert await writer == {"cursor": "3"}
        counter = (await ann.client.call_tool("count", {"upto": 40})).content[0].text
        seen, cursor = [], "0"
        while True:
            batch = await ann.ask("stream_read", stream=counter, cursor=cursor, wait_seconds=5)
            assert len(batch["items"]) <= 5
            seen += batch["items"]
            cursor = batch["cursor"]
            if batch["stopped"] and not batch["more"]:
                break
    assert written == [{"cursor": "1"}, {"cursor": "2"}]
    assert (refused, held, still) == ("stream_full", True, True)
    assert 2.9 < waited < 8
    assert (read["items"], following["items"], following["missed"]) == ([0, 1], [2], 0)
    assert seen == list(range(40))


async def test_streams_of_others_are_not_there(tmp_path: Path, serve: Serve, place: dict[str, str]) -> None:
    server = serve(with_callers(craft(tmp_path, FORM)), **place)
    name = f"s{time.time_ns()}"
    async with Caller(server.url, name + "ann") as ann, Caller(server.url, name + "bob") as bob:
        hers = await ann.ask("stream_start", name=name)
        his = await bob.ask("stream_start", name=name)
        handle = hers["stream"]
        await ann.ask("stream_publish", stream=handle, item="hers")
        tried = [await bob.ask("stream_read", stream=handle), await bob.ask("stream_stop", stream=handle),
                 await bob.ask("stream_publish", stream=handle, item=1)]
        never = await bob.ask("stream_read", stream="st_never")
        listed = await bob.ask("stream_list")
        try:
            read: Any = await bob.client.read_resource(hers["uri"])
        except MCPError as error:
            read = error.code
        own = (await ann.client.read_resource(hers["uri"])).contents[0].text
        await ann.ask("write", text="for all")
        shared = await bob.ask("stream_read", stream="news")
        forbidden = [await bob.ask("stream_publish", stream="news", item=1), await bob.ask("stream_stop", stream="news")]
        opened = [await bob.ask("stream_start", name=f"{name}-{n}") for n in range(5)]
        words = {(await bob.client.call_tool("stream_read", {"stream": s})).content[0].text for s in (handle, "st_never")}
    assert his["stream"] != handle
    assert tried == ["not_found"] * 3
    assert never == "not_found"
    assert len(words) == 1
    assert [s["stream"] for s in listed["streams"] if not s["shared"]] == [his["stream"]]
    assert read == -32602
    assert '"hers"' in own
    assert "for all" in shared["items"]
    assert forbidden == ["not_found"] * 2
    assert [isinstance(o, dict) for o in opened] == [True] * 4 + [False]
    assert opened[4] == "too_many_streams"


async def test_unused_streams_expire(tmp_path: Path, serve: Serve, place: dict[str, str]) -> None:
    server = serve(craft(tmp_path, FORM), **place)
    async with Caller(server.url, "ann") as ann:
        left = (await ann.ask("stream_start", name=f"a{time.time_ns()}"))["stream"]
        used = (await ann.ask("stream_start", name=f"b{time.time_ns()}"))["stream"]
        for _ in range(10):
            await asyncio.sleep(0.9)
            await ann.ask("stream_read", stream=used)
        gone, there = await ann.ask("stream_read", stream=left), await ann.ask("stream_read", stream=used)
    assert gone == "not_found"
    assert there["items"] == []


async def test_two_processes_share_streams(tmp_path: Path, serve: Serve, redis_url: str) -> None:
    project = craft(tmp_path, FORM)
    one, two = serve(project, REDIS_URL=redis_url), serve(project, REDIS_URL=redis_url)
    async with Caller(one.url, "ann") as here, Caller(two.url, "ann", "2026-07-28") as there:
        started = await here.ask("stream_start", name=f"s{time.time_ns()}")
        stream = started["stream"]
        waiting = asyncio.ensure_future(there.ask("stream_read", stream=stream, wait_seconds=20))
        heard, times = 0, []
        async with there.client.listen(resource_subscriptions=[started["uri"]]) as events:
            await asyncio.sleep(0.3)
            for n in range(3):
                began = time.monotonic()
                await here.ask("stream_publish", stream=stream, item=n)
                got = await waiting
                times.append(time.monotonic() - began)
                assert got["items"] == [n]
                waiting = asyncio.ensure_future(there.ask("stream_read", stream=stream, cursor=got["cursor"], wait_seconds=20))
                await asyncio.sleep(0.3)
            await here.ask("stream_publish", stream=stream, item="last")
            assert (await waiting)["items"] == ["last"]
            async with asyncio.timeout(10):
                async for _event in events:
                    heard += 1
                    break
        one.stop()
        after = await there.ask("stream_read", stream=stream)
    assert min(times) < 0.8, "the reader is woken, it does not poll"
    assert heard == 1
    assert after["items"] == [0, 1, 2, "last"], "a stream outlives the process that opened it"


async def test_workers_behind_one_address_share_streams(tmp_path: Path, serve: Serve, redis_url: str) -> None:
    server = serve(craft(tmp_path, FORM), REDIS_URL=redis_url, MCP_WORKERS="2")
    name = f"s{time.time_ns()}"
    for n in range(12):  # connections of their own, which either worker may get
        async with Caller(server.url, "ann", "2026-07-28") as ann:
            stream = (await ann.ask("stream_start", name=name))["stream"]
            await ann.ask("stream_publish", stream=stream, item=n)
    async with Caller(server.url, "ann", "2026-07-28") as ann:
        read = await ann.ask("stream_read", stream=stream)
    assert read["items"] == list(range(12))


async def test_updates_are_announced_in_both_eras(tmp_path: Path, serve: Serve) -> None:
    server = serve(craft(tmp_path, FORM))
    heard: list[str] = []

    async def listen(message: Any) -> None:
        heard.append(getattr(message, "method", ""))

    async with Client(server.url, mode="legacy", cache=None, message_handler=listen) as client:
        started = (await client.call_tool("stream_start", {"name": "a"})).structured_content
        await client.session.subscribe_resource(started["uri"])
        for n in range(20):
            await client.call_tool("stream_publish", {"stream": started["stream"], "item": n})
        await until(lambda: "notifications/resources/updated" in heard, "a notification")
        await asyncio.sleep(0.5)
    assert 1 <= heard.count("notifications/resources/updated") <= 20


@pytest.mark.parametrize("era", ["legacy", "auto"])
@pytest.mark.parametrize("transport", ["http", "stdio"])
async def test_tools_answer_in_parts(tmp_path: Path, serve: Serve, era: str, transport: str) -> None:
    project = craft(tmp_path, FORM)
    seen: list[tuple[float, str | None]] = []

    async def progress(done: float, _total: float | None, message: str | None) -> None:
        seen.append((done, message))

    words = ["-m", "src.main"]
    where: Any = (stdio_client(StdioServerParameters(command=sys.executable, args=words, cwd=project))
                  if transport == "stdio" else serve(project).url)
    async with Client(where, mode=era, cache=None) as client:
        text = await client.call_tool("parts", {"count": 3}, progress_callback=progress)
        mixed = await client.call_tool("mixed", {}, progress_callback=progress)
        quiet = await client.call_tool("parts", {"count": 1000})
        none = await client.call_tool("parts", {"count": 0})
    assert text.content[0].text == "part 0;part 1;part 2;"
    assert mixed.content[0].text == '[{"a":1},2]'
    assert [s for s in seen if s[1]] == [(1, "part 0;"), (2, "part 1;"), (3, "part 2;"), (1, '{"a":1}'), (2, "2")]
    assert quiet.content[0].text.endswith("part 999;")
    assert not none.is_error


@pytest.mark.parametrize(("environment", "words"), [
    ({"MCP_WORKERS": "2"}, "REDIS_URL"), ({"REDIS_URL": "no url"}, "REDIS_URL"), ({"REDIS_URL": "http://secret@x"}, "REDIS_URL")])
def test_it_does_not_start_wrongly(tmp_path: Path, environment: dict[str, str], words: str) -> None:
    done = subprocess.run([sys.executable, "-m", "src.main", "--http", "--port", "0"], cwd=craft(tmp_path, FORM),
                          env={"PATH": "/usr/bin", **environment}, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 2
    assert words in done.stderr
    assert "secret" not in done.stderr
    assert "Traceback" not in done.stderr


async def test_without_redis_the_server_goes_on(tmp_path: Path, serve: Serve) -> None:
    server = serve(craft(tmp_path, FORM), REDIS_URL="redis://127.0.0.1:1/0")
    async with Caller(server.url, "ann") as ann:
        refused = await ann.ask("stream_start", name="a")
        other = await ann.ask("parts", count=0)
    assert refused == "unavailable"
    assert other == [], "an answer of no parts"
    async with httpx2.AsyncClient() as http:
        assert (await http.get(server.origin + "/readyz")).status_code == 503
        assert (await http.get(server.origin + "/livez")).status_code == 200
