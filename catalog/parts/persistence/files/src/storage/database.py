"""The database as the rest of the server sees it: transactions, and whether it is there."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import anyio
import asyncpg
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncSession

from ..runtime import Denied, ToolError
from .engine import READ_ONLY, Limits, engine_for
from .migrate import current, is_current, upgrade

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy.ext.asyncio import AsyncEngine

    from .url import Address

__all__ = ["Database", "Limits", "Unavailable"]

UNREACHABLE = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, DBAPIError)
"""What connecting raises when the database is not there, or does not let us in."""
CHECK_S = 2.0
BUSY = "The database is busy; try again later."


class Unavailable(ToolError):  # noqa: N818 - reads as what happened
    """The database cannot be reached; the caller may try again."""

    def __init__(self) -> None:
        words = "The database cannot be reached right now; try again later."
        super().__init__(words, data={"reason": "unavailable", "retryAfter": 5})


class Database:
    """One pool of connections."""

    def __init__(self, address: Address, limits: Limits | None = None) -> None:
        self.address = address
        self._limits = limits or Limits()
        self._engine: AsyncEngine | None = None
        self._probe: AsyncEngine | None = None

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.address.dialect

    @property
    def engine(self) -> AsyncEngine:
        """The pool; made when it is first needed."""
        if self._engine is None:
            self._engine = engine_for(self.address, self._limits)
        return self._engine

    async def close(self) -> None:
        """Close all connections."""
        engines, self._engine, self._probe = (self._engine, self._probe), None, None
        for engine in engines:
            if engine is not None:
                await engine.dispose()

    @asynccontextmanager
    async def transaction(self, *, read_only: bool = False) -> AsyncIterator[AsyncSession]:
        """A session whose changes are kept together at the end, or undone after an exception.

        `read_only` lets others write meanwhile. Raises `Unavailable` when there is no database, and
        `Denied` when it is too busy.
        """
        async with AsyncSession(self.engine, expire_on_commit=False) as session:
            try:
                await session.connection(execution_options={READ_ONLY: read_only})
            except PoolTimeoutError as error:
                raise Denied(BUSY, reason="busy", retry_after=1) from error
            except UNREACHABLE as error:
                raise _refusal(error) from error
            try:
                yield session
                await session.commit()
            except DBAPIError as error:
                if error.connection_invalidated or _is_locked(error):
                    raise _refusal(error) from error
                raise

    async def migrate(self) -> list[str]:
        """Bring the tables up to date; the revisions they are at."""
        async with self.engine.begin() as connection:
            return await connection.run_sync(upgrade)

    async def current(self) -> list[str]:
        """The revisions that the tables are at."""
        async with self.engine.connect() as connection:
            return await connection.run_sync(current)

    async def is_current(self) -> bool:
        """Whether there is nothing to migrate."""
        async with self.engine.connect() as connection:
            return await connection.run_sync(is_current)

    async def check(self) -> None:
        """Ask the database for a sign of life; raises whatever comes instead.

        By a connection of its own: a busy pool does not mean that the database is gone.
        """
        if self._probe is None:
            self._probe = engine_for(self.address, replace(self._limits, pool_size=1))
        with anyio.fail_after(CHECK_S):
            async with self._probe.connect() as connection:
                await connection.execution_options(**{READ_ONLY: True})
                await connection.execute(text("SELECT 1"))


def _is_locked(error: BaseException) -> bool:
    return isinstance(error, OperationalError) and "database is locked" in str(error.orig)


def _refusal(error: BaseException) -> ToolError:
    if _is_locked(error):
        return Denied(BUSY, reason="busy", retry_after=1)
    return Unavailable()
