"""Projects with capabilities, started as real processes beside real services and spoken to over the wire."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import services

ROOT = Path(__file__).resolve().parents[2]
CRAFTER = os.environ.get("CRAFTER", str(ROOT / "bin/mcp-crafter"))
CACHE = os.environ.get("CRAFTER_TEST_CACHE", str(ROOT / "build/test-cache"))
CATALOG = ["--catalog", os.environ["CRAFTER_CATALOG"]] if "CRAFTER_CATALOG" in os.environ else []
"""Another catalog laid over the program's own, for work on a part without building the program."""


@pytest.fixture
def anyio_backend() -> str:
    """The event loop that the servers run on, too."""
    return "asyncio"


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """One Redis for all tests; use keys of your own."""
    with services.redis() as url:
        yield url


@pytest.fixture(scope="session")
def postgres() -> Iterator[services.Postgres]:
    """One PostgreSQL for all tests."""
    with services.postgres() as server:
        yield server


@pytest.fixture
def postgres_url(postgres: services.Postgres) -> str:
    """An empty database."""
    return postgres.database(f"test_{next(_numbers)}")


_numbers = itertools.count(1)


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


Serve = Callable[..., Server]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """`serve(project, NAME="value", …)` starts a server; all of them must leave with status 0."""
    with ExitStack() as stack:

        def start(project: Path, *words: str, **environment: str) -> Server:
            server = Server(project, environment, words)
            stack.callback(_end, server)
            return server

        yield start


def _end(server: Server) -> None:
    if server.process.poll() is None:
        assert server.stop() == 0, server.said()
