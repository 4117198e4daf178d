"""Serves over Streamable HTTP at /mcp, and further routes on ports of their own."""

from __future__ import annotations

import asyncio
import gc
import ipaddress
import logging
import os
import signal
import socket
import sys
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, NoReturn

import anyio
import uvicorn
from mcp.server.transport_security import TransportSecuritySettings
from sse_starlette.sse import AppStatus
from starlette.responses import Response
from starlette.routing import Route, Router

from .door import PATH, Door

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator, Sequence
    from types import FrameType

    from starlette.requests import Request
    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp

    from .app import App

log = logging.getLogger(__name__)
GRACE_S = 1.0
"""Beyond `drain_seconds`, for whatever does not let go, such as a tool that blocks the loop."""
REMINDER_S = 60.0
LOOK_S = 0.1
"""How often a server that stops looks whether calls still run."""
NOT_STARTED = 3
"""Exit status when a module could not start."""
_STOPS = (signal.SIGTERM, signal.SIGINT)


class OpenError(RuntimeError):
    """The server would be open to other machines; the message says what to set."""


def asgi_app(app: App) -> ASGIApp:
    """The whole server as one ASGI application."""
    options = app.manifest.options
    starlette = app.server.streamable_http_app(
        streamable_http_path=PATH,
        # A session lives in one process, and any of several may get the next request.
        stateless_http=options.stateless_legacy or app.settings.workers > 1,
        max_request_body_size=options.max_body_bytes,
        # The door checks Host and Origin, for every route and more strictly.
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
        custom_starlette_routes=[*app.open_routes, *app.routes],  # type: ignore[list-item]
    )
    return Door(app, starlette)


def serve_http(app: App, listener: socket.socket | None = None) -> None:
    """Serve until SIGTERM or SIGINT; requests may finish for `drain_seconds`, then it is over."""
    settings = app.settings
    exposed = _exposed(app)
    server = _Server(_config(asgi_app(app), settings.drain_seconds), app)
    AppStatus.enable_automatic_graceful_drain = False  # it cuts answers off: see `_end_streams`
    for number in _STOPS:  # until the server listens to them: nothing has begun that could end
        signal.signal(number, lambda *_: leave())
    listener = listener or listen(settings.host, settings.port)

    async def main() -> None:
        async with anyio.create_task_group() as group:
            if exposed:
                group.start_soon(_remind)
            with suppress(SystemExit):  # so uvicorn leaves when a module could not start
                await server.serve(sockets=[listener])
            group.cancel_scope.cancel()

    asyncio.run(main())
    leave(0 if server.started else NOT_STARTED)


async def serve_routes(app: App, routes: Sequence[BaseRoute], host: str, port: int) -> None:
    """Serve more routes on a port of their own; for `app.spawn`.

    Host and Origin are checked as at /mcp; who calls is not: guard the port. With several workers
    any of them may answer.
    """
    listener = listen(host, port, shared=app.settings.workers > 1)
    log.info("also listening on http://%s", _address(listener))
    config = _config(Door(app, Router(routes), asks=False), 1.0, lifespan="off")
    await _Beside(config).serve(sockets=[listener])


def page(path: str, media_type: str, content: Callable[[], Awaitable[bytes]]) -> BaseRoute:
    """A route that shows `content()`."""

    async def show(_request: Request) -> Response:
        return Response(await content(), media_type=media_type)

    return Route(path, show, methods=["GET"])


def leave(status: int = 0) -> NoReturn:
    """End the process at once: threads that still run a tool cannot be stopped otherwise."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def _exposed(app: App) -> bool:
    """Whether anyone on the network may call; only someone who said so twice gets that."""
    settings = app.settings
    if app.authenticate is not None or is_loopback(settings.host):
        return False
    if settings.allowed_hosts and settings.insecure_no_auth:
        return True
    raise OpenError(
        f"refusing to listen on {settings.host}: there is no authentication, so anyone who "
        "reaches this address could call the tools.\n"
        "Listen on 127.0.0.1, or set MCP_ALLOWED_HOSTS to the names that clients use "
        "and MCP_INSECURE_NO_AUTH=1."
    )


def is_loopback(host: str) -> bool:
    """Whether only programs on this machine reach an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


async def _remind() -> None:
    while True:
        log.warning("open to the network without authentication (MCP_INSECURE_NO_AUTH=1)")
        await anyio.sleep(REMINDER_S)


def listen(host: str, port: int, *, shared: bool = False) -> socket.socket:
    """Open a port; `shared` lets other processes of the same user open it as well."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server(
            (host, port), family=family, backlog=2048, reuse_port=shared
        )
    except OSError as error:
        raise OSError(f"cannot listen on {host}:{port}: {error.strerror or error}") from error
    # Connections inherit it. asyncio sets it only where it made the listener itself; without it the
    # body of each answer on a kept connection waits 40 ms for an acknowledgement of the head.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _config(application: ASGIApp, drain: float, **more: Any) -> uvicorn.Config:
    return uvicorn.Config(
        application,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # the door knows which proxies to believe (MCP_TRUSTED_PROXIES)
        timeout_graceful_shutdown=max(1, round(drain)),
        **more,
    )


class _Server(uvicorn.Server):
    """Leaves with status 0 on SIGTERM, in time even if a tool blocks the loop."""

    def __init__(self, config: uvicorn.Config, app: App) -> None:
        super().__init__(config)
        self._app = app

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        for number in _STOPS:
            signal.signal(number, self.handle_exit)
        yield

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        limit = threading.Timer(self._app.settings.drain_seconds + GRACE_S, os._exit, (0,))
        limit.daemon = True
        limit.start()
        super().handle_exit(sig, frame)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        gc.freeze()  # what was loaded stays: nobody needs to look through it again
        for listener in sockets or () if self._app.settings.worker == 0 else ():
            sys.stderr.write(f"listening on http://{_address(listener)}{PATH}\n")
        sys.stderr.flush()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._app.updates.listen.close()
        ending = asyncio.create_task(_end_streams(self._app))
        try:
            await super().shutdown(sockets)
        finally:
            ending.cancel()


async def _end_streams(app: App) -> None:
    """End the event streams when no call needs one for its answer any more."""
    while app.running:  # noqa: ASYNC110 - calls shall not pay for an event
        await anyio.sleep(LOOK_S)
    await anyio.sleep(LOOK_S)  # for the last answer to be written
    AppStatus.should_exit = True


class _Beside(uvicorn.Server):
    """A server beside the main one, which alone deals with signals."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield
