"""Events reach whoever wants them: signed, tried again, replayed; never where they must not go."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import anyio
import pytest

from src.main import build
from src.modules.persistence import Persistence
from src.modules.webhooks import Webhooks
from src.runtime import Context, Peer, ToolError
from src.webhooks.addresses import read_networks
from src.webhooks.guard import Guard, Refused

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

pytestmark = pytest.mark.anyio
ANY = {"events": [], "description": ""}


class Receiver:
    """A server on this machine that says what it is told to."""

    def __init__(self) -> None:
        self.port = 0
        self.answers: list[str] = []
        self.got: list[tuple[str, Any]] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next(
            int(line.split(":")[1]) for line in head.splitlines() if "ontent-length" in line.lower()
        )
        self.got.append((head.lower(), json.loads(await reader.readexactly(length))))
        status = self.answers.pop(0) if self.answers else "200 OK"
        if status:
            writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 2\r\n\r\nok".encode())
            await writer.drain()
        writer.close()


class Sender:
    """A server with its webhooks, and a receiver that it may reach."""

    def __init__(self, module: Webhooks, ctx: Context, receiver: Receiver) -> None:
        self.module, self.ctx, self.receiver = module, ctx, receiver
        self.url = f"http://127.0.0.1:{receiver.port}/hook?a=1"

    async def until(self, status: str) -> list[dict[str, Any]]:
        """Deliveries, as soon as one has that status."""
        with anyio.fail_after(10):
            while True:
                history = await self.module.tool_webhook_history(self.ctx, limit=10)
                found: list[dict[str, Any]] = history["deliveries"]
                if status in [d["status"] for d in found]:
                    return found
                await anyio.sleep(0.02)


@asynccontextmanager
async def sending(monkeypatch: pytest.MonkeyPatch, folder: Path) -> AsyncIterator[Sender]:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{folder}/webhooks.db")
    app, receiver = build(), Receiver()
    module = Webhooks.of(app)
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    receiver.port = server.sockets[0].getsockname()[1]
    module.guard.schemes = frozenset({"http", "https"})
    module.guard.ports = frozenset({receiver.port, 443})
    module.guard.networks = tuple(read_networks(["127.0.0.0/8"]))
    async with server, app.life.run():
        with anyio.fail_after(10):
            await Persistence.of(app).ready()
        yield Sender(module, Context(app, Peer("ann")), receiver)


async def test_an_event_is_delivered_and_replayed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with sending(monkeypatch, tmp_path) as sender:
        module, ctx = sender.module, sender.ctx
        made = await module.tool_webhook_register(ctx, url=sender.url, **ANY)
        await module.tool_webhook_rotate_secret(ctx, webhook=made["webhook"], overlap_hours=1)
        await module.tool_webhook_trigger(ctx, event="order.paid", data={"n": 1})
        first = await sender.until("delivered")
        sent = await module.tool_webhook_replay(ctx, delivery=first[0]["delivery"])
        with anyio.fail_after(10):
            while len(sender.receiver.got) < 2:  # noqa: ASYNC110 - it comes from outside
                await anyio.sleep(0.02)
        await module.send("ann", "order.paid", 2)
        listed = await module.tool_webhook_list(ctx)
        with pytest.raises(ToolError, match="No such"):
            await module.tool_webhook_delete(Context(ctx.app, Peer("bob")), webhook=made["webhook"])
        gone = await module.tool_webhook_delete(ctx, webhook=made["webhook"])
        figures = module.gauges()
    head, body = sender.receiver.got[0]
    assert (body["type"], body["data"]) == ("order.paid", {"n": 1})
    assert head.count("v1,") == 2  # both secrets sign
    assert "secret" not in json.dumps(listed)
    assert sent["replayed"]
    assert gone["deleted"]
    assert figures["sent"] >= 2


async def test_a_failed_delivery_is_tried_again_and_given_up(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with sending(monkeypatch, tmp_path) as sender:
        module, ctx = sender.module, sender.ctx
        monkeypatch.setattr(module.worker, "_retries", (0.05, 0.05))
        sender.receiver.answers = ["503 Busy\r\nRetry-After: 0", "", "500 Oh"]
        made = await module.tool_webhook_register(ctx, url=sender.url, **ANY)
        await module.tool_webhook_trigger(ctx, event="a.b", data=None)
        dead = await sender.until("dead")
        assert len(dead[0]["attempts"]) == 3
        await module.tool_webhook_replay(ctx, webhook=made["webhook"])
        await sender.until("delivered")
        sender.receiver.answers = ["410 Gone"]
        await module.tool_webhook_trigger(ctx, event="a.b", data=None)
        await sender.until("dead")
        listed = await module.tool_webhook_list(ctx)
    assert listed["webhooks"][0]["disabled"]


async def test_what_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async with sending(monkeypatch, tmp_path) as sender:
        module, ctx = sender.module, sender.ctx
        with pytest.raises(ToolError, match="url"):
            await module.tool_webhook_register(ctx, url="https://10.0.0.1/", **ANY)
        for event, data in (("Not an event", 1), ("a.b", "x" * (1 << 17))):
            with pytest.raises(ToolError):
                await module.tool_webhook_trigger(ctx, event=event, data=data)
        with pytest.raises(ToolError):
            await module.tool_webhook_replay(ctx)
        module.max_webhooks, module.max_waiting = 1, 0
        await module.tool_webhook_register(ctx, url=sender.url, events=["a.*"], description="")
        with pytest.raises(ToolError, match="delete one"):
            await module.tool_webhook_register(ctx, url=sender.url, **ANY)
        with pytest.raises(ToolError, match="wait already"):
            await module.tool_webhook_trigger(ctx, event="a.b", data=1)


URLS = [
    "ftp://example.com/",
    "http://example.com/",
    "https://user@example.com/",
    "https://example.com/#x",
    "https://example.com:22/",
    "https://example.com:x/",
    "https://localhost/",
    "https://a.internal/",
    "https://127.0.0.1/",
    "https://[::1]/",
    "https://0x7f.1/",
    "https://exa mple.com/",
    "https://" + "a" * 3000,
]


@pytest.mark.parametrize("url", URLS)
def test_addresses_that_are_not_public(url: str) -> None:
    with pytest.raises(Refused):
        Guard().read(url)


@pytest.mark.parametrize(
    ("answers", "good"),
    [
        (["93.184.216.34"], True),
        (["93.184.216.34", "10.0.0.1"], False),
        ([], False),
        (["?"], False),
    ],
)
async def test_every_address_of_a_name_counts(answers: list[str], *, good: bool) -> None:
    async def resolve(_host: str, _port: int) -> list[str]:
        return answers

    guard = Guard(resolve=resolve)
    target = guard.read("https://example.com/")
    if good:
        assert len(await guard.pin(target)) == 1
    else:
        with pytest.raises(Refused):
            await guard.pin(target)
