"""Where the database is: DATABASE_URL, read once and checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote, urlsplit

from ..runtime import SettingError

if TYPE_CHECKING:
    from pathlib import Path

_POSTGRESQL = {"postgresql", "postgres", "postgresql+asyncpg"}
_SQLITE = {"sqlite", "sqlite+aiosqlite"}


@dataclass(frozen=True, slots=True)
class Address:
    """A database that can be opened; `repr` does not show the password."""

    dialect: Literal["sqlite", "postgresql"]
    path: Path | None = None
    """The file, when it is SQLite."""
    dsn: str = field(default="", repr=False)
    """What asyncpg connects to: host, user, password, `sslmode` and so on."""

    @classmethod
    def read(cls, url: str, root: Path) -> Address:
        """The address that a URL says; a relative file is relative to `root`.

        Raises `SettingError`, which never shows the URL: it may hold a password.
        """
        scheme, _, rest = url.strip().partition("://")
        if scheme in _SQLITE:
            return cls("sqlite", path=_file(rest, root))
        if scheme in _POSTGRESQL:
            dsn = f"postgresql://{rest}"
            try:
                parts = urlsplit(dsn)
                usable = bool(parts.path.strip("/")) and parts.port != 0
            except ValueError:
                usable = False
            if usable:
                return cls("postgresql", dsn=dsn)
        raise SettingError(
            "DATABASE_URL: not like postgresql://user:password@host:5432/name or sqlite:///path"
        )


def _file(rest: str, root: Path) -> Path:
    """`/data/a.db` is relative, `//var/lib/a.db` absolute: as everywhere in SQLAlchemy."""
    name = unquote(rest[1:])
    if not rest.startswith("/") or not name or name == ":memory:" or "?" in name or "\0" in name:
        raise SettingError("DATABASE_URL: SQLite needs a file, such as sqlite:///data/server.db")
    return root / name
