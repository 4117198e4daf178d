"""What the tests share: the server put together afresh, and callers of every kind."""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest
from mcp import Client

from offers import Offers
from src.main import ROOT, build
from src.runtime import App, Manifest
from src.runtime.manifest import ModuleSpec

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from starlette.types import ASGIApp, Message

MANIFEST = Manifest.load(ROOT / "manifest.json")
ERAS = ("2026-07-28", "2025-11-25")
ENVELOPE = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
}
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"_meta": ENVELOPE}}
LIST_HEADERS = {"mcp_protocol_version": "2026-07-28", "mcp_method": "tools/list"}
MODULES = [module.name for module in MANIFEST.modules]
_MODES = {"2026-07-28": "auto", "2025-11-25": "legacy"}


@pytest.fixture
def anyio_backend() -> str:
    """The event loop that the server runs on."""
    return "asyncio"


@pytest.fixture(autouse=True)
def _variables(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Required variables get a value; the tests never need a real one, nor the server's data."""
    monkeypatch.setenv("MCP_DATA_FOLDER", str(tmp_path))
    for variable in MANIFEST.environment:
        if variable.required:
            monkeypatch.setenv(variable.name, "for-tests-only")


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> App:
    """A server with the module of offers.py alone."""
    module = ModuleType("src.modules.offers")
    module.__dict__["MODULE"] = Offers
    monkeypatch.setitem(sys.modules, module.__name__, module)
    spec = (ModuleSpec("offers", {}),)
    mine = replace(MANIFEST, modules=spec, tools=(), resources=(), prompts=(), environment=())
    return App(replace(mine, options=replace(mine.options, page_size=2)), package="src")


def needs(module: str) -> pytest.MarkDecorator:
    """Skip where a capability is off."""
    return pytest.mark.skipif(module not in MODULES, reason=f"{module} is not enabled")


@asynccontextmanager
async def connected(era: str) -> AsyncIterator[tuple[App, Client]]:
    """A fresh server, and a client of that era speaking to it in memory."""
    app = build()
    async with Client(app.server, mode=_MODES[era], cache=None) as client:
        yield app, client


async def every(listing: Callable[..., Awaitable[Any]], kind: str) -> list[Any]:
    """The entries of all pages of a list, for example `every(client.list_tools, "tools")`."""
    found, cursor = [], None
    while True:
        page = await listing(cursor=cursor)
        found += getattr(page, kind)
        cursor = page.next_cursor
        if cursor is None:
            return found


@asynccontextmanager
async def running(asgi: ASGIApp) -> AsyncIterator[None]:
    """The application between its start and its end."""
    inbox: asyncio.Queue[Message] = asyncio.Queue()
    outbox: asyncio.Queue[Message] = asyncio.Queue()
    scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}
    task = asyncio.ensure_future(asgi(scope, inbox.get, outbox.put))
    await inbox.put({"type": "lifespan.startup"})
    assert (await outbox.get())["type"] == "lifespan.startup.complete"
    try:
        yield
    finally:
        await inbox.put({"type": "lifespan.shutdown"})
        assert (await outbox.get())["type"] == "lifespan.shutdown.complete"
        await task


@dataclass
class Answer:
    """An HTTP response."""

    status: int
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


async def http(
    asgi: ASGIApp, method: str, path: str, message: Any = None, **headers: str
) -> Answer:
    """One HTTP request to the application, from this machine unless `host` says otherwise."""
    sent = {"host": "localhost", "accept": "application/json, text/event-stream"}
    sent |= {"content-type": "application/json"} | {
        k.replace("_", "-"): headers[k] for k in headers
    }
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(k.encode(), v.encode()) for k, v in sent.items()],
        "client": ("127.0.0.1", 50000),
    }
    body = b"" if message is None else json.dumps(message).encode()
    inbox: asyncio.Queue[Message] = asyncio.Queue()
    await inbox.put({"type": "http.request", "body": body, "more_body": False})
    answer = Answer(0, b"")

    async def send(event: Any) -> None:
        answer.status = event.get("status", answer.status)
        answer.body += event.get("body", b"")

    await asgi(scope, inbox.get, send)
    return answer
