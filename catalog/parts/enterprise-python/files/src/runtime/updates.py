"""Tells those who asked that a resource, or a list of what is served, has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anyio
from mcp.server.subscriptions import (
    InMemorySubscriptionBus,
    ListenHandler,
    PromptsListChanged,
    ResourcesListChanged,
    ResourceUpdated,
    ServerEvent,
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
_LISTS: dict[str, ServerEvent] = {
    "tools": ToolsListChanged(),
    "resources": ResourcesListChanged(),
    "prompts": PromptsListChanged(),
}


class Updates:
    """Subscribers of both protocol eras; what belongs to a connection goes away with it."""

    def __init__(self) -> None:
        self._bus = InMemorySubscriptionBus()
        self.listen = ListenHandler(self._bus)
        self._subscribers: dict[Any, set[str]] = {}
        self._pending: set[str] = set()

    def subscribe(self, request: ServerRequestContext[Any, Any], uri: str) -> bool:
        """Announce changes of `uri` on a connection from before 2026-07-28."""
        uris = self.remember(request)
        if len(uris) >= MAX_SUBSCRIPTIONS:
            return False
        uris.add(uri)
        return True

    def remember(self, request: ServerRequestContext[Any, Any]) -> set[str]:
        """Announce changes of lists on such a connection; the resources it subscribed to."""
        connection = connection_of(request)
        if connection not in self._subscribers:
            self._subscribers[connection] = set()
            connection.exit_stack.callback(self._subscribers.pop, connection, None)
        return self._subscribers[connection]

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
        listening = [c for c, uris in self._subscribers.items() if uri in uris]
        await _notify(listening, "notifications/resources/updated", {"uri": uri})

    async def list_changed(self, kind: str) -> None:
        """Announce that `tools`, `resources` or `prompts` came or went."""
        await self._bus.publish(_LISTS[kind])
        await _notify(list(self._subscribers), f"notifications/{kind}/list_changed", None)


async def _notify(connections: list[Any], method: str, params: dict[str, Any] | None) -> None:
    async with anyio.create_task_group() as group:
        for connection in connections:
            group.start_soon(_notify_one, connection, method, params)


async def _notify_one(connection: Any, method: str, params: dict[str, Any] | None) -> None:
    with anyio.move_on_after(PATIENCE_S):
        await connection.notify(method, params)


def connection_of(request: ServerRequestContext[Any, Any]) -> Any:
    """What the requests of one client share; the SDK has no public name for it."""
    return request.session._connection  # noqa: SLF001
