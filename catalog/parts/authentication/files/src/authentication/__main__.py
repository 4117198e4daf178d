"""Looks after users: `python -m src.authentication create-user NAME --role admin`.

Passwords come from a prompt, or from the first line of standard input; never from the command line.
"""

from __future__ import annotations

import argparse
import asyncio
import getpass
import json
import sys
from typing import TYPE_CHECKING

from ..modules.persistence import database
from ..runtime import Manifest, SettingError, ToolError
from ..runtime.data import PACKAGE
from ..runtime.manifest import ManifestError
from ..storage.database import UNREACHABLE
from .passwords import Passwords
from .users import UserError, Users

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

DONE = "{name}: done\n"


async def run(arguments: argparse.Namespace) -> str:
    """Do what the command line says; what to show."""
    manifest = Manifest.load(PACKAGE / "manifest.json")
    options: dict[str, Mapping[str, Any]] = {m.name: m.options for m in manifest.modules}
    store = database(manifest.server.name, options["persistence"])
    try:
        if options["persistence"].get("migrate_at_start", True):
            await store.migrate()
        users = Users(store.transaction, Passwords(), options["authentication"]["roles"])
        return await _obey(users, arguments)
    finally:
        await store.close()


async def _obey(users: Users, arguments: argparse.Namespace) -> str:
    if arguments.action == "list-users":
        return "".join(f"{json.dumps(user)}\n" for user in await users.list())
    name = arguments.name
    if arguments.action == "create-user":
        await users.create(name, _password(), arguments.role)
    elif arguments.action == "set-password":
        await users.set_password(name, _password())
    else:
        await users.set_disabled(name, disabled=arguments.action == "disable-user")
    return DONE.format(name=name)


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != password:
        raise UserError("these were two different passwords")
    return password


def main() -> None:
    """Obey the command line; exit status 1 when it cannot be done."""
    parser = argparse.ArgumentParser(prog="python -m src.authentication", description=__doc__)
    actions = parser.add_subparsers(dest="action", required=True)
    create = actions.add_parser("create-user", help="a new user; asks for the password")
    create.add_argument("name")
    create.add_argument("--role", action="append", default=[], help="may be given several times")
    for action, words in (
        ("set-password", "another password; ends all logins"),
        ("disable-user", "may log in no more; ends all logins"),
        ("enable-user", "may log in again"),
    ):
        actions.add_parser(action, help=words).add_argument("name")
    actions.add_parser("list-users", help="one line of JSON for each")
    try:
        sys.stdout.write(asyncio.run(run(parser.parse_args())))
    except (UserError, ToolError) as error:
        parser.exit(1, f"{parser.prog}: {error}\n")
    except (SettingError, ManifestError, *UNREACHABLE) as error:
        parser.exit(2, f"{parser.prog}: {type(error).__name__}: {error}\n")


if __name__ == "__main__":
    main()
