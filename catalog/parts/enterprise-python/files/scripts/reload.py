"""Runs the server over HTTP, and starts it again whenever a file under src/ changes."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
POLL_S = 0.5


def snapshot() -> dict[Path, int]:
    """When each file was last changed."""
    found = {}
    for path in (ROOT / "src").rglob("*"):
        if path.suffix in {".py", ".json"}:
            try:
                found[path] = path.stat().st_mtime_ns
            except FileNotFoundError:
                continue
    return found


def main() -> None:
    """Serve, watch, start again; a server that fails to start waits for the next change."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    command = [sys.executable, "-m", "src.main", "--http", *sys.argv[1:]]
    while True:
        seen = snapshot()
        with subprocess.Popen(command, cwd=ROOT) as server:  # noqa: S603 - our own command
            try:
                while snapshot() == seen:
                    time.sleep(POLL_S)
            finally:
                server.terminate()
        print("changed: starting again", file=sys.stderr)


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main()
