"""Persistence through the wire: SQLite and PostgreSQL, restarts, migrations, what callers store."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
import services

from conftest import Serve, Server, craft

FORM = {"capabilities": ["tools", "persistence"]}


def storage(project: Path, action: str, **environment: str) -> list[str]:
    """What `python -m src.storage ACTION` prints."""
    done = subprocess.run(
        [sys.executable, "-m", "src.storage", action], cwd=project, env={"PATH": "/usr/bin", **environment},
        capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def ready(server: Server) -> int:
    """The status of /readyz."""
    try:
        with urlopen(f"{server.origin}/readyz") as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/data/test.db"
    return str(request.getfixturevalue("postgres_url"))


def test_migrations_from_empty_and_again(tmp_path: Path, database_url: str) -> None:
    project = craft(tmp_path, FORM)
    assert storage(project, "current", DATABASE_URL=database_url) == []
    assert storage(project, "migrate", DATABASE_URL=database_url) == ["persistence_0001"]
    assert storage(project, "migrate", DATABASE_URL=database_url) == ["persistence_0001"]
    assert storage(project, "current", DATABASE_URL=database_url) == ["persistence_0001"]


def test_servers_that_start_together_migrate_once(tmp_path: Path, serve: Serve, database_url: str) -> None:
    project = craft(tmp_path, FORM)
    for server in [serve(project, DATABASE_URL=database_url) for _ in range(3)]:
        services.wait_for(lambda server=server: ready(server) == 200, "readiness")  # type: ignore[misc]
        assert "Traceback" not in server.said()
    assert storage(project, "current", DATABASE_URL=database_url) == ["persistence_0001"]


def test_a_database_that_comes_later_goes_and_returns(tmp_path: Path, serve: Serve) -> None:
    with services.postgres() as postgres:
        url = postgres.database("later")
        postgres.stop()
        server = serve(craft(tmp_path, FORM), DATABASE_URL=url)
        assert ready(server) == 503
        postgres.start()
        services.wait_for(lambda: ready(server) == 200, "readiness")
        postgres.stop()
        services.wait_for(lambda: ready(server) == 503, "the end of readiness")
        postgres.start()
        services.wait_for(lambda: ready(server) == 200, "readiness")
