"""Writes the next revision of the tables in models.py."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command

from . import models
from .base import Base
from .database import Database
from .migrate import configuration, scripts, upgrade
from .url import Address

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

BRANCH = "app"


async def revise(message: str) -> Path:
    """Compare models.py with what the revisions make of an empty database; the new file."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Address("sqlite", path=Path(folder) / "empty.db"))
        try:
            async with database.engine.begin() as connection:
                return await connection.run_sync(_revise, message)
        finally:
            await database.close()


def _revise(connection: Connection, message: str) -> Path:
    upgrade(connection)
    known = [script for script in scripts(connection).walk_revisions() if _is_ours(script.revision)]
    config = configuration(connection)
    _compare_ours(config)
    made = command.revision(
        config,
        message,
        autogenerate=True,
        head=f"{BRANCH}@head" if known else "base",
        branch_label=None if known else BRANCH,
        rev_id=f"{BRANCH}_{len(known) + 1:04}",
    )
    if made is None or isinstance(made, list):
        raise RuntimeError("one revision was expected")
    return Path(made.path)


def _is_ours(revision: str) -> bool:
    return revision.startswith(f"{BRANCH}_")


def _compare_ours(config: Config) -> None:
    """Leave the tables of the server's parts alone."""
    ours = {
        mapper.local_table.name  # type: ignore[attr-defined]
        for mapper in Base.registry.mappers
        if mapper.class_.__module__ == models.__name__
    }

    def include(_object: object, name: str | None, kind: str, *_more: object) -> bool:
        return kind != "table" or name in ours

    config.set_main_option("file_template", "%%(rev)s")
    config.attributes["metadata"] = Base.metadata
    config.attributes["include_object"] = include
