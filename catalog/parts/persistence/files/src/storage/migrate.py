"""Brings the tables up to date: every part of the server has a branch of revisions of its own."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

if TYPE_CHECKING:
    from sqlalchemy import Connection

FOLDER = Path(__file__).resolve().parent / "migrations"
LOCK = 4_728_316_550_927_041
"""Whoever migrates a PostgreSQL database holds the advisory lock of this number."""


def upgrade(connection: Connection) -> list[str]:
    """Run what has not been run, all in the caller's transaction; others wait meanwhile."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
    if not is_current(connection):
        command.upgrade(configuration(connection), "heads")
    return current(connection)


def current(connection: Connection) -> list[str]:
    """The revisions that the database is at, one for each branch."""
    return sorted(MigrationContext.configure(connection).get_current_heads())


def is_current(connection: Connection) -> bool:
    """Whether these are the newest that this server knows."""
    return current(connection) == sorted(scripts(connection).get_heads())


def scripts(connection: Connection) -> ScriptDirectory:
    """The revisions that this server knows."""
    return ScriptDirectory.from_config(configuration(connection))


def configuration(connection: Connection) -> Config:
    """What alembic.ini would say."""
    config = Config(cmd_opts=Namespace(quiet=True))
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
