"""Starts the server: `python -m src.main` for stdio, with `--http` for Streamable HTTP."""

from __future__ import annotations

import sys
from pathlib import Path

if not __package__:  # started as a script: make its folder importable as a package
    sys.path[0] = str(Path(__file__).resolve().parent.parent)
    __package__ = "src"

import argparse
import os
from functools import partial
from typing import TYPE_CHECKING

from .runtime import App, Manifest, Settings
from .runtime.http import OpenError, serve_http
from .runtime.logs import Redactor, secrets_of, write_logs
from .runtime.manifest import ManifestError
from .runtime.settings import SettingError, adopt_secrets
from .runtime.stdio import serve_stdio
from .runtime.workers import serve_workers

if TYPE_CHECKING:
    import socket

ROOT = Path(__file__).resolve().parent
PACKAGE = __package__ or "src"
FAULTS = (SettingError, ManifestError, OpenError, OSError)
"""What keeps the server from starting; the words are for whoever starts it."""


def build(settings: Settings | None = None) -> App:
    """The server that manifest.json describes, not yet started."""
    return App(Manifest.load(ROOT / "manifest.json"), settings, package=PACKAGE)


def main() -> None:
    """Obey the command line and the environment, and serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--http", action="store_true", help="serve over HTTP at /mcp, not stdio")
    parser.add_argument("--host", help="the address to listen on (default 127.0.0.1)")
    parser.add_argument("--port", help="the port to listen on (default 8000)")
    arguments = parser.parse_args()
    given = {
        "MCP_TRANSPORT": "http" if arguments.http else None,
        "MCP_HOST": arguments.host,
        "MCP_PORT": arguments.port,
    }
    try:
        manifest = Manifest.load(ROOT / "manifest.json")
        names = [variable.name for variable in manifest.environment if variable.secret]
        adopt_secrets(os.environ, [*names, "MCP_STATE_KEYS"])
        settings = Settings.read(os.environ | {k: v for k, v in given.items() if v is not None})
        write_logs(PACKAGE, settings.log_level, Redactor(secrets_of(manifest, settings)))
        status = serve(manifest, settings)
    except FAULTS as error:
        parser.exit(2, f"{parser.prog}: {error}\n")
    sys.exit(status)


def serve(manifest: Manifest, settings: Settings) -> int:
    """Serve until told to stop; the exit status, unless the process has ended before."""
    if settings.transport != "http":
        serve_stdio(lambda: App(manifest, settings, package=PACKAGE))
    elif settings.workers > 1:
        return serve_workers(settings, partial(work, manifest))
    else:
        serve_http(App(manifest, settings, package=PACKAGE))
    return 0


def work(manifest: Manifest, settings: Settings, listener: socket.socket) -> None:
    """Be one of several workers."""
    try:
        serve_http(App(manifest, settings, package=PACKAGE), listener)
    except FAULTS as error:
        sys.stderr.write(f"worker {settings.worker}: {error}\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
