"""Serves over stdio: both protocol eras in one process, nothing else on stdout, prompt exit.

The SDK gives a connection to the era of its first request, but there are clients that probe with
`server/discover` and then send `initialize` all the same. So two of the SDK's loops run behind one
reader, and each message goes to its era.
"""

from __future__ import annotations

import asyncio
import logging
import os
import select
import signal
import sys
import threading
import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Self

import anyio
from mcp.server.runner import serve_dual_era_loop
from mcp.server.stdio import stdio_server
from mcp.shared.message import SessionMessage
from mcp_types import (
    INVALID_REQUEST,
    PARSE_ERROR,
    PROTOCOL_VERSION_META_KEY,
    ErrorData,
    JSONRPCError,
    JSONRPCNotification,
    JSONRPCRequest,
    JSONRPCResponse,
)
from pydantic import ValidationError

from .http import leave

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
    from mcp.shared._stream_protocols import ReadStream, WriteStream
    from mcp_types import JSONRPCMessage

    from .app import App

    Inbox = MemoryObjectSendStream[SessionMessage | Exception]
    Outbox = MemoryObjectReceiveStream[SessionMessage | Exception]
    Read = ReadStream[SessionMessage | Exception]

log = logging.getLogger(__name__)
DRAIN_S = 0.5
"""How long calls may still finish after the end of input."""
GRACE_S = 1.2
"""When the process ends at the latest, whatever a tool is doing."""
POLL_MS = 250
REMEMBERED = 4096
ERAS = ("legacy", "modern")


def serve_stdio(build: Callable[[], App]) -> None:
    """Serve until the end of input, SIGTERM or SIGINT, or until the parent is gone."""
    asyncio.run(_main(build))


async def _main(build: Callable[[], App]) -> None:
    stop = anyio.Event()
    _obey_signals(stop)
    hangup = os.dup(0)
    async with stdio_server() as (read, write):
        # From here on fd 1 is stderr: whatever a tool's file prints when imported is harmless.
        try:
            ended = await _serve(build(), read, write, stop, hangup)
        except Exception:
            log.exception("the server cannot go on")
            leave(1)
        if not ended:
            leave()  # the SDK's reader thread still waits for input and cannot be stopped
        sys.stdout.flush()
        await write.aclose()
    os._exit(0)  # all answers are out; threads that still run a tool cannot be stopped


def _obey_signals(stop: anyio.Event) -> None:
    loop = asyncio.get_running_loop()

    def on_signal(_number: int, _frame: object) -> None:
        # Not loop.add_signal_handler: that waits for a loop which a tool may be blocking.
        limit = threading.Timer(GRACE_S, os._exit, (0,))
        limit.daemon = True
        limit.start()
        loop.call_soon_threadsafe(stop.set)

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)


async def _serve(
    app: App,
    read: Read,
    write: WriteStream[SessionMessage],
    stop: anyio.Event,
    hangup: int,
) -> bool:
    """Returns whether the input has ended; else we were told to stop."""
    if hasattr(select, "poll"):  # not on Windows
        threading.Thread(target=_watch, args=(hangup, os.getppid()), daemon=True).start()
    router = _Router(write)
    async with app.server.lifespan(app.server) as state, anyio.create_task_group() as group:
        for era in ERAS:
            group.start_soon(_serve_era, app, router.open(era), router, state)
        group.start_soon(_pump, read, router, stop)
        await stop.wait()
        group.cancel_scope.cancel()
    return router.ended


async def _pump(read: Read, router: _Router, stop: anyio.Event) -> None:
    async for item in read:
        if isinstance(item, Exception):
            await router.send(_unreadable(item))  # the SDK would stay silent
        else:
            await router.route(item)
    router.ended = True
    with anyio.move_on_after(DRAIN_S):
        await router.idle()
    stop.set()


async def _serve_era(
    app: App,
    inbox: Outbox,
    router: _Router,
    state: Any,
) -> None:
    options = app.server.create_initialization_options()
    await serve_dual_era_loop(app.server, inbox, router, lifespan_state=state, init_options=options)


class _Router:
    """Gives each message to the loop of its era, and collects what both have to say."""

    def __init__(self, write: WriteStream[SessionMessage]) -> None:
        self._write = write
        self._inboxes: dict[str, Inbox] = {}
        self._running: OrderedDict[Any, str] = OrderedDict()
        self._answered = anyio.Event()
        self.ended = False
        """Whether no more messages will come."""

    def open(self, era: str) -> Outbox:
        send, receive = anyio.create_memory_object_stream[SessionMessage | Exception](16)
        self._inboxes[era] = send
        return receive

    async def route(self, item: SessionMessage) -> None:
        await self._inboxes[self._era(item.message)].send(item)

    def _era(self, message: JSONRPCMessage) -> str:
        if isinstance(message, JSONRPCRequest):
            enveloped = message.method != "initialize" and _is_enveloped(message)
            era = ERAS[enveloped]
            self._running[message.id] = era
            if len(self._running) > REMEMBERED:
                self._running.popitem(last=False)
            return era
        if isinstance(message, JSONRPCNotification) and message.method == "notifications/cancelled":
            return self._running.pop((message.params or {}).get("requestId"), ERAS[0])
        return ERAS[0]

    async def idle(self) -> None:
        """Returns when every request has its answer."""
        while self._running:
            self._answered = anyio.Event()
            await self._answered.wait()

    async def send(self, item: SessionMessage, /) -> None:
        await self._write.send(item)
        if isinstance(item.message, JSONRPCResponse | JSONRPCError):
            self._running.pop(item.message.id, None)
            self._answered.set()

    async def aclose(self) -> None:
        """Nothing: neither loop owns the stream."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        _type: type[BaseException] | None,
        _value: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        return None


def _is_enveloped(message: JSONRPCRequest) -> bool:
    meta = (message.params or {}).get("_meta")
    return isinstance(meta, dict) and PROTOCOL_VERSION_META_KEY in meta


def _unreadable(error: Exception) -> SessionMessage:
    broken = isinstance(error, ValidationError) and any(
        e["type"] == "json_invalid" for e in error.errors()
    )
    code, words = PARSE_ERROR, "Parse error"
    if not broken:
        code, words = INVALID_REQUEST, "Not a single JSON-RPC 2.0 message"
    return SessionMessage(
        JSONRPCError(jsonrpc="2.0", id=None, error=ErrorData(code=code, message=words))
    )


def _watch(fd: int, parent: int) -> None:
    """Leave, even if a tool blocks the loop, when input hangs up or the parent is gone."""
    poller = select.poll()
    poller.register(fd, 0)
    while True:
        events = poller.poll(POLL_MS)
        hung_up = any(event & (select.POLLHUP | select.POLLERR) for _, event in events)
        if hung_up or os.getppid() != parent:
            time.sleep(GRACE_S)
            os._exit(0)
