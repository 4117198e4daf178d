"""What the server shows of itself: the four lists in pages, and completions of arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mcp_types as types
from mcp.shared.exceptions import MCPError
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

from .pages import BadCursor, page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mcp.server.context import ServerRequestContext

    from .app import App
    from .content import Result
    from .pages import Rows

    Request = ServerRequestContext[Any, Any]
    Page = types.PaginatedRequestParams | None

MAX_COMPLETIONS = 100


class Lists:
    """Answers `…/list` and `completion/complete` for one app."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def tools(self, request: Request, params: Page) -> Result:
        """The tools, as clients of that era may see them."""
        modern = is_modern(request)
        tools = {key: _shown(t.spec.wire, modern=modern) for key, t in self._app.tools.items()}
        return self._page(request, "tools", tools, params)

    def _page(self, request: Request, kind: str, rows: Rows, params: Page) -> Result:
        if not is_modern(request):
            self._app.updates.remember(request)
        cursor = params.cursor if params is not None else None
        try:
            return page(kind, rows, cursor, self._app.manifest.options.page_size)
        except BadCursor as error:
            raise MCPError(types.INVALID_PARAMS, str(error)) from error

    async def resources(self, request: Request, params: Page) -> Result:
        """The resources with an address of their own."""
        rows = {uri: entry.wire for uri, entry in self._app.resources.items()}
        return self._page(request, "resources", rows, params)

    async def templates(self, request: Request, params: Page) -> Result:
        """The families of resources."""
        rows = {name: entry.wire for name, (_, entry) in self._app.templates.items()}
        return self._page(request, "resourceTemplates", rows, params)

    async def prompts(self, request: Request, params: Page) -> Result:
        """The prompts."""
        rows = {name: entry.wire for name, entry in self._app.prompts.items()}
        return self._page(request, "prompts", rows, params)

    async def complete(self, _: Request, params: types.CompleteRequestParams) -> Result:
        """Values for what someone is typing."""
        app = self._app
        ref = params.ref.name if isinstance(params.ref, types.PromptReference) else params.ref.uri
        known = app.prompts if isinstance(params.ref, types.PromptReference) else app.templates
        if ref not in known:
            raise MCPError(types.INVALID_PARAMS, f"Nothing to complete: {ref} is not served")
        function = app.completions.get((ref, params.argument.name))
        values = function(params.argument.value) if function else []
        shown = values[:MAX_COMPLETIONS]
        return {
            "completion": {
                "values": shown,
                "total": len(values),
                "hasMore": len(values) > len(shown),
            }
        }


def is_modern(request: Request) -> bool:
    """Whether a request speaks 2026-07-28 or later."""
    return request.protocol_version in MODERN_PROTOCOL_VERSIONS


def _shown(wire: Mapping[str, Any], *, modern: bool) -> dict[str, Any]:
    """What tools/list says; before 2026-07-28 an output schema describes an object or is absent."""
    output = wire.get("outputSchema")
    hidden = not modern and output is not None and output.get("type") != "object"
    return {key: value for key, value in wire.items() if key != "outputSchema" or not hidden}
