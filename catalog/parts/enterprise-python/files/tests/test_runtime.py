"""What tools may do with the runtime: return, fail, ask, report, become tasks; in both eras."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import urllib.request
from contextlib import asynccontextmanager
from dataclasses import replace
from ipaddress import ip_network
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

import mcp_types as types
import pytest
from mcp import Client, MCPError
from starlette.datastructures import Headers

from conftest import ERAS, MANIFEST, http, running
from src.main import ROOT
from src.runtime import (
    App,
    Audio,
    Context,
    Embedded,
    Image,
    Link,
    Module,
    SettingError,
    Settings,
    Text,
    ToolError,
    ToolSpec,
)
from src.runtime.address import client_address
from src.runtime.http import asgi_app
from src.runtime.manifest import ModuleSpec
from src.runtime.settings import adopt_secrets, secret

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

OLD = "ignore::mcp.shared.exceptions.MCPDeprecationWarning"
"""Older clients do what newer ones should not."""
pytestmark = [pytest.mark.anyio, pytest.mark.filterwarnings(OLD)]

EXTENSION = "io.modelcontextprotocol/tasks"
TASKS: dict[str, Any] = {"elicitation": {}, "extensions": {EXTENSION: {}}}
SURE = {
    "method": "elicitation/create",
    "params": {"mode": "form", "message": "Sure?", "requestedSchema": {"type": "object"}},
}
SURE["params"]["requestedSchema"]["properties"] = {}  # type: ignore[index]
SAMPLE = {
    "method": "sampling/createMessage",
    "params": {
        "messages": [{"role": "user", "content": {"type": "text", "text": "Hello"}}],
        "maxTokens": 10,
    },
}
ROOTS: dict[str, Any] = {"method": "roots/list", "params": {}}
BLOCKS = [
    Text("a"),
    Image(b"b", "image/png"),
    Audio(b"c", "audio/wav"),
    Embedded("x://d", "d"),
    Embedded("x://e", b"e"),
    Link("x://f", "f", "text/plain"),
]


class Point(NamedTuple):
    """A tuple with names."""

    x: int


async def give(ctx: Context, what: str) -> Any:
    """Whatever a tool may return or raise."""
    assert ctx.app.manifest.server.name == MANIFEST.server.name
    if what == "error":
        raise ToolError("told so", data={"reason": "error"})
    if what == "todo":
        raise NotImplementedError
    if what == "crash":
        raise ExceptionGroup("one", [KeyError("inside")])
    things = {"blocks": BLOCKS, "block": Text("one"), "none": None, "set": {"b", "a"}, "nan": 1e999}
    return things.get(what, Point(1))


def plain(seconds: float = 0.0) -> str:
    """Runs in a thread."""
    return f"{seconds:g}"


async def slow(ctx: Context, seconds: float) -> str:
    """Reports and waits."""
    await ctx.progress(1, 2)
    await ctx.progress(2, message="half")
    await ctx.log("warning", {"seconds": seconds})
    await asyncio.sleep(seconds)
    return "done"


async def ask(ctx: Context) -> Any:
    """Asks three kinds of questions, one after the other."""
    first = await ctx.ask({"sure": SURE}, state="first")
    more = await ctx.ask({"model": SAMPLE, "roots": ROOTS}, state="second")
    return [first["sure"]["action"], more["model"]["content"]["text"], len(more["roots"]["roots"])]


async def check(ctx: Context) -> str:
    """Asks first and is slow then."""
    answer = (await ctx.ask({"sure": SURE}, before_task=True))["sure"]
    await asyncio.sleep(0.3)
    return str(answer["action"])


async def greeting(name: str) -> str:
    """A resource of a template."""
    return f"Hello, {name}"


async def picture() -> bytes:
    """A resource."""
    return b"picture"


async def hello(who: str) -> list[dict[str, Any]]:
    """A prompt."""
    return [{"role": "user", "content": Text(f"Hello, {who}").wire()}]


TOOLS = (
    (give, "none"),
    (plain, "none"),
    (slow, "optional"),
    (ask, "optional"),
    (check, "required"),
)


class Offers(Module):
    """A module that offers something of everything."""

    def setup(self, app: App) -> None:
        """Register it."""
        for function, task in TOOLS:
            wire = {"name": function.__name__, "inputSchema": {"type": "object"}}
            app.tool(ToolSpec(wire, function.__name__, timeout_seconds=2, task=task), function)
        checked = {"name": "checked", "inputSchema": {"type": "object"}}
        checked["outputSchema"] = {"type": "string", "maxLength": 2}
        app.tool(ToolSpec(checked, "checked", timeout_seconds=0.1), plain)
        app.resource({"uri": "x://picture", "name": "picture"}, picture)
        app.resource({"uriTemplate": "x://{name}", "name": "greeting"}, greeting)
        app.prompt({"name": "hello", "arguments": [{"name": "who", "required": True}]}, hello)
        app.choices("hello", "who", ["Ann", "Bob", "Anton"])


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> App:
    """A server with that module alone."""
    module = ModuleType("src.modules.offers")
    module.__dict__["MODULE"] = Offers
    monkeypatch.setitem(sys.modules, module.__name__, module)
    spec = (ModuleSpec("offers", {}),)
    mine = replace(MANIFEST, modules=spec, tools=(), resources=(), prompts=(), environment=())
    return App(replace(mine, options=replace(mine.options, page_size=2)), package="src")


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
        await asyncio.sleep(0.3)
        await client.unsubscribe_resource("x://picture")
        app.drop_resource("x://picture")
        await app.resources_changed()
        app.drop_prompt("hello")
        await app.prompts_changed()
    kinds = [type(getattr(m, "root", m)).__name__ for m in changed]
    assert {"ToolListChangedNotification", "ResourceUpdatedNotification"} <= set(kinds)


# ---- tasks ------------------------------------------------------------------------------------


class Poller:
    """A client that knows tasks; raw, over HTTP in memory."""

    def __init__(self, asgi: Any) -> None:
        self._asgi = asgi

    async def say(self, method: str, capabilities: Any = TASKS, **params: Any) -> Any:
        """The whole answer."""
        meta = {
            "io.modelcontextprotocol/protocolVersion": ERAS[0],
            "io.modelcontextprotocol/clientCapabilities": capabilities,
        }
        message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params | {"_meta": meta}}
        name = params.get("name", params.get("taskId", ""))
        headers = {"mcp_protocol_version": ERAS[0], "mcp_method": method, "mcp_name": name}
        return (await http(self._asgi, "POST", "/mcp", message, **headers)).json

    async def call(self, name: str, more: Any = None, **arguments: Any) -> Any:
        """The result of a tools/call."""
        answer = await self.say("tools/call", name=name, arguments=arguments, **(more or {}))
        return answer["result"]

    async def end(self, task: str) -> Any:
        """The task, once it is neither working nor waiting."""
        while True:
            shown = (await self.say("tasks/get", taskId=task))["result"]
            if shown["status"] != "working":
                return shown
            await asyncio.sleep(0.02)


@asynccontextmanager
async def polling(app: App) -> AsyncIterator[Poller]:
    asgi = asgi_app(app)
    async with running(asgi):
        yield Poller(asgi)


async def test_a_task_runs_and_ends(app: App) -> None:
    async with polling(app) as caller:
        assert (await caller.call("slow", seconds=0))["resultType"] == "complete"
        begun = await caller.call("slow", seconds=0.3)
        assert (begun["resultType"], begun["statusMessage"]) == ("task", "half")
        ended = await caller.end(begun["taskId"])
        late = await caller.end((await caller.call("slow", seconds=3))["taskId"])
        left = await caller.call("slow", seconds=3)
        assert (await caller.say("tasks/cancel", taskId=left["taskId"]))["result"]
        cancelled = await caller.end(left["taskId"])
        unknown = await caller.say("tasks/get", taskId="none")
        unable = [await caller.say("tools/call", {}, name="check", arguments={})]
        unable += [await caller.say("tasks/get", {}, taskId=left["taskId"])]
    assert ended["result"]["content"][0]["text"] == "done"
    assert late["result"]["isError"]
    assert cancelled["status"] == "cancelled"
    assert unknown["error"]["code"] == -32602
    assert [answer["error"]["code"] for answer in unable] == [-32021, -32021]


async def test_questions_of_a_task(app: App) -> None:
    able = TASKS | {"sampling": {}, "roots": {}}
    async with polling(app) as caller:
        first = await caller.say("tools/call", able, name="ask", arguments={})
        task = first["result"]["taskId"]
        assert list(first["result"]["inputRequests"]) == ["sure"]
        wrong = await caller.say("tasks/update", taskId=task, inputResponses={"sure": {}})
        assert wrong["error"]["code"] == -32602
        for key in ("nothing", "sure"):
            answers = {key: {"action": "decline"}}
            await caller.say("tasks/update", taskId=task, inputResponses=answers)
        shown = (await caller.say("tasks/get", taskId=task))["result"]
        assert sorted(shown["inputRequests"]) == ["model", "roots"]
        content = {"type": "text", "text": "Hi"}
        model = {"role": "assistant", "content": content, "model": "m"}
        more: list[dict[str, Any]] = [{"model": model}, {"roots": {"roots": []}}]
        for each in more:
            await caller.say("tasks/update", taskId=task, inputResponses=each)
        ended = await caller.end(task)
        waiting = await caller.end((await caller.call("ask"))["taskId"])
    assert ended["result"]["content"][0]["text"] == '["decline","Hi",0]'
    assert waiting["status"] == "input_required"


async def test_a_question_before_the_task(app: App) -> None:
    async with polling(app) as caller:
        first = await caller.call("check")
        assert first["resultType"] == "input_required"
        task = await caller.call("check", {"inputResponses": {"sure": {"action": "cancel"}}})
        ended = await caller.end(task["taskId"])
    assert ended["result"]["content"][0]["text"] == "cancel"


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


# ---- settings, addresses, the process -----------------------------------------------------------


GOOD = {
    "MCP_TRANSPORT": "http",
    "MCP_HOST": "::1",
    "MCP_PORT": "80",
    "MCP_ALLOWED_HOSTS": "example.com:*, 10.0.0.1",
    "MCP_ALLOWED_ORIGINS": "https://example.com",
    "MCP_TRUSTED_PROXIES": "10.0.0.0/8",
    "MCP_INSECURE_NO_AUTH": "1",
    "MCP_DRAIN_SECONDS": "2.5",
    "MCP_STATE_KEYS": "k" * 32,
    "MCP_WORKERS": "2",
    "LOG_LEVEL": "debug",
}


def test_settings_are_checked() -> None:
    read = Settings.read(GOOD)
    assert (read.port, read.workers, read.drain_seconds, read.log_level) == (80, 2, 2.5, "DEBUG")
    bad = {"MCP_DRAIN_SECONDS": "soon", "MCP_HOST": "a b"} | dict.fromkeys(GOOD, "?!")
    with pytest.raises(SettingError) as caught:
        Settings.read(bad)
    assert all(name in str(caught.value) for name in GOOD)


def test_secrets_come_from_files(tmp_path: Path) -> None:
    file = tmp_path / "API_KEY"
    file.write_text("value\n", encoding="utf-8")
    assert secret({"API_KEY_FILE": str(file)}, "API_KEY") == "value"
    for environ in ({"K_FILE": str(tmp_path / "no")}, {"K": "a", "K_FILE": str(file)}):
        with pytest.raises(SettingError):
            secret(environ, "K")
    environ = {"MCP_SECRETS_DIR": str(tmp_path), "OTHER_FILE": str(file)}
    adopt_secrets(environ, ["OTHER"])
    assert (environ["API_KEY"], environ["OTHER"]) == ("value", "value")


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        ("", "10.0.0.1"),
        ("203.0.113.9", "203.0.113.9"),
        ("198.51.100.1, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("nonsense", "10.0.0.1"),
    ],
)
def test_proxies_say_who_calls(forwarded: str, client: str) -> None:
    headers = Headers({"x-forwarded-for": forwarded} if forwarded else {})
    assert client_address("10.0.0.1", headers, (ip_network("10.0.0.0/8"),)) == client
    assert client_address("192.0.2.1", headers, (ip_network("10.0.0.0/8"),)) == "192.0.2.1"


BARE = """
import sys
from dataclasses import replace
from src import main

load = main.Manifest.load
none = dict.fromkeys(("modules", "tools", "resources", "prompts", "environment"), ())
main.Manifest.load = lambda path: replace(load(path), **none)
sys.argv = ["main", "--http", "--port", "0"]
sys.exit(main.main())
"""
"""The server without anything that might need services."""


@pytest.mark.parametrize("workers", [1, 2])
def test_processes_listen_and_leave_when_told(tmp_path: Path, workers: int) -> None:
    with subprocess.Popen(  # noqa: S603 - nothing of it comes from outside
        [sys.executable, "-c", BARE],
        cwd=ROOT.parent,
        env=os.environ | {"MCP_DATA_FOLDER": str(tmp_path), "MCP_WORKERS": str(workers)},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        said = next(line for line in process.stderr if line.startswith("listening on "))
        where = said.split()[-1].removesuffix("/mcp")
        with urllib.request.urlopen(f"{where}/livez", timeout=10) as answer:  # noqa: S310
            assert answer.read() == b"ok\n"
        process.send_signal(signal.SIGTERM)
        process.stderr.read()
        assert process.wait(10) == 0
