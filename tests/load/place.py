"""What is under load: a server with all ten capabilities in two workers, PostgreSQL, Redis, a receiver, users."""

from __future__ import annotations

import os
import subprocess
import sys
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "capabilities"))

import services  # noqa: E402
from matrix import CAPABILITIES  # noqa: E402
from receiver import Got, Receiver, say  # noqa: E402

from conftest import Server, craft  # noqa: E402

ADMINS_PASSWORD = "correct horse battery"
MEMBERS = ("ann", "bea", "cid", "dan", "eve", "fay", "gus", "hal")
LIMITED, ADMIN, VISITOR = "lim", "root", "vic"
ROLES = dict.fromkeys(MEMBERS, "member") | {LIMITED: "member", VISITOR: "visitor"}
LIMIT = {"requests": 30, "seconds": 60, "burst": 5}
TOKEN_MINUTES = 2
DRAIN_S = 5
SLOW_S = 1.5
_ROOMY = {"requests": 1_000_000, "seconds": 1, "burst": 1_000_000}
_SLOW = f"""
import asyncio, os
with open(os.environ["LOAD_MARKS"], "a", encoding="ascii") as file:
    file.write(kwargs["mark"] + chr(10))
await asyncio.sleep({SLOW_S})
return kwargs["mark"]
"""
_LOOK_UP = """
import secrets
return kwargs["key"] + " " + secrets.token_hex(8)
"""
_LATE = """
import asyncio
await asyncio.sleep(20)
"""
_PARTS = """
for n in range(kwargs["count"]):
    yield f"part {n};"
"""
LEAK = """
import sys
sys.modules.setdefault("leak", []).append(bytearray(200_000))
return kwargs["text"]
"""
"""The body of a tool that forgets nothing."""


def _tool(name: str, body: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "description": name, "implementation": body, "probe": False} | more


def form(port: int, echo: str) -> dict[str, Any]:
    """Tools that do what traffic wants, `echo` with that body; webhooks may go to that port."""
    text = {"text": {"type": "string"}}
    return {
        "capabilities": list(CAPABILITIES),
        "custom_tools": [
            _tool("echo", echo, parameters=text),
            _tool("look_up", _LOOK_UP, parameters={"key": {"type": "string"}}, cache={"ttl_seconds": 30}),
            _tool("slow", _SLOW, parameters={"mark": {"type": "string"}}),
            _tool("parts", _PARTS, parameters={"count": {"type": "integer"}}),
            _tool("late", _LATE, parameters={}, timeout_seconds=0.3),
            _tool("fail", "raise ValueError('not for callers')", parameters={}),
            _tool("vault", "return 'gold'", parameters={}, scopes=["vault"]),
        ],
        "custom_resources": [{"uri": "notes://all", "name": "notes", "text": "nothing yet"}],
        "custom_prompts": [{"name": "greet", "description": "Greets", "arguments": [{"name": "who"}],
                            "messages": [{"role": "user", "content": {"type": "text", "text": "Hello {who}"}}]}],
        "options": {
            "authentication": {
                "tools": True, "access_minutes": TOKEN_MINUTES,
                "roles": {"admin": ["*", "admin"], "visitor": [],
                          "member": ["values:read", "values:write", "streams:read", "streams:write", "webhooks:manage", "webhooks:send"]}},
            "rate_limiting": {"backend": "redis", "tools": True, "rate": _ROOMY, "http_rate": _ROOMY, "failure_rate": _ROOMY,
                              "tiers": [{"name": "small", "principals": [LIMITED], "rate": LIMIT}]},
            "caching": {"backend": "redis", "tools": True},
            "monitoring": {"tools": True},
            "streaming": {"idle_seconds": 60},
            "webhooks": {"allow_http": True, "allow_networks": ["127.0.0.1/32"], "ports": [port], "retry_seconds": [0.5, 1, 2, 4], "history_days": 0.01},
        },
    }


class Hooks(Receiver):
    """Refuses every tenth message once, so that it comes again."""

    def __init__(self) -> None:
        super().__init__()
        self._refused: set[str] = set()
        self.answer = self._answer

    def _answer(self, handler: BaseHTTPRequestHandler, got: Got) -> None:
        message = got.headers["webhook-id"]
        refuse = zlib.crc32(message.encode()) % 10 == 0 and message not in self._refused
        self._refused.add(message)
        say(handler, 500 if refuse else 204)


@dataclass
class Place:
    """Everything that runs, and where to reach it."""

    server: Server
    hooks: Hooks
    metrics: int
    marks: Path
    """A line for each call of `slow` that began."""
    passwords: dict[str, str] = field(default_factory=lambda: {ADMIN: ADMINS_PASSWORD})
    expected_failures: int = 0
    """Calls of `fail` so far: each leaves one traceback in the log."""

    def workers(self) -> list[int]:
        """Process ids, in order."""
        pid = self.server.process.pid
        return sorted(int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split())


@contextmanager
def running(folder: Path, *, leaking: bool) -> Iterator[Place]:
    """The place with its administrator; on the way out whatever still runs is ended."""
    with ExitStack() as stack:
        redis_url = stack.enter_context(services.redis())
        database = stack.enter_context(services.postgres()).database("load")
        hooks = Hooks()
        stack.callback(hooks.close)
        project = craft(folder, form(hooks.port, LEAK if leaking else "return kwargs['text']"))
        metrics, marks = services.free_port(), folder / "marks"
        environment = {
            "DATABASE_URL": database, "REDIS_URL": redis_url, "AUTH_SIGNING_KEY": "for this load alone: 0123456789 abcdefghijklmnopqrstuvwxyz",
            "AUTH_RESOURCE": "http://localhost:8000/mcp", "MCP_WORKERS": "2", "MCP_METRICS_PORT": str(metrics),
            "MCP_DRAIN_SECONDS": str(DRAIN_S), "MCP_AUDIT_LOG": str(folder / "audit.log"), "LOAD_MARKS": str(marks)}
        _create_admin(project, environment)
        server = Server(project, environment)
        stack.callback(lambda: server.process.poll() is None and server.process.kill())
        services.wait_for(lambda: services.is_open(metrics), "the port of /metrics")
        yield Place(server, hooks, metrics, marks)


def _create_admin(project: Path, environment: dict[str, str]) -> None:
    done = subprocess.run([sys.executable, "-m", "src.authentication", "create-user", ADMIN, "--role", "admin"], cwd=project,
                          env={"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1", **environment},
                          input=ADMINS_PASSWORD + "\n", capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
