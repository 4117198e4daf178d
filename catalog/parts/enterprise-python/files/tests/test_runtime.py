"""What tools may do with the runtime: return, fail, ask, report; in both eras."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import anyio
import mcp_types as types
import pytest
from mcp import Client, MCPError

from conftest import ERAS, http, running
from src.runtime.http import asgi_app

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from src.runtime import App

OLD = "ignore::mcp.shared.exceptions.MCPDeprecationWarning"
"""Older clients do what newer ones should not."""
pytestmark = [pytest.mark.anyio, pytest.mark.filterwarnings(OLD)]


async def elicited(_context: Any, _params: Any) -> types.ElicitResult:
    return types.ElicitResult(action="accept", content={})


async def sampled(_context: Any, _params: Any) -> types.CreateMessageResult:
    text = types.TextContent(type="text", text="Hi")
    return types.CreateMessageResult(role="assistant", content=text, model="m")


async def rooted(_context: Any) -> types.ListRootsResult:
    return types.ListRootsResult(roots=[])


@asynccontextmanager
async def able(app: App, era: str) -> AsyncIterator[Client]:
    """A client that answers questions."""
    mode = "legacy" if era == ERAS[1] else "auto"
    asked: dict[str, Any] = {
        "elicitation_callback": elicited,
        "sampling_callback": sampled,
        "list_roots_callback": rooted,
    }
    async with Client(app.server, mode=mode, cache=None, **asked) as client:
        yield client


@pytest.mark.parametrize("era", ERAS)
async def test_what_tools_return(app: App, era: str) -> None:
    async with able(app, era) as client:
        given = {
            w: await client.call_tool("give", {"what": w}) for w in ("blocks", "block", "none")
        }
        wrong = {w: await client.call_tool("give", {"what": w}) for w in ("error", "todo", "crash")}
        odd = await client.call_tool("give", {"what": "nan"})
        named = await client.call_tool("give", {"what": "set"})
        checked = [await client.call_tool("checked", {"seconds": s}) for s in (1, 1000)]
    assert [len(g.content) for g in given.values()] == [6, 1, 0]
    reasons = [(w.meta or {})["com.mcp-crafter/error"]["reason"] for w in wrong.values()]
    assert reasons == ["error", "not_implemented", "exception"]
    assert odd.is_error
    assert named.structured_content == ["a", "b"] or era == ERAS[1]
    assert [c.is_error or False for c in checked] == [False, True]


@pytest.mark.parametrize("era", ERAS)
async def test_questions_are_answered(app: App, era: str) -> None:
    async with able(app, era) as client:
        result = await client.call_tool("ask", {})
    assert result.content[0].text == '["accept","Hi",0]'  # type: ignore[union-attr]


async def test_who_cannot_answer_is_told(app: App) -> None:
    async with Client(app.server, mode="legacy", cache=None) as client:
        with pytest.raises(MCPError, match="elicitation"):
            await client.call_tool("ask", {})


@pytest.mark.parametrize("era", ERAS)
async def test_progress_and_log_messages(app: App, era: str) -> None:
    seen: list[Any] = []

    async def on_progress(
        progress: float, total: float | None = None, message: str | None = None
    ) -> None:
        seen.append((progress, total, message))

    async with able(app, era) as client:
        if era == ERAS[1]:
            await client.set_logging_level("error")
        result = await client.call_tool("slow", {"seconds": 0}, progress_callback=on_progress)
        late = await client.call_tool("slow", {"seconds": 3})
    assert not result.is_error
    assert (1, 2, None) in seen
    assert "longer than 2 s" in str(late.content)


@pytest.mark.parametrize("era", ERAS)
async def test_pages_templates_and_completions(app: App, era: str) -> None:
    async with able(app, era) as client:
        first = await client.list_tools()
        rest = await client.list_tools(cursor=first.next_cursor)
        with pytest.raises(MCPError):
            await client.list_tools(cursor="nonsense")
        read = [(await client.read_resource(u)).contents[0] for u in ("x://picture", "x://Ann%20B")]
        prompt = await client.get_prompt("hello", {"who": "Ann"})
        with pytest.raises(MCPError, match="who: is required"):
            await client.get_prompt("hello", {})
        typed = await client.complete(
            types.PromptReference(type="ref/prompt", name="hello"), {"name": "who", "value": "an"}
        )
    assert [len(page.tools) for page in (first, rest)] == [2, 2]
    assert read[1].text == "Hello, Ann B"  # type: ignore[union-attr]
    assert len(prompt.messages) == 1
    assert typed.completion.values == ["Ann", "Anton"]


async def test_changes_reach_subscribers(app: App) -> None:
    changed: list[Any] = []

    async def heard(message: Any) -> None:
        changed.append(message)

    async with Client(app.server, mode="legacy", cache=None, message_handler=heard) as client:
        await client.list_tools()
        await client.subscribe_resource("x://picture")
        with pytest.raises(MCPError):
            await client.subscribe_resource("y://nothing")
        app.updated("x://picture")
        app.drop_tool("plain")
        await app.tools_changed()
        with anyio.fail_after(10):
            while len(changed) < 2:  # noqa: ASYNC110 - the client tells of messages by a call
                await asyncio.sleep(0.02)
        await client.unsubscribe_resource("x://picture")
        app.drop_resource("x://picture")
        await app.resources_changed()
        app.drop_prompt("hello")
        await app.prompts_changed()
    kinds = [type(getattr(m, "root", m)).__name__ for m in changed]
    assert {"ToolListChangedNotification", "ResourceUpdatedNotification"} <= set(kinds)


@pytest.mark.parametrize(
    ("message", "status"), [([], 400), ("x" * (5 << 20), 413), ({"jsonrpc": "2.0", "id": 1}, 400)]
)
async def test_requests_that_get_no_further(app: App, message: Any, status: int) -> None:
    asgi = asgi_app(app)
    async with running(asgi):
        assert (await http(asgi, "POST", "/mcp", message)).status == status
        large = await http(asgi, "POST", "/mcp", {}, x_large="x" * (20 << 10))
        hosts = [(await http(asgi, "GET", "/mcp", host=host)).status for host in ("", "a b")]
    assert large.status == 431
    assert hosts == [421, 421]
