"""A module for tests that offers something of everything: tools, resources, a prompt."""

from __future__ import annotations

import asyncio
from typing import Any, NamedTuple

from src.runtime import (
    App,
    Audio,
    Context,
    Embedded,
    Image,
    Link,
    Module,
    Text,
    ToolError,
    ToolSpec,
)

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
    assert ctx.app.manifest.server.name
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
    """It."""

    def setup(self, app: App) -> None:
        """Register it."""
        for function, task in TOOLS:
            wire = {"name": function.__name__, "inputSchema": {"type": "object"}}
            app.tool(ToolSpec(wire, function.__name__, timeout_seconds=2, task=task), function)
        checked = {"name": "checked", "inputSchema": {"type": "object"}}
        checked["outputSchema"] = {"type": "string", "maxLength": 2}
        app.tool(ToolSpec(checked, "checked", timeout_seconds=5), plain)
        app.resource({"uri": "x://picture", "name": "picture"}, picture)
        app.resource({"uriTemplate": "x://{name}", "name": "greeting"}, greeting)
        app.prompt({"name": "hello", "arguments": [{"name": "who", "required": True}]}, hello)
        app.choices("hello", "who", ["Ann", "Bob", "Anton"])
