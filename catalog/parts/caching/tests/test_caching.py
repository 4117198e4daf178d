"""Caching: what is kept, for whom, and for how long."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import anyio
import pytest

from src.caching import Cache, CacheDown, Memory, code_version
from src.modules.caching import Caching
from src.runtime import Call, Context, Peer, ToolSpec
from src.runtime.manifest import CacheSpec

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.anyio
PRIVATE, PUBLIC = CacheSpec(60), CacheSpec(60, "public")


class Core:
    """Stands for the tool; counts how often it runs."""

    def __init__(self, **more: Any) -> None:
        self.runs = 0
        self.more = more

    async def __call__(self, call: Call) -> dict[str, Any]:
        await anyio.sleep(0)
        self.runs += 1
        return {"content": [], "run": self.runs, **self.more}


def call(who: str = "ann", cache: CacheSpec | None = PRIVATE, **arguments: Any) -> Call:
    tool = ToolSpec({"name": "t", "inputSchema": {}}, "t", cache=cache)
    context = Context(app=None, peer=Peer(who))  # type: ignore[arg-type]
    return Call("tools/call", "t", arguments, context, tool)


@pytest.mark.parametrize(
    ("first", "second", "runs"),
    [
        (call(a=1, b=2), call(b=2, a=1), 1),
        (call(a=1), call(a=2), 2),
        (call(a=1), call(a="1"), 2),
        (call("ann"), call("bob"), 2),
        (call("ann", PUBLIC), call("bob", PUBLIC), 1),
        (call(cache=None), call(cache=None), 2),
        (call(cache=CacheSpec(0)), call(cache=CacheSpec(0)), 2),
    ],
)
async def test_which_calls_share_a_result(first: Call, second: Call, runs: int) -> None:
    module, core = Caching({}), Core()
    await module.around(first, core)
    await module.around(second, core)
    assert core.runs == runs


@pytest.mark.parametrize(
    ("tool", "runs"),
    [
        ({}, 1),
        ({"annotations": {"readOnlyHint": True}}, 1),
        ({"annotations": {"readOnlyHint": False}}, 2),
        ({"annotations": {"destructiveHint": True}}, 2),
        ({"module": "persistence"}, 2),
    ],
)
async def test_a_default_time_is_for_tools_without_effects(tool: dict[str, Any], runs: int) -> None:
    module, core = Caching({"default_ttl_seconds": 5}), Core()
    for _ in range(2):
        one = call(cache=None)
        wire = {**one.tool.wire, "annotations": tool.get("annotations", {})}
        one.tool = replace(one.tool, wire=wire, module=tool.get("module", ""))
        await module.around(one, core)
    assert core.runs == runs


@pytest.mark.parametrize("more", [{"isError": True}, {"resultType": "input_required"}])
async def test_failures_and_questions_are_not_kept(more: dict[str, Any]) -> None:
    module, core = Caching({}), Core(**more)
    await module.around(call(), core)
    await module.around(call(), core)
    assert core.runs == 2


async def test_an_answer_to_a_question_goes_through() -> None:
    module, core = Caching({}), Core()
    await module.around(call(), core)
    answered = call()
    answered.context.answers = {"sure": {"action": "accept"}}
    await module.around(answered, core)
    assert core.runs == 2


async def test_results_grow_old(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("src.caching.memory.time.monotonic", lambda: now)
    module, core = Caching({}), Core()
    await module.around(call(), core)
    now += 59
    await module.around(call(), core)
    assert core.runs == 1
    now += 2
    await module.around(call(), core)
    assert core.runs == 2


async def test_the_least_used_makes_room() -> None:
    module, core = Caching({"max_entries": 2}), Core()
    for number in (1, 2, 1, 3, 1, 2):
        await module.around(call(n=number), core)
    assert core.runs == 4
    assert module.gauges() == {"hits": 2, "misses": 4, "failures": 0}
    assert await module.cache.backend.count() == 2


async def test_one_computes_and_the_others_wait() -> None:
    module, core = Caching({}), Core()
    async with anyio.create_task_group() as group:
        for _ in range(10):
            group.start_soon(module.around, call(), core)
    assert core.runs == 1


async def test_when_the_one_fails_another_tries() -> None:
    module, core = Caching({}), Core()
    failures = 0

    async def failing(inner: Call) -> dict[str, Any]:
        nonlocal failures
        await anyio.sleep(0)
        if failures < 2:
            failures += 1
            raise RuntimeError("no")
        return await core(inner)

    results: list[Any] = []

    async def caller() -> None:
        try:
            results.append(await module.around(call(), failing))
        except RuntimeError:
            results.append(None)

    async with anyio.create_task_group() as group:
        for _ in range(5):
            group.start_soon(caller)
    assert results.count(None) == 2
    assert core.runs == 1


def test_a_change_of_the_code_is_another_version(tmp_path: Path) -> None:
    (tmp_path / "tools").mkdir()
    versions = []
    for name, text in (("manifest.json", "{}"), ("tools/t.py", ""), ("tools/t.py", "1"), ("u.py", "1")):
        (tmp_path / name).write_text(text, encoding="utf-8")
        versions.append(code_version(tmp_path))
    assert len(set(versions)) == len(versions)
    (tmp_path / "notes.txt").write_text("not code", encoding="utf-8")
    assert code_version(tmp_path) == versions[-1]


class Broken(Memory):
    """A backend that cannot be reached."""

    def __init__(self) -> None:
        super().__init__(1)
        self.asked = 0

    async def get(self, key: str) -> str | None:
        self.asked += 1
        raise CacheDown(key)


async def test_a_backend_that_is_down_is_left_alone_for_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 1000.0
    monkeypatch.setattr("src.caching.flight.time.monotonic", lambda: now)
    module, core, broken = Caching({}), Core(), Broken()
    module.cache = Cache(broken)
    for _ in range(3):
        await module.around(call(), core)
    assert (core.runs, broken.asked) == (3, 1)
    now += 2
    await module.around(call(), core)
    assert (core.runs, broken.asked) == (4, 2)
    assert module.gauges()["failures"] == 2


async def test_what_is_too_large_or_no_json_is_not_kept() -> None:
    for more in ({"big": "x" * 100}, {"odd": {1, 2}}, {"number": float("nan")}):
        module, core = Caching({"max_value_bytes": 64}), Core(**more)
        await module.around(call(), core)
        await module.around(call(), core)
        assert core.runs == 2, more


async def test_results_belong_to_the_scopes_they_were_made_for() -> None:
    module, core = Caching({}), Core()
    reader, writer = call(), call()
    writer.context.peer.scopes = frozenset({"write"})
    await module.around(reader, core)
    await module.around(writer, core)
    assert core.runs == 2
