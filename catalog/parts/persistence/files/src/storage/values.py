"""JSON values by key: each collection has owners, each owner has keys, ordered by code point."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, DateTime, Text, delete, func, null, select, text
from sqlalchemy.orm import Mapped, mapped_column

from ..runtime import ToolError
from .base import Base

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager
    from typing import Protocol

    from sqlalchemy.ext.asyncio import AsyncSession
    from sqlalchemy.sql import ColumnElement

    class Transactions(Protocol):
        """Opens sessions; `Persistence.transaction` is one."""

        def __call__(self, *, read_only: bool = ...) -> AbstractAsyncContextManager[AsyncSession]:
            """A session for one transaction."""


MAX_KEY = 200
"""Characters of a key."""
_LONGEST_OWNER = 200
_NAME = Text().with_variant(Text(collation="C"), "postgresql")
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


class StoredValue(Base):
    """One row."""

    __tablename__ = "persistence_values"

    collection: Mapped[str] = mapped_column(_NAME, primary_key=True)
    owner: Mapped[str] = mapped_column(_NAME, primary_key=True)
    key: Mapped[str] = mapped_column(_NAME, primary_key=True)
    value: Mapped[str] = mapped_column(Text)
    """ASCII JSON, so that its length is its size in bytes."""
    version: Mapped[int] = mapped_column(BigInteger)
    """Counts the changes; the first is 1."""
    updated_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))


@dataclass(frozen=True, slots=True)
class Item:
    """What is known of a key; `value` is None where only keys were asked for."""

    key: str
    version: int
    updated_at: dt.datetime
    size: int
    value: Any = None


@dataclass(frozen=True, slots=True)
class Values:
    """The values of one owner in one collection."""

    transaction: Transactions
    collection: str
    owner: str = ""
    max_value_bytes: int | None = None
    max_values: int | None = None

    async def get(self, key: str) -> Item | None:
        """The value of a key, or None."""
        async with self.transaction(read_only=True) as session:
            row = await session.get(StoredValue, self._identity(key))
            return _item(row) if row is not None else None

    async def put(self, key: str, value: Any, *, expected_version: int | None = None) -> Item:
        """Store a value; with `expected_version` only if the key still has it (0: no such key)."""

        def replace(old: Item | None) -> Any:
            version = old.version if old is not None else 0
            if expected_version not in (None, version):
                words = f"{key!r} has version {version}, not {expected_version}: read it again."
                raise ToolError(words, data={"reason": "conflict", "version": version})
            return value

        return await self.change(key, replace)

    async def change(self, key: str, function: Callable[[Item | None], Any]) -> Item:
        """Store what `function` makes of the value that is there; nobody comes in between."""
        identity = self._identity(key)
        async with self.transaction() as session:
            await self._lock(session, key)
            row = await session.get(StoredValue, identity)
            value = self._encode(function(_item(row) if row is not None else None))
            if row is None:
                await self._check_count(session)
                row = StoredValue(collection=self.collection, owner=owner_key(self.owner), key=key)
                row.version = 0
                session.add(row)
            row.version, row.value, row.updated_at = row.version + 1, value, _now()
        return _item(row)

    async def delete(self, key: str) -> bool:
        """Whether there was such a key; now there is none."""
        self._identity(key)
        async with self.transaction() as session:
            await self._lock(session, key)
            gone = delete(StoredValue).where(*self._mine(), StoredValue.key == key)
            done: Any = await session.execute(gone)
            return bool(done.rowcount)

    async def page(
        self, prefix: str = "", *, after: str = "", limit: int = 100, values: bool = True
    ) -> list[Item]:
        """Up to `limit` keys that begin with `prefix` and come after `after`, in order."""
        _check(prefix, least=0)
        _check(after, least=0)
        rows = (
            select(StoredValue.key, StoredValue.version, StoredValue.updated_at)
            .add_columns(func.length(StoredValue.value), StoredValue.value if values else null())
            .where(*self._mine(), *_between(prefix, after))
            .order_by(StoredValue.key)
            .limit(limit)
        )
        async with self.transaction(read_only=True) as session:
            return [_listed(*row) for row in await session.execute(rows)]

    def _mine(self) -> list[ColumnElement[bool]]:
        owner = owner_key(self.owner)
        return [StoredValue.collection == self.collection, StoredValue.owner == owner]

    def _identity(self, key: str) -> tuple[str, str, str]:
        _check(key, least=1)
        return (self.collection, owner_key(self.owner), key)

    def _encode(self, value: Any) -> str:
        try:
            encoded = json.dumps(value, allow_nan=False, separators=(",", ":"))
        except ValueError as error:
            words = f"value: not JSON: {error}"
            raise ToolError(words, data={"reason": "invalid_arguments"}) from error
        if self.max_value_bytes is not None and len(encoded) > self.max_value_bytes:
            words = f"value: {len(encoded)} bytes as JSON; at most {self.max_value_bytes} may be."
            raise ToolError(words, data={"reason": "too_large", "limit": self.max_value_bytes})
        return encoded

    async def _lock(self, session: AsyncSession, key: str) -> None:
        """SQLite has one writer anyway; PostgreSQL locks the key, or the owner if it has limits."""
        if session.get_bind().dialect.name == "postgresql":
            what = [self.collection, owner_key(self.owner)]
            what += [key] if self.max_values is None else []
            await session.execute(_LOCK, {"name": json.dumps(what)})

    async def _check_count(self, session: AsyncSession) -> None:
        if self.max_values is None:
            return
        count = select(func.count()).select_from(StoredValue).where(*self._mine())
        if (await session.scalar(count) or 0) >= self.max_values:
            words = f"{self.max_values} values are stored, no more may be: delete some first."
            raise ToolError(words, data={"reason": "full", "limit": self.max_values})


def owner_key(owner: str) -> str:
    """An owner's name, or a digest of it where it would be too long for an index."""
    if len(owner) <= _LONGEST_OWNER:
        return owner
    return "sha256:" + hashlib.sha256(owner.encode("utf-8", "surrogatepass")).hexdigest()


def _between(prefix: str, after: str) -> list[ColumnElement[bool]]:
    """A range instead of LIKE, which ignores case in SQLite and needs escapes everywhere."""
    conditions = [StoredValue.key > after] if after else []
    if prefix:
        end = prefix[:-1] + chr(ord(prefix[-1]) + 1)  # printable, so there is a next character
        conditions += [StoredValue.key >= prefix, StoredValue.key < end]
    return conditions


def _check(key: str, *, least: int) -> None:
    if not least <= len(key) <= MAX_KEY or not key.isprintable():
        words = f"keys have {least} to {MAX_KEY} printable characters"
        raise ToolError(words, data={"reason": "invalid_arguments"})


def _listed(key: str, version: int, at: dt.datetime, size: int, value: str | None) -> Item:
    return Item(key, version, _utc(at), size, json.loads(value) if value is not None else None)


def _item(row: StoredValue) -> Item:
    return Item(row.key, row.version, _utc(row.updated_at), len(row.value), json.loads(row.value))


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _utc(time: dt.datetime) -> dt.datetime:
    """SQLite forgets the zone."""
    return time if time.tzinfo else time.replace(tzinfo=dt.UTC)
