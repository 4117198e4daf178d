"""Who is at the other end of a call, whatever carries it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .errors import MissingCapability

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(slots=True)
class Peer:
    """A caller that can only call; transports with more to offer have a class of their own."""

    principal: str
    """Who it is: a user's name, an address, or `local`."""
    scopes: frozenset[str] = frozenset()
    via: str = "http"
    expires_at: float | None = None
    """When its permission ends, in seconds since 1970: long-lived connections end with it."""
    trusted: bool = False
    """The owner of this process: scopes are not checked."""
    client: str = ""
    """The program that calls for the principal, if it is known."""

    @property
    def modern(self) -> bool:
        """Whether a question ends the call, to be asked again with the answer (2026-07-28)."""
        return True

    @property
    def trace(self) -> Mapping[str, str]:
        """W3C trace context that came along: `traceparent`, `tracestate`."""
        return {}

    async def progress(self, done: float, total: float | None, message: str | None) -> None:
        """Report how far a call is."""

    async def log(self, level: str, data: Any) -> None:
        """Send a log message."""

    def can(self, capability: str) -> bool:  # noqa: ARG002
        """Whether it answers `elicitation`, `sampling` or `roots`."""
        return False

    async def answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Put one question and wait for its answer (before 2026-07-28)."""
        raise MissingCapability(str(request.get("method")))
