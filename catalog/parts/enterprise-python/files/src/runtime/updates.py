"""Tells those who asked that a resource or the list of tools has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anyio
from mcp.server.subscriptions import (
    InMemorySubscriptionBus,
    ListenHandler,
    ResourceUpdated,
    ToolsListChanged,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from mcp.server.context import ServerRequestContext

INTERVAL_S = 0.1
"""A resource that changes more often is announced once in this time."""
PATIENCE_S = 2.0
"""How long to wait for a connection that does not read."""
MAX_SUBSCRIPTIONS = 1000
"""Of one connection."""


class Updates:
    """Subscribers of both protocol eras; what belongs to a connection goes away with it."""

    def __init__(self) -> None:
        self._bus = InMemorySubscriptionBus()
        self.listen = ListenHandler(self._bus)
        self._subscribers: dict[Any, set[str]] = {}
        self._pending: set[str] = set()

    def subscribe(self, request: ServerRequestContext[Any, Any], uri: str) -> bool:
        """Announce changes of `uri` on a connection from before 2026-07-28."""
        connection = connection_of(request)
        if connection not in self._subscribers:
            self._subscribers[connection] = set()
            connection.exit_stack.callback(self._subscribers.pop, connection, None)
        uris = self._subscribers[connection]
        if len(uris) >= MAX_SUBSCRIPTIONS:
            return False
        uris.add(uri)
        return True

    def unsubscribe(self, request: ServerRequestContext[Any, Any], uri: str) -> None:
        """The opposite."""
        self._subscribers.get(connection_of(request), set()).discard(uri)

    def resource_updated(self, uri: str, start_soon: Callable[..., None]) -> None:
        """Announce it soon; calls that come meanwhile are the same announcement."""
        if uri not in self._pending:
            self._pending.add(uri)
            start_soon(self._announce, uri)

    async def _announce(self, uri: str) -> None:
        await anyio.sleep(INTERVAL_S)
        self._pending.discard(uri)
        await self._bus.publish(ResourceUpdated(uri=uri))
        for connection, uris in list(self._subscribers.items()):
            if uri in uris:
                with anyio.move_on_after(PATIENCE_S):
                    await connection.notify("notifications/resources/updated", {"uri": uri})

    async def tools_changed(self) -> None:
        """Announce that tools came or went."""
        await self._bus.publish(ToolsListChanged())


def connection_of(request: ServerRequestContext[Any, Any]) -> Any:
    """What the requests of one client share; the SDK has no public name for it."""
    return request.session._connection  # noqa: SLF001
