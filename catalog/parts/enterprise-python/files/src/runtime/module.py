"""What a capability (monitoring, caching, …) may contribute to the server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.requests import HTTPConnection

    from .app import App
    from .call import Call, Next
    from .content import Result
    from .peer import Peer

    Enter = Callable[[HTTPConnection], Awaitable[Peer]]
    Json = Mapping[str, Any]


class Unreachable(str):
    """Why the server is not ready, when a service beside it does not answer: not its own fault."""

    __slots__ = ()


class Module:
    """Base of all capabilities; every step may be left as it is.

    Life of a module: `__init__(options)`, `prepare(function)` for each tool of the user's,
    `setup(app)` once while the server is put together, `start()` when the event loop runs,
    `around()` for every call, `stop()` in reverse order.
    A file in src/modules says `MODULE = ItsClass`; manifest.json names the files, outermost first.
    """

    stage: ClassVar[Literal["raw", "checked"]] = "raw"
    """Whether `around` sees calls as they came in, or after arguments were checked and filled."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self.options = options

    @classmethod
    def of(cls, app: App) -> Self:
        """The one of this server; `LookupError` if the capability is off."""
        name = cls.__module__.rpartition(".")[2]
        module = app.modules.get(name)
        if isinstance(module, cls):
            return module
        raise LookupError(f"the capability {name} is not enabled in this server")

    def prepare(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Replace a function of the user's when it is loaded; called before `setup`."""
        return function

    def setup(self, app: App) -> None:
        """Register tools, resources, prompts and routes. Nothing slow, no connections."""

    async def start(self) -> None:
        """Open connections, start background work with `app.spawn`."""

    async def stop(self) -> None:
        """Undo `start`."""

    async def around(self, call: Call, proceed: Next) -> Result:
        """Wrap one call: refuse it (raise `Denied`), answer it, or let it proceed."""
        return await proceed(call)

    async def enter(self, connection: HTTPConnection, proceed: Enter) -> Peer:
        """Wrap the question who an HTTP caller is: `proceed` answers it or raises `Refusal`."""
        return await proceed(connection)

    async def admit(self, connection: HTTPConnection, peer: Peer, message: Json | None) -> None:
        """Look at an HTTP request of a known caller, which at /mcp has a message; may refuse it."""

    def gauges(self) -> Mapping[str, float]:
        """Figures for monitoring, read at every scrape."""
        return {}

    async def problem(self) -> str | None:
        """Why the server is not ready, or None."""
        return None
