"""Projects with capabilities, started as real processes beside real services and spoken to over the wire."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import services
from projects import CACHE as CACHE
from projects import CATALOG as CATALOG
from projects import CRAFTER as CRAFTER
from projects import ROOT as ROOT
from projects import Server
from projects import craft as craft


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
