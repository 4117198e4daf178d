"""Tool calls that become tasks: they run, ask, end and are cancelled."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from conftest import ENVELOPE, http, running
from src.runtime.http import asgi_app

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from src.runtime import App

pytestmark = pytest.mark.anyio
VERSION = "2026-07-28"
EXTENSION = "io.modelcontextprotocol/tasks"
TASKS: dict[str, Any] = {"elicitation": {}, "extensions": {EXTENSION: {}}}


class Poller:
    """A client that knows tasks; raw, over HTTP in memory."""

    def __init__(self, asgi: Any) -> None:
        self._asgi = asgi

    async def say(self, method: str, capabilities: Any = TASKS, **params: Any) -> Any:
        """The whole answer."""
        meta = ENVELOPE | {"io.modelcontextprotocol/clientCapabilities": capabilities}
        message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params | {"_meta": meta}}
        name = params.get("name", params.get("taskId", ""))
        headers = {"mcp_protocol_version": VERSION, "mcp_method": method, "mcp_name": name}
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


async def test_a_short_call_is_no_task(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("src.runtime.tasks.GRACE_S", 30.0)
    async with polling(app) as caller:
        assert (await caller.call("slow", seconds=0))["resultType"] == "complete"


async def test_a_task_runs_and_ends(app: App) -> None:
    async with polling(app) as caller:
        begun = await caller.call("slow", seconds=1)
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


async def test_questions_of_a_task(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("src.runtime.tasks.GRACE_S", 30.0)  # a question ends the wait
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
