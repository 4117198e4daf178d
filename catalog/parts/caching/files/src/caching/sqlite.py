"""Texts in a SQLite file that the processes of one machine share, and that outlives them."""

from __future__ import annotations

import os
import secrets
import sqlite3
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import anyio
import anyio.to_thread

from ..runtime import data_folder
from .backend import CacheDown

if TYPE_CHECKING:
    from pathlib import Path

    from .backend import Backend

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]
BUSY_S = 1.0
"""How long to wait for another process that writes."""
_TABLES = """
PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA trusted_schema=OFF;
CREATE TABLE IF NOT EXISTS entries (key TEXT PRIMARY KEY, text TEXT NOT NULL, until REAL NOT NULL);
CREATE INDEX IF NOT EXISTS entries_until ON entries (until);
CREATE TABLE IF NOT EXISTS locks (key TEXT PRIMARY KEY, token TEXT NOT NULL, until REAL NOT NULL);
"""


def make(server: str, max_entries: int) -> Backend:
    """In a file of the server's data folder."""
    return SQLite(data_folder(os.environ) / f"{server}-cache.db", max_entries)


class SQLite:
    """Up to `max_entries` texts; those that would end soonest make room."""

    def __init__(self, path: Path, max_entries: int) -> None:
        self._path = path
        self._max = max_entries
        self._connection: sqlite3.Connection | None = None
        self._one = anyio.CapacityLimiter(1)

    async def start(self) -> None:
        """Open the file; one that is no database is made anew."""
        await self._do(lambda _: None)

    async def stop(self) -> None:
        """Close the file."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await anyio.to_thread.run_sync(connection.close, limiter=self._one)

    async def get(self, key: str) -> str | None:
        """The text, unless it is gone or too old."""
        query = "SELECT text FROM entries WHERE key = ? AND until > ?"
        row = await self._do(lambda db: db.execute(query, (key, time.time())).fetchone())
        return None if row is None else str(row[0])

    async def put(self, key: str, text: str, seconds: float) -> None:
        """Keep a text."""

        def work(db: sqlite3.Connection) -> None:
            now = time.time()
            db.execute("DELETE FROM entries WHERE until <= ?", (now,))
            db.execute(
                "INSERT OR REPLACE INTO entries VALUES (?, ?, ?)", (key, text, now + seconds)
            )
            db.execute(
                "DELETE FROM entries WHERE key IN (SELECT key FROM entries ORDER BY until"
                " LIMIT max(0, (SELECT count(*) FROM entries) - ?))",
                (self._max,),
            )

        await self._write(work)

    async def delete(self, prefix: str) -> int:
        """Forget all keys that begin with `prefix`."""
        sql = "DELETE FROM entries WHERE substr(key, 1, ?) = ?"
        return await self._write(lambda db: db.execute(sql, (len(prefix), prefix)).rowcount)

    async def count(self) -> int:
        """How many texts are kept."""
        query = "SELECT count(*) FROM entries WHERE until > ?"
        return int(await self._do(lambda db: db.execute(query, (time.time(),)).fetchone()[0]))

    async def lock(self, key: str, seconds: float) -> str | None:
        """A token, unless another process has one."""
        token = secrets.token_hex(8)

        def work(db: sqlite3.Connection) -> str | None:
            now = time.time()
            db.execute("DELETE FROM locks WHERE until <= ?", (now,))
            insert = "INSERT OR IGNORE INTO locks VALUES (?, ?, ?)"
            return token if db.execute(insert, (key, token, now + seconds)).rowcount else None

        return await self._write(work)

    async def unlock(self, key: str, token: str) -> None:
        """Give the token back."""
        sql = "DELETE FROM locks WHERE key = ? AND token = ?"
        await self._write(lambda db: db.execute(sql, (key, token)))

    async def _write(self, work: Work[T]) -> T:
        def whole(db: sqlite3.Connection) -> T:
            db.execute("BEGIN IMMEDIATE")
            try:
                done = work(db)
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")
            return done

        return await self._do(whole)

    async def _do(self, work: Work[T]) -> T:
        """In a thread, one at a time."""

        def run() -> T:
            try:
                return work(self._open())
            except (sqlite3.Error, OSError) as error:
                raise CacheDown(f"{type(error).__name__}: {error}") from error

        return await anyio.to_thread.run_sync(run, limiter=self._one)

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            try:
                self._connection = self._connect()
            except sqlite3.DatabaseError as error:
                if isinstance(error, sqlite3.OperationalError):
                    raise
                for path in self._path.parent.glob(f"{self._path.name}*"):
                    path.unlink(missing_ok=True)
                self._connection = self._connect()
        return self._connection

    def _connect(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
        connection = sqlite3.connect(
            self._path, timeout=BUSY_S, isolation_level=None, check_same_thread=False
        )
        try:
            connection.executescript(_TABLES)
        except sqlite3.Error:
            connection.close()
            raise
        return connection
