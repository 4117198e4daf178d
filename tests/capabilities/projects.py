"""Projects made by the program, and their servers as real processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import services

ROOT = Path(__file__).resolve().parents[2]
CRAFTER = os.environ.get("CRAFTER", str(ROOT / "bin/mcp-crafter"))
CACHE = os.environ.get("CRAFTER_TEST_CACHE", str(ROOT / "build/test-cache"))
CATALOG = ["--catalog", os.environ["CRAFTER_CATALOG"]] if "CRAFTER_CATALOG" in os.environ else []
"""Another catalog laid over the program's own, for work on a part without building the program."""


def craft(folder: Path, form: dict[str, Any]) -> Path:
    """The project that `create --proof none` makes of a form, in `folder`."""
    form = {"server_name": "sample", "description": "A sample", "complexity": "custom"} | form
    words = [CRAFTER, "create", *CATALOG, "--form", json.dumps(form), "--json", "--non-interactive", "--yes", "--proof", "none"]
    done = subprocess.run(words, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return Path(json.loads(done.stdout)["data"]["path"])


class Server:
    """A running server of a project, over HTTP; `url` is where /mcp is."""

    def __init__(self, project: Path, environment: dict[str, str], words: tuple[str, ...] = ()) -> None:
        self.port = services.free_port()
        self.origin = f"http://127.0.0.1:{self.port}"
        self.url = f"{self.origin}/mcp"
        self.log = project.parent / f"server-{self.port}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "src.main", "--http", "--port", str(self.port), *words], cwd=project,
                env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1", **environment},
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        services.wait_for(lambda: services.is_answering(self.port) or self.process.poll() is not None, "the start of the server")
        assert self.process.poll() is None, self.said()

    def said(self) -> str:
        """Its log so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def stop(self) -> int:
        """SIGTERM; its exit status."""
        self.process.terminate()
        return self.process.wait(60)
