"""Looks after the tables.

`python -m src.storage migrate` brings them up to date, `current` says how far they are, and
`revision "what it does"` writes the next step for the tables in src/storage/models.py.
"""

from __future__ import annotations

import argparse
import asyncio
import sys

from ..modules.persistence import database
from ..runtime import Manifest, SettingError
from ..runtime.data import PACKAGE
from ..runtime.manifest import ManifestError
from .database import UNREACHABLE
from .revise import revise

ACTIONS = ("migrate", "current", "revision")


async def run(action: str, message: str) -> list[str]:
    """Do it; what to print."""
    if action == "revision":
        return [str(await revise(message))]
    manifest = Manifest.load(PACKAGE / "manifest.json")
    store = database(manifest.server.name, {})
    try:
        return await (store.migrate() if action == "migrate" else store.current())
    finally:
        await store.close()


def main() -> None:
    """Obey the command line."""
    parser = argparse.ArgumentParser(prog="python -m src.storage", description=__doc__)
    parser.add_argument("action", choices=ACTIONS)
    parser.add_argument("message", nargs="?", default="A change", help="for a revision")
    arguments = parser.parse_args()
    try:
        lines = asyncio.run(run(arguments.action, arguments.message))
    except (SettingError, ManifestError, *UNREACHABLE) as error:
        parser.exit(2, f"{parser.prog}: {type(error).__name__}: {error}\n")
    sys.stdout.write("".join(f"{line}\n" for line in lines))


if __name__ == "__main__":
    main()
