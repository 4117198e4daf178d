"""Typed storage for tools: dataclasses, TypedDicts or pydantic models, by key."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Generic, TypeVar

from pydantic import TypeAdapter

from .values import Values

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..runtime import Context
    from .values import Item, Transactions

T = TypeVar("T")
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,62}")


class Repository(Generic[T]):
    """Things of one type that a tool keeps.

        notes = Repository(ctx, "notes", Note)
        await notes.put("a", Note(title="First"))
        note = await notes.get("a")

    Every caller has things of its own, unless `shared`. What is read is checked against the type:
    pydantic's `ValidationError` says what does not fit any more.
    """

    def __init__(self, ctx: Context, name: str, kind: type[T], *, shared: bool = False) -> None:
        if not _NAME.fullmatch(name):
            raise ValueError(f"not the name of a repository: {name!r}")
        self._type = TypeAdapter(kind)
        self._values = Values(
            transactions(ctx), f"repository:{name}", "" if shared else owner_of(ctx)
        )

    async def get(self, key: str) -> T | None:
        """The thing with that key, or None."""
        item = await self._values.get(key)
        return self._read(item) if item is not None else None

    async def put(self, key: str, thing: T) -> None:
        """Store a thing, in place of the one that was there."""
        await self._values.put(key, self._type.dump_python(thing, mode="json"))

    async def change(self, key: str, function: Callable[[T | None], T]) -> T:
        """Store what `function` makes of the thing that is there; nobody comes in between."""

        def replace(old: Item | None) -> object:
            thing = function(self._read(old) if old is not None else None)
            return self._type.dump_python(thing, mode="json")

        return self._read(await self._values.change(key, replace))

    async def delete(self, key: str) -> bool:
        """Whether there was such a thing; now there is none."""
        return await self._values.delete(key)

    async def page(self, prefix: str = "", *, after: str = "", limit: int = 100) -> dict[str, T]:
        """Up to `limit` things in the order of their keys; go on `after` the last of them."""
        items = await self._values.page(prefix, after=after, limit=limit)
        return {item.key: self._read(item) for item in items}

    def _read(self, item: Item) -> T:
        return self._type.validate_python(item.value)


def owner_of(ctx: Context) -> str:
    """Who calls; the owner of a local process is nobody that a token could name."""
    return "local" if ctx.peer.trusted else f"caller:{ctx.principal}"


def transactions(ctx: Context) -> Transactions:
    """How a tool opens sessions; `LookupError` if the capability is off."""
    from ..modules.persistence import Persistence  # noqa: PLC0415 - it imports this package

    return Persistence.of(ctx.app).transaction
