"""Real services for the tests: PostgreSQL and Redis, each in a folder and on a port of its own."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE_S = 90.0


class Missing(RuntimeError):
    """A program that the tests need is not installed; the message says which package brings it."""


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_open(port: int) -> bool:
    """Whether somebody listens on a port of 127.0.0.1."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def is_answering(port: int) -> bool:
    """Whether somebody there speaks HTTP; the kernel takes connections before anybody accepts them."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    try:
        connection.request("GET", "/livez")
        return connection.getresponse().status > 0
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def wait_for(condition: Callable[[], bool], what: str, seconds: float = PATIENCE_S) -> None:
    """Return as soon as `condition()` holds; `TimeoutError` naming `what` when it does not."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            raise TimeoutError(f"{what} did not happen within {seconds} s")
        time.sleep(0.05)


@contextmanager
def redis() -> Iterator[str]:
    """A Redis server without persistence; yields its URL."""
    program = shutil.which("redis-server")
    if program is None:
        raise Missing("redis-server: apt install redis-server")
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="redis-") as folder:
        words = [program, "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no", "--dir", folder]
        with subprocess.Popen(words, stdout=subprocess.DEVNULL) as server:
            try:
                wait_for(lambda: is_open(port), "the start of Redis")
                yield f"redis://127.0.0.1:{port}/0"
            finally:
                server.terminate()


class Postgres:
    """A PostgreSQL cluster that can be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
        if not found:
            raise Missing("postgres: apt install postgresql")
        self._bin, self._data, self.port = found[-1].parent, folder / "data", free_port()
        self._as_owner = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
        if self._as_owner:
            shutil.chown(folder, "postgres", "postgres")
        self._run("initdb", "--pgdata", str(self._data), "--username=tests", "--auth=trust", "--encoding=UTF8", "--no-sync")
        self.start()

    def start(self) -> None:
        """Start the server, and wait until it accepts connections."""
        options = f"-p {self.port} -k '' -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=200"
        self._run("pg_ctl", "start", "--wait", "--pgdata", str(self._data), "--log", str(self._data / "log"), "-o", options)

    def stop(self) -> None:
        """Stop the server at once; clients lose their connections."""
        self._run("pg_ctl", "stop", "--mode=immediate", "--pgdata", str(self._data))

    def database(self, name: str) -> str:
        """The URL of a new, empty database."""
        self._run("createdb", "--host=127.0.0.1", f"--port={self.port}", "--username=tests", name)
        return f"postgresql://tests@127.0.0.1:{self.port}/{name}"

    def _run(self, program: str, *words: str) -> None:
        done = subprocess.run([*self._as_owner, str(self._bin / program), *words], cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stdout}{done.stderr}")


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server without any database of ours."""
    with tempfile.TemporaryDirectory(prefix="postgres-", ignore_cleanup_errors=True) as folder:
        server = Postgres(Path(folder))
        try:
            yield server
        finally:
            server.stop()
