"""Resources and prompts over the wire: pages, completions, subscriptions and changes of lists."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest
from mcp_types import PromptReference, ResourceTemplateReference

from conftest import Serve, Server, craft
from mcp import Client, MCPError

pytestmark = pytest.mark.anyio
ERAS = ("legacy", "auto")
INVALID_PARAMS = -32602
CHANGE = """
app, what = ctx.app, kwargs["what"]
if what == "update":
    for _ in range(200):
        app.updated("note://0")
elif what == "resources":
    app.resource({"uri": "note://new", "name": "new"}, lambda: "new")
    await app.resources_changed()
elif what == "prompts":
    app.drop_prompt("p0")
    await app.prompts_changed()
else:
    app.drop_tool("spare")
    await app.tools_changed()
return what
"""
FORM: dict[str, Any] = {
    "capabilities": ["tools", "resources", "prompts"],
    "options": {
        "enterprise-python": {"page_size": 3},
        "prompts": {"completions": {"p1": {"city": ["Bern", "Berlin", "New Bern", "Oslo"], "many": [f"v{n}" for n in range(150)]}}},
        "resources": {"completions": {"room://{floor}": {"floor": ["ground", "first"]}}},
    },
    "custom_tools": [
        {"name": "change", "description": "Changes it", "parameters": {"what": {"type": "string"}}, "implementation": CHANGE, "probe": False},
        *({"name": n, "description": n, "implementation": "return 1"} for n in ("spare", "third", "fourth")),
    ],
    "custom_resources": [
        *({"uri": f"note://{n}", "name": f"n{n}", "text": f"text {n}"} for n in range(8)),
        {"uriTemplate": "room://{floor}", "name": "room", "implementation": "return kwargs['floor']"},
    ],
    "custom_prompts": [
        {"name": f"p{n}", "arguments": [{"name": "city"}, {"name": "many"}, {"name": "free"}],
         "messages": [{"role": "user", "content": {"type": "text", "text": "In {city}"}}]} for n in range(4)],
}


@pytest.fixture
def server(tmp_path: Path, serve: Serve) -> Server:
    return serve(craft(tmp_path, FORM))


@pytest.mark.parametrize("era", ERAS)
async def test_lists_come_in_pages(server: Server, era: str) -> None:
    async with Client(server.url, mode=era, cache=None) as client:
        pages, cursor = [], None
        while True:
            page = await client.list_resources(cursor=cursor)
            pages.append([r.name for r in page.resources])
            cursor = page.next_cursor
            if cursor is None:
                break
        tools = await client.list_tools()
        prompts = await client.list_prompts()
        more = await client.list_prompts(cursor=prompts.next_cursor)
        refused = []
        for bad in ("", "x", "AAAA", "bnVsbA==", tools.next_cursor or "?", "W10=" * 2000):
            try:
                await client.list_resources(cursor=bad)
            except MCPError as error:
                refused.append(error.code)
    assert pages == [["n0", "n1", "n2"], ["n3", "n4", "n5"], ["n6", "n7"]]
    assert [t.name for t in tools.tools] == ["change", "spare", "third"]
    assert [p.name for p in (*prompts.prompts, *more.prompts)] == ["p0", "p1", "p2", "p3"]
    assert more.next_cursor is None
    assert refused == [INVALID_PARAMS] * 6


@pytest.mark.parametrize("era", ERAS)
async def test_arguments_and_variables_are_completed(server: Server, era: str) -> None:
    async def ask(ref: Any, name: str, typed: str) -> Any:
        return (await client.complete(ref, {"name": name, "value": typed})).completion

    prompt = PromptReference(type="ref/prompt", name="p1")
    room = ResourceTemplateReference(type="ref/resource", uri="room://{floor}")
    async with Client(server.url, mode=era, cache=None) as client:
        cities = await ask(prompt, "city", "BER")
        many = await ask(prompt, "many", "")
        none = await ask(prompt, "free", "a")
        floors = await ask(room, "floor", "f")
        unknown = None
        try:
            await ask(PromptReference(type="ref/prompt", name="nothing"), "city", "")
        except MCPError as error:
            unknown = error.code
        offers = client.server_capabilities
    assert cities.values == ["Bern", "Berlin", "New Bern"]
    assert (len(many.values), many.total, many.has_more) == (100, 150, True)
    assert none.values == []
    assert floors.values == ["first"]
    assert unknown == INVALID_PARAMS
    assert offers is not None
    assert offers.completions is not None
    assert offers.resources.subscribe
    assert offers.tools.list_changed
    assert offers.prompts.list_changed
    assert offers.resources.list_changed


async def came(heard: list[str], count: int) -> None:
    """Wait until so many were heard, and a little longer for one that should not come."""
    end = time.monotonic() + 10
    while len(heard) < count and time.monotonic() < end:
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.3)


async def test_a_subscriber_of_today_hears_what_it_asked_for(server: Server) -> None:
    async with Client(server.url, mode="2026-07-28", cache=None) as client:
        heard: list[str] = []
        async with client.listen(resource_subscriptions=["note://0"], prompts_list_changed=True) as events:

            async def collect() -> None:
                async for event in events:
                    heard.append(type(event).__name__ + getattr(event, "uri", ""))

            task = asyncio.ensure_future(collect())
            for what in ("update", "resources", "tools", "prompts"):
                await client.call_tool("change", {"what": what})
            await came(heard, 2)
            task.cancel()
        listed = await client.list_prompts()
    assert sorted(heard) == ["PromptsListChanged", "ResourceUpdatednote://0"]
    assert [p.name for p in listed.prompts] == ["p1", "p2", "p3"]


async def test_an_older_subscriber_hears_of_changes_too(server: Server) -> None:
    heard: list[str] = []

    async def listen(message: Any) -> None:
        heard.append(getattr(message, "method", type(message).__name__))

    async with Client(server.url, mode="legacy", cache=None, message_handler=listen) as client:
        await client.list_tools()
        await client.subscribe_resource("note://0")
        for what in ("update", "resources", "prompts", "tools"):
            await client.call_tool("change", {"what": what})
        await came(heard, 4)
        await client.unsubscribe_resource("note://0")
        await client.call_tool("change", {"what": "update"})
        await asyncio.sleep(0.4)
        missing = None
        try:
            await client.subscribe_resource("nothing://here")
        except MCPError as error:
            missing = error.code
    assert sorted(heard) == [
        "notifications/prompts/list_changed", "notifications/resources/list_changed",
        "notifications/resources/updated", "notifications/tools/list_changed"]
    assert missing == -32002


async def test_small_pages_survive_the_projects_own_tests(tmp_path: Path) -> None:
    """The project's tests follow the cursor as every client must."""
    import subprocess
    import sys

    project = craft(tmp_path, FORM)
    done = subprocess.run([sys.executable, "-m", "pytest", "-q"], cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
