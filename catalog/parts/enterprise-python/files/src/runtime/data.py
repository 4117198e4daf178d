"""Where the server keeps files of its own, such as a database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PACKAGE = Path(__file__).resolve().parent.parent
"""The folder of the server's code."""
PROJECT = PACKAGE.parent


def data_folder(environ: Mapping[str, str]) -> Path:
    """MCP_DATA_FOLDER, else `data` in the project; a server that is installed uses the home folder.

    It need not exist. Relative paths are relative to the project.
    """
    if given := environ.get("MCP_DATA_FOLDER"):
        return PROJECT / given
    if PACKAGE.name == "src":
        return PROJECT / "data"
    state = environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state) / PACKAGE.name
