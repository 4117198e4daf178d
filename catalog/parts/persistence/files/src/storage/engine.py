"""Connections to SQLite and PostgreSQL, each with the settings that make it safe."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Self

import asyncpg
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sqlalchemy import Connection

    from .url import Address

IDLE_IN_TRANSACTION_S = 60.0
"""PostgreSQL ends a transaction that does nothing for so long: it would hold its locks."""
RECYCLE_S = 1800
READ_ONLY = "postgresql_readonly"
"""The option of a connection; for PostgreSQL SQLAlchemy obeys it, for SQLite we do."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How many connections, and how long to wait for what, in seconds."""

    pool_size: int = 10
    pool_timeout: float = 10.0
    connect_timeout: float = 5.0
    statement_timeout: float = 30.0

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Self:
        """As the part's options say."""
        given = {name: options.get(option) for name, option in _OPTIONS.items()}
        return cls(**{name: value for name, value in given.items() if value is not None})


_OPTIONS = {
    "pool_size": "pool_size",
    "pool_timeout": "pool_timeout_seconds",
    "connect_timeout": "connect_timeout_seconds",
    "statement_timeout": "statement_timeout_seconds",
}


def engine_for(address: Address, limits: Limits) -> AsyncEngine:
    """An engine that has not connected yet."""
    if address.path is not None:
        return _sqlite(address.path, limits)
    return _postgresql(address.dsn, limits)


def _sqlite(path: Path, limits: Limits) -> AsyncEngine:
    _make_file(path)
    engine = create_async_engine(
        f"sqlite+aiosqlite:///{path}",
        pool_size=limits.pool_size,
        max_overflow=0,
        pool_timeout=limits.pool_timeout,
        connect_args={"timeout": limits.pool_timeout},
    )
    event.listen(engine.sync_engine, "connect", _prepare)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _make_file(path: Path) -> None:
    """Only the owner of the process may read what callers store."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where we say, see _begin
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "trusted_schema=OFF",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    """A writer locks at once: one that only finds out later that it writes could never proceed."""
    read_only = connection.get_execution_options().get(READ_ONLY, False)
    if connection.info.get(READ_ONLY, False) != read_only:
        connection.exec_driver_sql(f"PRAGMA query_only={int(read_only)}")
        connection.info[READ_ONLY] = read_only
    connection.exec_driver_sql("BEGIN DEFERRED" if read_only else "BEGIN IMMEDIATE")


def _postgresql(dsn: str, limits: Limits) -> AsyncEngine:
    settings = {
        "statement_timeout": _milliseconds(limits.statement_timeout),
        "idle_in_transaction_session_timeout": _milliseconds(IDLE_IN_TRANSACTION_S),
    }
    connect = partial(
        asyncpg.connect, dsn, timeout=limits.connect_timeout, server_settings=settings
    )
    return create_async_engine(
        "postgresql+asyncpg://",
        async_creator=connect,
        pool_size=limits.pool_size,
        max_overflow=0,
        pool_timeout=limits.pool_timeout,
        pool_pre_ping=True,
        pool_recycle=RECYCLE_S,
    )


def _milliseconds(seconds: float) -> str:
    return str(round(seconds * 1000))
