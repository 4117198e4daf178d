"""Persistence: a database for the server, its tools, and values that callers store."""

from __future__ import annotations

import base64
import binascii
import logging
import os
from typing import TYPE_CHECKING, Any

import anyio

from ..runtime import Module, ToolError, Unreachable, data_folder, secret
from ..runtime.data import PROJECT
from ..storage import Address, Database, Limits, Unavailable, Values
from ..storage.database import UNREACHABLE
from ..storage.repository import owner_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractAsyncContextManager

    from sqlalchemy.ext.asyncio import AsyncSession

    from ..runtime import App, Context
    from ..storage import Item

log = logging.getLogger(__name__)
PATIENCE_S = 5.0
"""How long the start of the server waits for the database; then it goes on, not ready."""
FIRST_RETRY_S = 0.25
LAST_RETRY_S = 5.0


class Persistence(Module):
    """Opens the database that DATABASE_URL names, and brings its tables up to date."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__(options)
        self._opened = anyio.Event()
        self._why = "the database has not been opened yet"

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.database.dialect

    def setup(self, app: App) -> None:
        """Read DATABASE_URL."""
        self._app = app
        self.database = database(app.manifest.server.name, self.options)

    async def start(self) -> None:
        """Open the database; when it is not there yet, go on without and keep trying."""
        self._app.spawn("persistence", self._open)
        with anyio.move_on_after(PATIENCE_S):
            await self.ready()

    async def stop(self) -> None:
        """Close all connections."""
        await self.database.close()

    async def ready(self) -> None:
        """Return as soon as the database is open and its tables are up to date."""
        await self._opened.wait()

    def transaction(self, *, read_only: bool = False) -> AbstractAsyncContextManager[AsyncSession]:
        """A session: committed at the end, rolled back when an exception leaves the block.

        Raises `Unavailable`, a `ToolError`, when there is no database at the moment.
        """
        if not self._opened.is_set():
            raise Unavailable
        return self.database.transaction(read_only=read_only)

    async def problem(self) -> str | None:
        """Whether the database answers."""
        if not self._opened.is_set():
            return self._why
        try:
            await self.database.check()
        except UNREACHABLE as error:
            return Unreachable(f"the database does not answer: {_words(error)}")
        return None

    # ---- tools for the model ------------------------------------------------------------------

    async def tool_store_value(
        self, ctx: Context, /, key: str, value: Any, expected_version: int | None = None
    ) -> dict[str, Any]:
        """Keep a value under a key."""
        return _about(await self._values(ctx).put(key, value, expected_version=expected_version))

    async def tool_retrieve_value(self, ctx: Context, /, key: str) -> dict[str, Any]:
        """Give a value back."""
        item = await self._values(ctx).get(key)
        return (
            {"found": False}
            if item is None
            else {"found": True, "value": item.value, **_about(item)}
        )

    async def tool_list_values(
        self, ctx: Context, /, prefix: str, limit: int, cursor: str = ""
    ) -> dict[str, Any]:
        """List keys, page by page."""
        items = await self._values(ctx).page(
            prefix, after=_key_of(cursor), limit=limit + 1, values=False
        )
        shown = {"items": [_about(item) for item in items[:limit]]}
        more = len(items) > limit
        return shown | ({"next_cursor": _cursor(items[limit - 1].key)} if more else {})

    async def tool_delete_value(self, ctx: Context, /, key: str) -> dict[str, Any]:
        """Forget a value."""
        return {"deleted": await self._values(ctx).delete(key)}

    def _values(self, ctx: Context) -> Values:
        return Values(
            self.transaction,
            "values",
            owner_of(ctx),
            max_value_bytes=self.options.get("max_value_bytes"),
            max_values=self.options.get("max_values"),
        )

    # ---- opening ------------------------------------------------------------------------------

    async def _open(self) -> None:
        delay = FIRST_RETRY_S
        while not self._opened.is_set():
            try:
                await self._bring_up()
            except UNREACHABLE as error:
                self._why = f"the database cannot be opened: {_words(error)}"
                log.warning("%s; trying again in %g s", self._why, delay)
                await anyio.sleep(delay)
                delay = min(delay * 2, LAST_RETRY_S)

    async def _bring_up(self) -> None:
        if self.options.get("migrate_at_start", True):
            await self.database.migrate()
        elif not await self.database.is_current():
            raise RuntimeError("the tables are out of date: run `python -m src.storage migrate`")
        self._opened.set()
        log.info("the %s database is open", self.dialect)


def database(server: str, options: Mapping[str, Any]) -> Database:
    """The database of this environment, not opened; `SettingError` if DATABASE_URL is no good."""
    default = data_folder(os.environ) / f"{server}.db"
    url = secret(os.environ, "DATABASE_URL")
    address = Address.read(url, PROJECT) if url else Address("sqlite", path=default)
    return Database(address, Limits.of(options))


def _about(item: Item) -> dict[str, Any]:
    return {
        "key": item.key,
        "version": item.version,
        "updated_at": item.updated_at.isoformat(timespec="milliseconds"),
        "bytes": item.size,
    }


def _cursor(key: str) -> str:
    return base64.urlsafe_b64encode(key.encode()).decode()


def _key_of(cursor: str) -> str:
    try:
        return base64.b64decode(cursor.encode(), altchars=b"-_", validate=True).decode()
    except (ValueError, binascii.Error) as error:
        words = "cursor: not the next_cursor of an earlier answer"
        raise ToolError(words, data={"reason": "invalid_arguments"}) from error


def _words(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0]


MODULE = Persistence
