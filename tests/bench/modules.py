"""What the ten modules cost: CPU of the server per call with all of them and with none, in the same run.

Rounds of both servers alternate, so that whatever else the machine does disturbs both alike. With backends in memory and
verified tokens cached the ratio has a budget; figures with Redis, SQLite and PostgreSQL are only told.
"""

from __future__ import annotations

import argparse
import secrets
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "capabilities"))

import httpx2  # noqa: E402
import issuer as issuers  # noqa: E402
import services  # noqa: E402
from measure import cpu  # noqa: E402

from conftest import Server, craft  # noqa: E402

BUDGET = 1.3
ROUNDS, CALLS, WARM_UP = 20, 200, 150
AUDIENCE = "https://mcp.example.com/mcp"
VERSION = "2026-07-28"
META = {"io.modelcontextprotocol/protocolVersion": VERSION, "io.modelcontextprotocol/clientCapabilities": {}}
ALL = ["tools", "resources", "prompts", "monitoring", "persistence", "authentication", "rate_limiting", "caching", "webhooks", "streaming"]
ROOMY = {"requests": 1_000_000, "seconds": 1, "burst": 1_000_000}
TOOL = {"name": "look_up", "description": "Looks something up", "parameters": {"key": {"type": "string"}}, "implementation": "return 'value of ' + kwargs['key']"}


class Caller:
    """Calls one server over a kept connection."""

    def __init__(self, server: Server, token: str, tool: str = "look_up") -> None:
        self.pid, self._url, self._tool = server.process.pid, server.url, tool
        self._more: dict[str, Any] = {}
        headers = {"accept": "application/json, text/event-stream", "mcp-protocol-version": VERSION, "mcp-method": "tools/call", "mcp-name": tool}
        self._client = httpx2.Client(headers=headers | ({"authorization": f"Bearer {token}"} if token else {}), timeout=30)

    def call(self, key: str) -> None:
        """One call; must succeed."""
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": self._tool, "arguments": {"key": key, **self._more}, "_meta": META}}
        answer = self._client.post(self._url, json=body)
        assert answer.status_code == 200 and '"isError":true' not in answer.text, answer.text

    def round(self, calls: int, keys: int) -> float:
        """Milliseconds of CPU per call, over so many calls with so many different arguments."""
        names = [secrets.token_hex(8) for _ in range(keys)]
        before = cpu(self.pid)
        for number in range(calls):
            self.call(names[number % keys])
        return (cpu(self.pid) - before) / calls * 1000


def form(capabilities: list[str], *, cached: bool, **options: Any) -> dict[str, Any]:
    """A form with one tool, which the cache keeps or does not."""
    tool = TOOL | ({"cache": {"ttl_seconds": 3600}} if cached else {})
    options = {"authentication": {"mode": "issuer"}, "rate_limiting": {"rate": ROOMY, "http_rate": ROOMY}} | options
    return {"capabilities": capabilities, "custom_tools": [tool], "options": {name: value for name, value in options.items() if name in capabilities}}


class Bench:
    """Starts servers and compares them."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder, self._stack = folder, stack
        self._issuer = stack.enter_context(issuers.running(AUDIENCE))
        self._token = self._issuer.token(exp=2_000_000_000, scope="values:write")

    def caller(self, name: str, made: dict[str, Any], **environment: str) -> Caller:
        """Of a new server."""
        folder = self._folder / name.replace(" ", "-").replace(",", "")
        folder.mkdir()
        server = Server(craft(folder, made), {"AUTH_ISSUER": self._issuer.url, "AUTH_RESOURCE": AUDIENCE, "MCP_AUDIT_LOG": str(folder / "audit.log"),
                                              "MCP_METRICS_PORT": str(services.free_port()), **environment})
        self._stack.callback(server.stop)
        return Caller(server, self._token if "authentication" in made["capabilities"] else "")

    def compare(self, name: str, ours: Caller, yardstick: Caller, *, keys: int = CALLS) -> float:
        """Print the medians; return the median of the rounds' ratios, for what disturbs one server of a round disturbs both."""
        figures: dict[Caller, list[float]] = {ours: [], yardstick: []}
        for caller in figures:
            caller.round(WARM_UP, WARM_UP)
        for _ in range(ROUNDS):
            for caller, found in figures.items():
                found.append(caller.round(CALLS, keys))
        mine, theirs = (statistics.median(found) for found in figures.values())
        ratio = statistics.median(a / b for a, b in zip(*figures.values(), strict=True))
        print(f"{name}: {mine:.3f} ms / {theirs:.3f} ms, ratio {ratio:.2f}", flush=True)
        return ratio


@contextmanager
def bench() -> Iterator[Bench]:
    """With an issuer and a folder, both gone afterwards."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        yield Bench(Path(folder), stack)


def measure(*, quick: bool) -> float:
    """All figures; returns the one with a budget."""
    with bench() as run:
        none = run.caller("none", form(["tools"], cached=False))
        all_in_memory = run.caller("all", form(ALL, cached=False))
        ratio = run.compare("all ten modules, in memory, cpu per call", all_in_memory, none)
        if quick:
            return ratio
        kept = run.caller("kept", form(ALL, cached=True))
        run.compare("all ten modules, answers from the cache", kept, none, keys=1)
        for module in ("monitoring", "persistence", "authentication", "rate_limiting", "caching", "webhooks", "streaming"):
            needed = ["persistence"] if module == "webhooks" else []
            run.compare(f"{module} alone", run.caller(module, form(["tools", *needed, module], cached=module == "caching")), none)
        shared = {"caching": {"backend": "redis"}, "rate_limiting": {"rate": ROOMY, "http_rate": ROOMY, "backend": "redis"}}
        with services.redis() as redis_url:
            limited = run.caller("redis", form(ALL, cached=False, **shared), REDIS_URL=redis_url)
            run.compare("all ten modules, limits in Redis", limited, none)
            hits = run.caller("redis hits", form(ALL, cached=True, **shared), REDIS_URL=redis_url)
            run.compare("all ten modules, limits in Redis and answers from its cache", hits, none, keys=1)
        stored = run.caller("sqlite cache", form(ALL, cached=True, caching={"backend": "sqlite"}))
        run.compare("all ten modules, answers from a cache in SQLite", stored, none, keys=1)
        with services.postgres() as server:
            for name, url in (("SQLite", ""), ("PostgreSQL", server.database("bench"))):
                storing = run.caller(name, form(ALL, cached=False), DATABASE_URL=url)
                run.compare(f"all ten modules, storing a value in {name}", Writer(storing), none)
        return ratio


class Writer(Caller):
    """Reads values instead of calling the plain tool."""

    def __init__(self, other: Caller) -> None:
        self.__dict__ |= other.__dict__
        self._tool, self._more = "store_value", {"value": "x"}
        self._client.headers["mcp-name"] = self._tool


def main() -> int:
    """0 when within the budget."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only the figure with a budget")
    ratio = measure(quick=parser.parse_args().quick)
    good = ratio <= BUDGET
    print(f"{'ok  ' if good else 'FAIL'} all ten modules cost {ratio:.2f} of none; the budget is {BUDGET}")
    print(f"{int(good)} passed, {int(not good)} failed, 0 skipped")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
