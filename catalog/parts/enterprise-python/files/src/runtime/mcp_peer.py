"""A caller that speaks MCP: its progress, log messages and answers travel through the SDK."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

import mcp_types as types
from mcp.shared.message import ServerMessageMetadata
from mcp_types.version import MODERN_PROTOCOL_VERSIONS
from pydantic import BaseModel, TypeAdapter

from .content import as_json
from .peer import Peer
from .updates import connection_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mcp.server.context import ServerRequestContext

PEER = "mcp.peer"
"""Where the door leaves the caller in an HTTP request's scope."""
LEVELS: tuple[str, ...] = get_args(types.LoggingLevel)
_LEVEL = "log_level"
_TRACE = ("traceparent", "tracestate")
_REQUEST: TypeAdapter[Any] = TypeAdapter(types.InputRequest)
_ANSWERS: dict[str, type[BaseModel]] = {
    "elicitation/create": types.ElicitResult,
    "sampling/createMessage": types.CreateMessageResultWithTools,
    "roots/list": types.ListRootsResult,
}


@dataclass(slots=True, kw_only=True)
class McpPeer(Peer):
    """The client of one MCP request."""

    request: ServerRequestContext[Any, Any]

    @classmethod
    def of(cls, request: ServerRequestContext[Any, Any], owner: Peer) -> McpPeer:
        """Whoever the door let in over HTTP, else the `owner` of this process."""
        peer: Peer = owner if request.request is None else request.request.scope[PEER]
        return cls(
            principal=peer.principal,
            scopes=peer.scopes,
            via="mcp",
            expires_at=peer.expires_at,
            trusted=peer.trusted,
            client=peer.client,
            request=request,
        )

    @property
    def modern(self) -> bool:
        """Whether the request speaks 2026-07-28 or later."""
        return self.request.protocol_version in MODERN_PROTOCOL_VERSIONS

    @property
    def trace(self) -> Mapping[str, str]:
        """What the request's `_meta` says, else its HTTP headers."""
        meta: Mapping[str, Any] = self.request.meta or {}
        http = self.request.request
        for carrier in (meta, http.headers if http is not None else {}):
            found = {key: carrier.get(key) for key in _TRACE}
            if isinstance(found["traceparent"], str):
                return {key: value for key, value in found.items() if isinstance(value, str)}
        return {}

    async def progress(self, done: float, total: float | None, message: str | None) -> None:
        """A progress notification, if the client asked for it."""
        await self.request.session.report_progress(
            done, total, _unicode(message) if message is not None else None
        )

    async def log(self, level: str, data: Any) -> None:
        """A log message, if the client asked for that level."""
        request = self.request
        if self.modern:
            wanted = (request.meta or {}).get(types.LOG_LEVEL_META_KEY)
        else:
            wanted = connection_of(request).state.get(_LEVEL, LEVELS[0])
        if wanted not in LEVELS or LEVELS.index(level) < LEVELS.index(wanted):
            return
        params = {"level": level, "data": json.loads(_unicode(as_json(data)))}
        await request.session.send_notification(
            types.LoggingMessageNotification.model_validate({"params": params}),
            related_request_id=request.request_id,
        )

    def can(self, capability: str) -> bool:
        """What the client declared for this request."""
        return getattr(self.request.session.client_capabilities, capability, None) is not None

    async def answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """A real request to the client."""
        asked = _REQUEST.validate_python(dict(request))
        result = await self.request.session.send_request(
            asked,
            _ANSWERS[asked.method],
            metadata=ServerMessageMetadata(related_request_id=self.request.request_id),
        )
        return dict(result.model_dump(by_alias=True, mode="json", exclude_none=True))


def set_level(request: ServerRequestContext[Any, Any], level: str) -> None:
    """Remember what a client from before 2026-07-28 wants to hear, as long as it is connected."""
    connection_of(request).state[_LEVEL] = level


def _unicode(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
