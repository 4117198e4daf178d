"""Persistence through the wire: SQLite and PostgreSQL, restarts, migrations, what callers store."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
import services
from callers import Failed, call, with_callers

from conftest import Serve, Server, craft

T = TypeVar("T")
FORM = {"capabilities": ["tools", "persistence"]}


def storage(project: Path, action: str, **environment: str) -> list[str]:
    """What `python -m src.storage ACTION` prints."""
    done = subprocess.run(
        [sys.executable, "-m", "src.storage", action], cwd=project, env={"PATH": "/usr/bin", **environment},
        capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def ready(server: Server) -> int:
    """The status of /readyz."""
    try:
        with urlopen(f"{server.origin}/readyz") as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/data/test.db"
    return str(request.getfixturevalue("postgres_url"))


def test_migrations_from_empty_and_again(tmp_path: Path, database_url: str) -> None:
    project = craft(tmp_path, FORM)
    assert storage(project, "current", DATABASE_URL=database_url) == []
    assert storage(project, "migrate", DATABASE_URL=database_url) == ["persistence_0001"]
    assert storage(project, "migrate", DATABASE_URL=database_url) == ["persistence_0001"]
    assert storage(project, "current", DATABASE_URL=database_url) == ["persistence_0001"]


def test_many_migrate_at_the_same_time(tmp_path: Path, database_url: str) -> None:
    project = craft(tmp_path, FORM)
    revisions = together(4, lambda _: storage(project, "migrate", DATABASE_URL=database_url))
    assert revisions == [["persistence_0001"]] * 4


def test_a_server_that_may_not_migrate_waits_for_it(tmp_path: Path, serve: Serve, database_url: str) -> None:
    options = {"persistence": {"migrate_at_start": False}}
    project = craft(tmp_path, FORM | {"options": options})
    server = serve(project, DATABASE_URL=database_url)
    assert ready(server) == 503
    services.wait_for(lambda: "src.storage migrate" in server.said(), "a word of what to do")
    storage(project, "migrate", DATABASE_URL=database_url)
    services.wait_for(lambda: ready(server) == 200, "readiness")


@pytest.mark.parametrize("url", ["mysql://x/y", "postgresql://s3cr3t@host", "sqlite://", "sqlite:///:memory:", "s3cr3t"])
def test_an_address_that_cannot_be_used(tmp_path: Path, url: str) -> None:
    project = craft(tmp_path, FORM)
    done = subprocess.run(
        [sys.executable, "-m", "src.main", "--http", "--port", "0"], cwd=project, env={"PATH": "/usr/bin", "DATABASE_URL": url},
        capture_output=True, text=True, check=False, timeout=20)
    assert done.returncode == 2, done.stderr
    assert "DATABASE_URL: " in done.stderr
    assert "s3cr3t" not in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


def test_a_database_that_comes_later_goes_and_returns(tmp_path: Path, serve: Serve) -> None:
    with services.postgres() as postgres:
        url = postgres.database("later")
        postgres.stop()
        server = serve(craft(tmp_path, FORM), DATABASE_URL=url)
        assert ready(server) == 503
        postgres.start()
        services.wait_for(lambda: ready(server) == 200, "readiness")
        postgres.stop()
        services.wait_for(lambda: ready(server) == 503, "the end of readiness")
        postgres.start()
        services.wait_for(lambda: ready(server) == 200, "readiness")


# ---- values -----------------------------------------------------------------------------------


def test_stored_and_found_by_the_same_caller_only(tmp_path: Path, serve: Serve, database_url: str) -> None:
    server = serve(with_callers(craft(tmp_path, FORM)), DATABASE_URL=database_url)
    for value in VALUES:
        stored = call(server, "store_value", key="notes/a", value=value)
        assert call(server, "retrieve_value", key="notes/a") == {"found": True, "value": value} | stored
    assert stored["version"] == len(VALUES)
    assert call(server, "retrieve_value", "bob", key="notes/a") == {"found": False}
    assert call(server, "list_values", "bob") == {"items": []}
    assert call(server, "delete_value", "bob", key="notes/a") == {"deleted": False}
    assert call(server, "delete_value", key="notes/a") == {"deleted": True}
    assert call(server, "retrieve_value", key="notes/a") == {"found": False}


VALUES = [None, True, -1.5, 2**70, "Grüße 🙂 \0 '; DROP TABLE persistence_values; --", [], {"a": [{"b": None}]}]


def test_pages_in_order_with_a_prefix(tmp_path: Path, serve: Serve, database_url: str) -> None:
    server = serve(with_callers(craft(tmp_path, FORM)), DATABASE_URL=database_url)
    keys = ["a", "A", "a%", "a/1", "a/2", "a_", "ä", "b", "🙂", "a/🙂"]
    for key in keys:
        call(server, "store_value", key=key, value=key)
    for prefix in ("", "a", "a/", "A", "a%", "ä", "🙂", "none"):
        found, cursor = [], {}
        while True:
            page = call(server, "list_values", prefix=prefix, limit=2, **cursor)
            found += [item["key"] for item in page["items"]]
            if "next_cursor" not in page:
                break
            cursor = {"cursor": page["next_cursor"]}
        assert found == sorted(key for key in keys if key.startswith(prefix)), prefix


def test_limits(tmp_path: Path, serve: Serve, database_url: str) -> None:
    options = {"persistence": {"max_value_bytes": 64, "max_values": 3}}
    server = serve(with_callers(craft(tmp_path, FORM | {"options": options})), DATABASE_URL=database_url)
    call(server, "store_value", key="k", value="x" * 62)
    assert refused(server, "store_value", key="k", value="x" * 63) == {"reason": "too_large", "limit": 64}
    outcomes = together(8, lambda number: refused(server, "store_value", key=f"k{number}", value=1))
    assert sorted(outcome.get("reason", "") for outcome in outcomes) == [""] * 2 + ["full"] * 6
    assert refused(server, "store_value", key="k", value=2) == {}
    assert refused(server, "store_value", "bob", key="k9", value=1) == {}
    for key in ("\0", "\n", "x" * 201, ""):
        assert refused(server, "store_value", key=key, value=1)["reason"] == "invalid_arguments"
    for cursor in ("?", "AA==", "/w=="):
        assert refused(server, "list_values", cursor=cursor)["reason"] == "invalid_arguments"
    assert "Traceback" not in server.said()


def test_writers_who_expect_a_version_lose_nothing(tmp_path: Path, serve: Serve, database_url: str) -> None:
    project = with_callers(craft(tmp_path, FORM))
    servers = [serve(project, DATABASE_URL=database_url) for _ in range(2)]

    def count(number: int) -> int:
        server, tries = servers[number % 2], 0
        for _ in range(5):
            while True:
                tries += 1
                old = call(server, "retrieve_value", key="n")
                wanted = {"value": old.get("value", 0) + 1, "expected_version": old.get("version", 0)}
                if refused(server, "store_value", key="n", **wanted) == {}:
                    break
        return tries

    assert sum(together(6, count)) > 30, "nobody ever met another writer"
    assert call(servers[0], "retrieve_value", key="n")["value"] == 30


def test_two_servers_share_and_a_restart_keeps(tmp_path: Path, serve: Serve, database_url: str) -> None:
    project = with_callers(craft(tmp_path, FORM))
    one, two = (serve(project, DATABASE_URL=database_url) for _ in range(2))
    call(one, "store_value", key="k", value="kept")
    assert call(two, "retrieve_value", key="k")["value"] == "kept"
    one.process.kill()
    one.process.wait()
    assert two.stop() == 0
    assert call(serve(project, DATABASE_URL=database_url), "retrieve_value", key="k")["value"] == "kept"


# ---- the user's tools -------------------------------------------------------------------------

NOTE_TOOL = {
    "name": "add_note",
    "description": "Counts notes",
    "parameters": {"title": {"type": "string"}},
    "implementation": """
from dataclasses import dataclass, field
from ..storage import Repository

@dataclass
class Note:
    title: str
    seen: list[int] = field(default_factory=list)

notes = Repository(ctx, "notes", Note)

def again(old: Note | None) -> Note:
    note = old or Note(kwargs["title"])
    note.seen.append(len(note.seen) + 1)
    return note

note = await notes.change(kwargs["title"], again)
assert isinstance(await notes.get(note.title), Note)
return {"seen": note.seen, "all": list(await notes.page())}
""",
}
SQL_TOOL = {
    "name": "transfer",
    "description": "Writes twice, and fails in between when asked to",
    "parameters": {"fail": {"type": "boolean"}},
    "implementation": """
from sqlalchemy import text
from ..modules.persistence import Persistence

persistence = Persistence.of(ctx.app)
async with persistence.transaction() as session:
    await session.execute(text("CREATE TABLE IF NOT EXISTS moves (amount INTEGER)"))
    await session.execute(text("INSERT INTO moves VALUES (:amount)"), {"amount": 1})
    if kwargs["fail"]:
        raise RuntimeError("in between")
async with persistence.transaction(read_only=True) as session:
    return await session.scalar(text("SELECT count(*) FROM moves"))
""",
}


def test_tools_keep_things_in_a_repository(tmp_path: Path, serve: Serve, database_url: str) -> None:
    project = with_callers(craft(tmp_path, FORM | {"custom_tools": [NOTE_TOOL]}))
    servers = [serve(project, DATABASE_URL=database_url) for _ in range(2)]
    together(6, lambda number: call(servers[number % 2], "add_note", title="one"))
    assert call(servers[0], "add_note", title="one") == {"seen": [1, 2, 3, 4, 5, 6, 7], "all": ["one"]}
    assert call(servers[0], "add_note", "bob", title="two")["all"] == ["two"]


def test_a_transaction_is_whole_or_not_there(tmp_path: Path, serve: Serve, database_url: str) -> None:
    server = serve(with_callers(craft(tmp_path, FORM | {"custom_tools": [SQL_TOOL]})), DATABASE_URL=database_url)
    assert call(server, "transfer", fail=False) == 1
    assert refused(server, "transfer", fail=True)["reason"] == "exception"
    assert call(server, "transfer", fail=False) == 2


def refused(server: Server, tool: str, caller: str = "ann", /, **arguments: Any) -> dict[str, Any]:
    """The data of a tool's error; empty when there was none."""
    try:
        call(server, tool, caller, **arguments)
    except Failed as failed:
        return failed.data
    return {}


def together(count: int, work: Callable[[int], T]) -> list[T]:
    """What `count` threads return that work at the same time."""
    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(work, range(count)))


# ---- limits and failures ----------------------------------------------------------------------

HOLD_TOOL = {
    "name": "hold",
    "description": "Keeps a transaction open",
    "parameters": {"seconds": {"type": "number"}, "sql": {"type": "string", "default": "SELECT 1"}, "read_only": {"type": "boolean", "default": False}},
    "implementation": """
import asyncio
from sqlalchemy import text
from ..modules.persistence import Persistence

async with Persistence.of(ctx.app).transaction(read_only=kwargs["read_only"]) as session:
    await session.execute(text(kwargs["sql"]))
    await asyncio.sleep(kwargs["seconds"])
""",
}


def test_a_full_pool_is_busy_and_still_ready(tmp_path: Path, serve: Serve, database_url: str) -> None:
    options = {"persistence": {"pool_size": 1, "pool_timeout_seconds": 0.5}}
    server = serve(craft(tmp_path, FORM | {"custom_tools": [HOLD_TOOL], "options": options}), DATABASE_URL=database_url)

    def one(number: int) -> Any:
        if number == 0:
            return refused(server, "hold", seconds=3)
        time.sleep(1)
        return refused(server, "hold", seconds=0) if number == 1 else ready(server)

    assert together(3, one) == [{}, {"reason": "busy", "retryAfter": 1}, 200]
    assert refused(server, "hold", seconds=0) == {}


def test_read_only_is_enforced(tmp_path: Path, serve: Serve, database_url: str) -> None:
    server = serve(craft(tmp_path, FORM | {"custom_tools": [HOLD_TOOL]}), DATABASE_URL=database_url)
    change = {"seconds": 0, "sql": "DELETE FROM persistence_values"}
    for _ in range(2):
        assert refused(server, "hold", read_only=True, **change)["reason"] == "exception"
        assert refused(server, "hold", read_only=False, **change) == {}


def test_a_statement_may_not_take_for_ever(tmp_path: Path, serve: Serve, postgres_url: str) -> None:
    options = {"persistence": {"statement_timeout_seconds": 0.5}}
    server = serve(craft(tmp_path, FORM | {"custom_tools": [HOLD_TOOL], "options": options}), DATABASE_URL=postgres_url)
    began = time.monotonic()
    assert refused(server, "hold", seconds=0, sql="SELECT pg_sleep(20)")["reason"] == "exception"
    assert time.monotonic() - began < 5


def test_calls_fail_politely_while_the_database_is_down(tmp_path: Path, serve: Serve) -> None:
    with services.postgres() as postgres:
        url = postgres.database("down").replace("tests@", "tests:s3cr3t@")
        server = serve(with_callers(craft(tmp_path, FORM | {"custom_tools": [HOLD_TOOL]})), DATABASE_URL=url)
        assert refused(server, "store_value", key="k", value="kept") == {}
        postgres.stop()
        for _ in range(2):
            assert refused(server, "retrieve_value", key="k") == {"reason": "unavailable", "retryAfter": 5}
        postgres.start()
        assert call(server, "retrieve_value", key="k")["value"] == "kept", "the first call after the restart"
        postgres.stop()
        postgres.start()
        assert call(server, "retrieve_value", key="k")["value"] == "kept", "nobody noticed"
        with ThreadPoolExecutor(1) as threads:
            held = threads.submit(lambda: refused(server, "hold", seconds=5))
            time.sleep(0.5)
            postgres.stop()
            assert held.result()["reason"] == "unavailable", "commit fails"
            postgres.start()
        assert "s3cr3t" not in server.said()
        assert "Traceback" not in server.said()


def test_without_an_address_there_is_a_file_for_the_owner_alone(tmp_path: Path, serve: Serve) -> None:
    project = with_callers(craft(tmp_path, FORM))
    server = serve(project, MCP_DATA_FOLDER=str(tmp_path / "here"))
    call(server, "store_value", key="k", value=1)
    assert {path.name: oct(path.stat().st_mode & 0o777) for path in (tmp_path / "here").iterdir()} == dict.fromkeys(("sample.db", "sample.db-wal", "sample.db-shm"), "0o600")
    assert server.stop() == 0
    server = serve(project)
    assert call(server, "retrieve_value", key="k") == {"found": False}
    assert (project / "data/sample.db").exists()


# ---- tables of the user's own -----------------------------------------------------------------

MODELS = '''
from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base


class Note(Base):
    __tablename__ = "notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200), index=True)
'''
ROW_TOOL = {
    "name": "add_row",
    "description": "Adds a row",
    "parameters": {"title": {"type": "string"}},
    "implementation": """
from sqlalchemy import select
from ..modules.persistence import Persistence
from ..storage.models import Note

async with Persistence.of(ctx.app).transaction() as session:
    session.add(Note(title=kwargs["title"]))
async with Persistence.of(ctx.app).transaction(read_only=True) as session:
    return {"titles": [note.title for note in await session.scalars(select(Note).order_by(Note.id))]}
""",
}


def test_tables_of_the_users_own(tmp_path: Path, serve: Serve, database_url: str) -> None:
    project = craft(tmp_path, FORM | {"custom_tools": [ROW_TOOL]})
    models, versions = project / "src/storage/models.py", project / "src/storage/migrations/versions"
    models.write_text(MODELS, encoding="utf-8")
    assert storage(project, "revision") == [str(versions / "app_0001.py")]
    assert storage(project, "migrate", DATABASE_URL=database_url) == ["app_0001", "persistence_0001"]
    models.write_text(MODELS + "    text: Mapped[str | None]\n", encoding="utf-8")
    assert storage(project, "revision") == [str(versions / "app_0002.py")]
    assert "persistence_values" not in (versions / "app_0001.py").read_text() + (versions / "app_0002.py").read_text()
    server = serve(project, DATABASE_URL=database_url)
    assert call(server, "add_row", title="one") == {"titles": ["one"]}
    assert call(server, "add_row", title="two") == {"titles": ["one", "two"]}
    assert storage(project, "current", DATABASE_URL=database_url) == ["app_0002", "persistence_0001"]
