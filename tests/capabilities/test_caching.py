"""Caching through the wire: memory, SQLite and Redis; one process and two."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import services
from callers import Failed, ask, call, with_callers

from conftest import Serve, Server, craft

BACKENDS = ("memory", "sqlite", "redis")
SHARED = BACKENDS[1:]
WORK = """
import asyncio
import os

with open(os.environ["RUNS"], "a") as runs:
    runs.write("x")
await asyncio.sleep(kwargs["seconds"])
if kwargs["fail"]:
    raise ValueError("as told")
return {"run": os.path.getsize(os.environ["RUNS"])}
"""
PARAMETERS = {
    "n": {"type": "integer", "default": 0}, "seconds": {"type": "number", "default": 0}, "fail": {"type": "boolean", "default": False}}


def tool(name: str, **cache: Any) -> dict[str, Any]:
    """A tool that counts how often it runs."""
    return {"name": name, "description": "Counts", "parameters": PARAMETERS, "implementation": WORK, "timeout_seconds": 5, "cache": cache}


TOOLS = [tool("own", ttl_seconds=60), tool("short", ttl_seconds=3), tool("public", ttl_seconds=60, scope="public")]


class Site:
    """A project with a cache, and what its servers are started with."""

    def __init__(self, tmp_path: Path, serve: Serve, options: dict[str, Any], redis_url: str) -> None:
        name = f"sample-{time.time_ns()}"[:40]  # keys of its own in Redis
        form = {
            "server_name": name, "capabilities": ["tools", "caching", "resources"], "custom_tools": TOOLS,
            "options": {"caching": {"tools": True, **options}},
            "custom_resources": [{"uri": "a://b", "name": "b", "text": "hello"}]}
        self.project = with_callers(craft(tmp_path, form))
        self._runs = tmp_path / "runs"
        self._runs.touch()
        self._environment = {"RUNS": str(self._runs), "REDIS_URL": redis_url}
        self._serve = serve

    def start(self) -> Server:
        """One more server process."""
        return self._serve(self.project, **self._environment)

    @property
    def runs(self) -> int:
        """How often the tools ran."""
        return self._runs.stat().st_size


Make = Callable[..., Site]


@pytest.fixture
def make(tmp_path: Path, serve: Serve, redis_url: str) -> Make:
    """`make(backend, **options)` makes a site."""

    def site(backend: str, url: str = redis_url, **options: Any) -> Site:
        return Site(tmp_path, serve, {"backend": backend, **options}, url)

    return site


def together(work: list[Callable[[], Any]]) -> list[Any]:
    """What they return when they run at the same time."""
    with ThreadPoolExecutor(len(work)) as threads:
        return [future.result() for future in [threads.submit(one) for one in work]]


@pytest.mark.parametrize("backend", BACKENDS)
def test_whose_result_it_is(make: Make, backend: str) -> None:
    site = make(backend)
    server = site.start()
    assert [call(server, "own"), call(server, "own", n=0), call(server, "own", fail=False)] == [{"run": 1}] * 3
    assert call(server, "own", n=1) == {"run": 2}
    assert call(server, "own", "bob") == {"run": 3}
    assert [call(server, "public"), call(server, "public", "bob")] == [{"run": 4}] * 2
    stats = call(server, "cache_stats")
    assert stats == {"backend": backend, "entries": 4, "max_entries": 1000, "hits": 3, "misses": 4, "failures": 0}


@pytest.mark.parametrize("backend", BACKENDS)
def test_results_grow_old_and_errors_are_never_kept(make: Make, backend: str) -> None:
    site = make(backend)
    server = site.start()
    assert [call(server, "short"), call(server, "short")] == [{"run": 1}] * 2
    time.sleep(3.2)
    assert call(server, "short") == {"run": 2}
    for _ in range(2):
        with pytest.raises(Failed):
            call(server, "own", fail=True)
    assert site.runs == 4


@pytest.mark.parametrize("backend", BACKENDS)
def test_one_computes_for_all_in_one_process(make: Make, backend: str) -> None:
    site = make(backend)
    server = site.start()
    assert together([lambda: call(server, "own", seconds=0.5)] * 8) == [{"run": 1}] * 8
    assert site.runs == 1


@pytest.mark.parametrize("backend", SHARED)
def test_one_computes_for_all_in_two_processes(make: Make, backend: str) -> None:
    site = make(backend)
    servers = [site.start(), site.start()]
    for n in range(5):
        work = [lambda server=server, n=n: call(server, "own", n=n, seconds=0.3) for server in servers * 4]
        assert together(work) == [{"run": n + 1}] * 8
    assert site.runs == 5


@pytest.mark.parametrize("backend", SHARED)
def test_a_process_that_dies_keeps_nobody_waiting_for_long(make: Make, backend: str) -> None:
    site = make(backend)
    dying, living = site.start(), site.start()
    with ThreadPoolExecutor(1) as threads:
        lost = threads.submit(lambda: call(dying, "own", seconds=2))
        services.wait_for(lambda: site.runs == 1, "the call")
        dying.process.kill()
        began = time.monotonic()
        assert call(living, "own", seconds=2) == {"run": 2}
        assert 3 < time.monotonic() - began < 20, "it waits as long as the tool may take, then computes"
        assert lost.exception() is not None


@pytest.mark.parametrize("backend", BACKENDS)
def test_no_more_entries_than_allowed(make: Make, backend: str) -> None:
    server = make(backend, max_entries=3).start()
    for n in range(6):
        call(server, "own", n=n)
    assert call(server, "cache_stats")["entries"] == 3
    assert call(server, "own", n=5) == {"run": 6}
    assert call(server, "own", n=0) == {"run": 7}


@pytest.mark.parametrize("backend", SHARED)
def test_a_restart_keeps_results_and_new_code_does_not_read_them(make: Make, backend: str) -> None:
    site = make(backend)
    server = site.start()
    assert call(server, "own") == {"run": 1}
    assert server.stop() == 0
    server = site.start()
    assert call(server, "own") == {"run": 1}
    assert server.stop() == 0
    with (site.project / "src/tools/short.py").open("a") as file:
        file.write("# another version\n")
    assert call(site.start(), "own") == {"run": 2}


@pytest.mark.parametrize("backend", BACKENDS)
def test_tools_for_administrators(make: Make, backend: str) -> None:
    server = make(backend).start()
    assert call(server, "cache_get", key="k") == {"found": False}
    assert call(server, "cache_set", key="k", value={"a": [1]}) == {"stored": True}
    assert call(server, "cache_set", key="k*", value=None, ttl_seconds=3) == {"stored": True}
    assert call(server, "cache_get", "bob", key="k") == {"found": True, "value": {"a": [1]}}
    assert call(server, "cache_get", key="k*") == {"found": True, "value": None}
    time.sleep(3.2)
    assert call(server, "cache_get", key="k*") == {"found": False}
    assert call(server, "cache_delete", key="k?") == {"deleted": 0}
    assert call(server, "cache_delete", key="k") == {"deleted": 1}
    call(server, "own")
    call(server, "own", n=1)
    call(server, "public")
    assert call(server, "cache_delete", tool="own") == {"deleted": 2}
    assert [call(server, "own"), call(server, "public")] == [{"run": 4}, {"run": 3}]
    for wrong in ({}, {"key": "a", "tool": "b"}, {"tool": "*"}):
        with pytest.raises(Failed):
            call(server, "cache_delete", **wrong)


def test_a_redis_that_is_down_is_a_miss(make: Make, tmp_path: Path) -> None:
    port = services.free_port()
    site = make("redis", url=f"redis://:s3cr3t@127.0.0.1:{port}/0")
    server = site.start()
    assert [call(server, "own"), call(server, "own")] == [{"run": 1}, {"run": 2}]
    assert call(server, "cache_stats")["entries"] is None
    assert call(server, "cache_set", key="k", value=1) == {"stored": False}
    words = [str(shutil.which("redis-server")), "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", str(tmp_path), "--requirepass", "s3cr3t"]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL) as redis:
        try:
            services.wait_for(lambda: call(server, "cache_stats")["entries"] is not None, "the return of the cache")
            assert call(server, "own") == call(server, "own") == {"run": 3}
        finally:
            redis.kill()
    assert [call(server, "own"), call(server, "own")] == [{"run": 4}, {"run": 5}]
    assert together([lambda: call(server, "own", seconds=0.3)] * 4) == [{"run": 6}] * 4
    assert "s3cr3t" not in server.said()
    assert "Traceback" not in server.said()


def test_a_file_that_is_no_database_is_made_anew(make: Make) -> None:
    site = make("sqlite")
    (site.project / "data").mkdir()
    (site.project / "data" / f"{site.project.name}-cache.db").write_bytes(b"not a database" * 1000)
    server = site.start()
    assert [call(server, "own"), call(server, "own")] == [{"run": 1}] * 2


def test_clients_are_told_how_long_they_may_keep_what_they_get(make: Make) -> None:
    server = make("memory", list_ttl_ms=7000, resource_ttl_ms=9000).start()
    listed, read = ask(server, "tools/list"), ask(server, "resources/read", uri="a://b")
    assert (listed["ttlMs"], read["ttlMs"], read["cacheScope"]) == (7000, 9000, "private")
    assert listed["cacheScope"] == "private", "callers are told apart"


def test_several_workers_and_tools_need_a_shared_cache(make: Make) -> None:
    site = make("memory")
    site._environment["MCP_WORKERS"] = "2"
    with pytest.raises(AssertionError, match="MCP_WORKERS"):
        site.start()
