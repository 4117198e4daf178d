"""What the server keeps: values of each caller, typed things, migrations; in a SQLite file."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import anyio
import pytest
from sqlalchemy import text

from src.main import build
from src.modules.persistence import Persistence
from src.runtime import Context, Peer, SettingError, ToolError
from src.storage import Repository
from src.storage.__main__ import run
from src.storage.revise import BRANCH, revise
from src.storage.url import Address

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from src.runtime import App

pytestmark = pytest.mark.anyio
ANN, BOB = Peer("ann"), Peer("bob")


@pytest.fixture(autouse=True)
def _file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A database of the test's own."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/test.db")


@asynccontextmanager
async def opened() -> AsyncIterator[tuple[App, Persistence]]:
    """A server whose database is up to date."""
    app = build()
    store = Persistence.of(app)
    async with app.life.run():
        with anyio.fail_after(10):
            await store.ready()
        yield app, store


async def test_values_belong_to_their_caller() -> None:
    async with opened() as (app, store):
        ann, bob = Context(app, ANN), Context(app, BOB)
        for key in ("a", "b", "c"):
            await store.tool_store_value(ann, key=key, value={"of": key})
        again = await store.tool_store_value(ann, key="a", value=2, expected_version=1)
        with pytest.raises(ToolError, match="read it again"):
            await store.tool_store_value(ann, key="a", value=3, expected_version=1)
        found = await store.tool_retrieve_value(ann, key="a")
        page = await store.tool_list_values(ann, prefix="", limit=2)
        rest = await store.tool_list_values(ann, prefix="", limit=2, cursor=page["next_cursor"])
        with pytest.raises(ToolError, match="cursor"):
            await store.tool_list_values(ann, prefix="", limit=2, cursor="?")
        foreign = await store.tool_list_values(bob, prefix="", limit=9)
        gone = [await store.tool_delete_value(c, key="a") for c in (bob, ann, ann)]
    assert (again["version"], found["value"]) == (2, 2)
    assert [len(page["items"]), len(rest["items"]), foreign["items"]] == [2, 1, []]
    assert [g["deleted"] for g in gone] == [False, True, False]


async def test_values_have_bounds() -> None:
    async with opened() as (app, store):
        ctx = Context(app, Peer("long " * 80))
        store.options = {**store.options, "max_values": 1, "max_value_bytes": 10}
        await store.tool_store_value(ctx, key="a", value=1)
        for key, value, words in (
            ("b", 1, "no more"),
            ("a", "x" * 9, "at most"),
            ("\n", 1, "keys"),
        ):
            with pytest.raises(ToolError, match=words):
                await store.tool_store_value(ctx, key=key, value=value)
        with pytest.raises(ToolError, match="not JSON"):
            await store.tool_store_value(ctx, key="a", value=float("nan"))


@dataclass
class Note:
    """What a tool might keep."""

    title: str


async def test_a_repository_keeps_things() -> None:
    async with opened() as (app, _):
        notes = Repository(Context(app, ANN), "notes", Note)
        await notes.put("one", Note("First"))
        await notes.change("two", lambda old: Note("Second") if old is None else old)
        await notes.change("two", lambda old: Note(f"{old.title}!") if old else Note(""))
        page = await notes.page(prefix="t")
        assert await notes.get("one") == Note("First")
        assert await notes.get("three") is None
        assert page == {"two": Note("Second!")}
        assert await notes.delete("one")
        with pytest.raises(ValueError, match="not the name"):
            Repository(Context(app, ANN), "Not a name", Note)


async def empty(store: Persistence) -> None:
    """Delete all values, and fail."""
    async with store.transaction() as session:
        await session.execute(text("DELETE FROM persistence_values"))
        raise ZeroDivisionError


async def test_transactions_are_undone_by_exceptions() -> None:
    async with opened() as (app, store):
        ctx = Context(app, ANN)
        await store.tool_store_value(ctx, key="a", value=1)
        with pytest.raises(ZeroDivisionError):
            await empty(store)
        assert len((await store.tool_list_values(ctx, prefix="", limit=1))["items"]) == 1
        assert await store.problem() is None
        assert store.dialect == "sqlite"


async def test_the_command_line_migrates() -> None:
    assert await run("migrate", "")
    assert await run("current", "")


async def test_a_revision_is_written_for_new_tables() -> None:
    made = Path()
    try:
        made = await revise("try")
        assert made.name == f"{BRANCH}_0001.py"
    finally:
        made.unlink(missing_ok=True)


@pytest.mark.parametrize("url", ["mysql://x/y", "sqlite://", "postgresql://", "nonsense"])
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(SettingError):
        Address.read(url, Path())


@pytest.mark.parametrize("url", ["sqlite:///a.db", "postgresql://u:secret@h:1/d?sslmode=require"])
def test_addresses_show_no_password(url: str) -> None:
    assert "secret" not in repr(Address.read(url, Path()))
