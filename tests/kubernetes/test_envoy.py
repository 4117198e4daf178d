"""A real Envoy, set up as the mesh's objects say, lets MCP's streams through, breaks none, and repeats no call."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import envoy
import pytest
from projects import Server, craft
from services import free_port

from conftest import need
from mcp import Client

pytestmark = pytest.mark.anyio
ERAS = ("legacy", "2026-07-28")
LONGER_S = 16
"""More than the 15 s after which Envoy ends a request that nobody said anything of."""
PARTS = """
import asyncio
for n in range(4):
    yield f"part {n};"
    await asyncio.sleep(0.5)
"""
WAIT = """
import asyncio
await asyncio.sleep(kwargs["seconds"])
return "slept"
"""
DIE = """
import os
from pathlib import Path
with Path(kwargs["file"]).open("a") as file:
    file.write("ran\\n")
os._exit(1)
"""
PUBLISH = """
from ..modules.streaming import Streaming
return await Streaming.of(ctx.app).publish("news", "new")
"""


def tool(name: str, body: str, **parameters: Any) -> dict[str, Any]:
    return {"name": name, "description": name, "parameters": parameters, "implementation": body, "probe": False, "timeout_seconds": 60}


FORM = {
    "server_name": "weather-envoy", "capabilities": ["tools", "streaming"],
    "custom_tools": [tool("parts", PARTS), tool("wait", WAIT, seconds={"type": "number"}), tool("die", DIE, file={"type": "string"}), tool("publish", PUBLISH)],
    "deployment_config": {"kubernetes": True, "docker": True, "service_mesh": "istio"},
}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    need("envoy")
    return craft(tmp_path_factory.mktemp("envoy"), FORM)


@contextmanager
def serving(project: Path) -> Iterator[Server]:
    """A server of the project; it may die."""
    server = Server(project, {})
    try:
        yield server
    finally:
        server.process.kill()
        server.process.wait()


@contextmanager
def in_front(project: Path, folder: Path, *ports: int, **changes: Any) -> Iterator[str]:
    """Envoy as the project's mesh wants it, but for `changes` of its route; yields the URL of /mcp."""
    wanted = envoy.mesh(project)
    route = envoy.route_of(wanted["VirtualService"]) | changes
    with envoy.running(folder, route, envoy.cluster_of(wanted["DestinationRule"], list(ports))) as front:
        yield f"{front}/mcp"


@pytest.mark.parametrize("era", ERAS)
async def test_parts_arrive_as_they_are_made(project: Path, tmp_path: Path, era: str) -> None:
    seen: list[tuple[float, str | None]] = []

    async def progress(_done: float, _total: float | None, message: str | None) -> None:
        seen.append((time.monotonic(), message))

    with serving(project) as server, in_front(project, tmp_path, server.port) as url:
        async with Client(url, mode=era, cache=None) as client:
            result = await client.call_tool("parts", {}, progress_callback=progress)
            ended = time.monotonic()
    assert result.content[0].text == "part 0;part 1;part 2;part 3;"
    assert [message for _, message in seen if message] == ["part 0;", "part 1;", "part 2;", "part 3;"]
    first = next(moment for moment, message in seen if message == "part 0;")
    assert ended - first > 1, "the answer was held back until it was whole"


async def called(url: str, era: str) -> str:
    """A call that takes longer than Envoy waits by itself; its text, or what went wrong."""
    try:
        async with Client(url, mode=era, cache=None, read_timeout_seconds=60) as client:
            return str((await client.call_tool("wait", {"seconds": LONGER_S})).content[0].text)
    except Exception as error:  # noqa: BLE001
        return repr(error)


async def heard(url: str) -> list[str]:
    """What a listener hears whose stream was silent for longer than Envoy waits by itself."""
    async with Client(url, mode="2026-07-28", cache=None, read_timeout_seconds=60) as client, client.listen(resource_subscriptions=["stream://news"]) as events:
        await client.call_tool("publish", {})
        first = await asyncio.wait_for(anext(aiter(events)), 10)
        await asyncio.sleep(LONGER_S)
        await client.call_tool("publish", {})
        return [event.uri for event in (first, await asyncio.wait_for(anext(aiter(events)), 10))]


async def test_nothing_is_cut_off(project: Path, tmp_path: Path) -> None:
    """And all of it is, by the same Envoy with the limit that it has without a mesh."""
    other = tmp_path / "limited"
    other.mkdir()
    with serving(project) as server, in_front(project, tmp_path, server.port) as url, in_front(project, other, server.port, timeout="15s") as limited:
        answers, events, cut = await asyncio.gather(asyncio.gather(*(called(url, era) for era in ERAS)), heard(url), asyncio.gather(*(called(limited, era) for era in ERAS)))
    assert answers == ["slept", "slept"]
    assert events == ["stream://news"] * 2
    assert "slept" not in cut


async def runs(project: Path, folder: Path, **changes: Any) -> int:
    """How often a tool ran that ends its server, while another server stands by."""
    folder.mkdir()
    with serving(project) as one, serving(project) as other, in_front(project, folder, one.port, other.port, **changes) as url:
        try:
            async with Client(url, mode="2026-07-28", cache=None, read_timeout_seconds=20) as client:
                await client.call_tool("die", {"file": str(folder / "runs")})
        except Exception:  # noqa: BLE001, S110
            pass
    return len((folder / "runs").read_text().splitlines())


async def test_a_call_that_may_have_run_is_not_repeated(project: Path, tmp_path: Path) -> None:
    assert await runs(project, tmp_path / "ours") == 1
    assert await runs(project, tmp_path / "eager", retry_policy={"retry_on": "reset", "num_retries": 2, **envoy.ELSEWHERE}) == 2


async def test_a_server_that_is_away_is_passed_over(project: Path, tmp_path: Path) -> None:
    """Ten clients, one of two servers gone: a connection that fails is tried elsewhere."""
    with serving(project) as server, in_front(project, tmp_path, server.port, free_port()) as url:
        for _ in range(10):
            async with Client(url, mode="2026-07-28", cache=None) as client:
                assert (await client.call_tool("wait", {"seconds": 0})).content[0].text == "slept"
