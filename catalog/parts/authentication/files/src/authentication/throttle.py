"""How often passwords may be tried: counted in the database, for all processes together."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import case, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from .models import Attempt

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession
    from sqlalchemy.sql import ColumnElement


class ThrottledError(Exception):
    """Too many attempts; `wait` in seconds."""

    def __init__(self, wait: float) -> None:
        super().__init__(f"wait {wait:.0f} s")
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Allowance:
    """One attempt in `interval` seconds, after a `burst`."""

    interval: float
    burst: int

    @property
    def tolerance(self) -> float:
        """How far ahead of the even pace somebody may be."""
        return self.interval * (self.burst - 1)


BY_ADDRESS = Allowance(10.0, 30)
BY_ACCOUNT = Allowance(20.0, 20)
BY_BOTH = Allowance(60.0, 5)


def attempts(name: str, address: str) -> dict[str, Allowance]:
    """What one attempt counts against; the names themselves are not stored."""
    return {
        _key("address", address): BY_ADDRESS,
        _key("account", name): BY_ACCOUNT,
        _key("both", name, address): BY_BOTH,
    }


async def charge(session: AsyncSession, wanted: dict[str, Allowance]) -> None:
    """Count an attempt before it is made; `ThrottledError` must undo the transaction."""
    now = time.time()
    for key, allowance in wanted.items():
        if not await _take(session, key, allowance, now):
            query = select(Attempt.full_again).where(Attempt.key == key)
            full_again = (await session.execute(query)).scalar_one_or_none() or now
            raise ThrottledError(max(0.1, full_again - allowance.tolerance - now))


async def refund(session: AsyncSession, wanted: dict[str, Allowance]) -> None:
    """The attempt was a good one."""
    for key, allowance in wanted.items():
        change = {"full_again": Attempt.full_again - allowance.interval}
        await session.execute(update(Attempt).where(Attempt.key == key).values(change))


async def forget(session: AsyncSession) -> None:
    """Drop what no longer counts."""
    await session.execute(delete(Attempt).where(Attempt.full_again < time.time()))


async def _take(session: AsyncSession, key: str, allowance: Allowance, now: float) -> bool:
    """In one statement, so that attempts at the same time are all counted."""
    kind = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    start: ColumnElement[float] = case((Attempt.full_again > now, Attempt.full_again), else_=now)
    statement = (
        kind.insert(Attempt)
        .values(key=key, full_again=now + allowance.interval)
        .on_conflict_do_update(
            index_elements=[Attempt.key],
            set_={"full_again": start + allowance.interval},
            where=Attempt.full_again <= now + allowance.tolerance,
        )
        .returning(Attempt.full_again)
    )
    return (await session.execute(statement)).scalar_one_or_none() is not None


def _key(*parts: str) -> str:
    joined = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(joined, digest_size=32).hexdigest()
