"""What the official conformance suite wants to find of tools that become tasks."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from ..runtime import App, Context, Module, ToolError, ToolSpec

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS = {"type": "object", "properties": {"seconds": {"type": "number", "default": 1}}}
TEXT: dict[str, Any] = {"type": "string"}
LONG_S = 90.0


async def greet(name: str) -> Any:
    return f"Hello, {name}!"


async def slow_compute(seconds: float) -> Any:
    await asyncio.sleep(seconds)
    return f"Computed for {seconds:g} s"


async def failing_job() -> Any:
    await asyncio.sleep(1)
    raise ToolError("The job failed")


async def protocol_error_job(ctx: Context) -> Any:
    await asyncio.sleep(0.3)
    ctx.need("roots")  # which no scenario's client has: a protocol error


def sure(message: str) -> dict[str, Any]:
    """A question that is answered with yes or no."""
    schema = {"type": "object", "properties": {"confirm": {"type": "boolean"}}}
    return {"method": "elicitation/create", "params": {"message": message, "requestedSchema": schema}}


async def confirm_delete(ctx: Context, filename: str) -> Any:
    answer = (await ctx.ask({"confirm": sure(f"Delete {filename}?")}))["confirm"]
    return f"{answer['action']}: {filename}"


async def multi_input(ctx: Context) -> Any:
    answers = await ctx.ask({"one": sure("One?"), "two": sure("Two?")})
    return ", ".join(answer["action"] for answer in answers.values())


async def test_tool_with_task(ctx: Context) -> Any:
    schema = {"type": "object", "properties": {"name": TEXT}, "required": ["name"]}
    question = {"message": "What is your name?", "requestedSchema": schema}
    wanted = {"user_name": {"method": "elicitation/create", "params": question}}
    answer = (await ctx.ask(wanted, before_task=True))["user_name"]
    await asyncio.sleep(0.5)
    return f"Hello, {answer['content']['name']}!"


EMPTY: dict[str, Any] = {"type": "object"}
TOOLS: list[tuple[Callable[..., Any], str, dict[str, Any]]] = [
    (greet, "none", {"type": "object", "properties": {"name": TEXT}, "required": ["name"]}),
    (slow_compute, "optional", SECONDS),
    (failing_job, "required", EMPTY),
    (protocol_error_job, "optional", EMPTY),
    (confirm_delete, "optional", {"type": "object", "properties": {"filename": TEXT}}),
    (multi_input, "optional", EMPTY),
    (test_tool_with_task, "required", EMPTY),
]


class ConformanceTasks(Module):
    """Contributes the tools."""

    def setup(self, app: App) -> None:
        """Register them."""
        for function, task, schema in TOOLS:
            name = function.__name__
            wire = {"name": name, "description": f"Fixture {name}", "inputSchema": schema}
            app.tool(ToolSpec(wire, name, timeout_seconds=LONG_S, task=task), function)


MODULE = ConformanceTasks
