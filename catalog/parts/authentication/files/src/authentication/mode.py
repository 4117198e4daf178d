"""What the two modes, users here and an issuer elsewhere, have in common."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.routing import Route

    from ..runtime import App
    from .tokens import Claims


class Mode(Protocol):
    """Knows which tokens are good."""

    issuer: str | None
    """Where OAuth clients get tokens; None if they cannot."""
    seconds: float
    """How long a verification counts before it is repeated."""
    routes: list[Route]
    """Open to callers without a token."""
    tools: Mapping[str, Callable[..., Awaitable[Any]]]
    """What the module's tools of the same names do."""

    async def verify(self, token: str) -> Claims:
        """Who calls; raises `RejectedError` or `UnavailableError`."""
        ...

    def gauges(self) -> Mapping[str, float]:
        """Figures for monitoring."""
        ...


def make(app: App, options: Mapping[str, Any], resource: str) -> Mode:
    """The mode that the options name; `SettingError` if its variables are not right."""
    chosen = importlib.import_module(f".{options['mode']}_mode", __package__)
    mode: Mode = chosen.make(app, options, resource)
    return mode
