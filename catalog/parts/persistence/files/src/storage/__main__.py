"""Looks after the tables: `python -m src.storage migrate` or `python -m src.storage current`."""

from __future__ import annotations

import argparse
import asyncio
import sys

from ..modules.persistence import database
from ..runtime import Manifest, SettingError
from ..runtime.data import PACKAGE
from ..runtime.manifest import ManifestError
from .database import UNREACHABLE


async def run(action: str) -> list[str]:
    """Migrate if told so; the revisions that the tables are at."""
    manifest = Manifest.load(PACKAGE / "manifest.json")
    store = database(manifest.server.name, {})
    try:
        return await (store.migrate() if action == "migrate" else store.current())
    finally:
        await store.close()


def main() -> None:
    """Obey the command line."""
    parser = argparse.ArgumentParser(prog="python -m src.storage", description=__doc__)
    parser.add_argument("action", choices=["migrate", "current"])
    arguments = parser.parse_args()
    try:
        revisions = asyncio.run(run(arguments.action))
    except (SettingError, ManifestError, *UNREACHABLE) as error:
        parser.exit(2, f"{parser.prog}: {type(error).__name__}: {error}\n")
    sys.stdout.write("".join(f"{revision}\n" for revision in revisions))


if __name__ == "__main__":
    main()
