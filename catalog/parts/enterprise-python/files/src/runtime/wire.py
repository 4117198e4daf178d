"""The SDK's server, wired to the app: which methods exist, and how outcomes are worded in MCP."""

from __future__ import annotations

from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import mcp_types as types
from mcp.server.caching import CacheHint
from mcp.server.lowlevel import NotificationOptions, Server
from mcp.server.request_state import RequestStateBoundary, RequestStateSecurity
from mcp.shared.exceptions import MCPError

from .call import Context
from .content import error_result
from .errors import REFUSED, Denied, InputRequired, Invalid, MissingCapability, NotFound, ToolError
from .lists import Lists, is_modern
from .mcp_peer import McpPeer, set_level
from .tasks import EXTENSION, TaskParams, Tasks, UpdateParams

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
    from mcp.server.models import InitializationOptions

    from .app import App
    from .content import Result

    Request = ServerRequestContext[Any, Any]
    Answer = Callable[[Request, Any], Awaitable[Result]]

LEGACY_NOT_FOUND = -32002


class Wire:
    """Answers requests of both protocol eras for one app."""

    def __init__(self, app: App) -> None:
        self._app = app
        about, options = app.manifest.server, app.manifest.options
        lists = CacheHint(
            ttl_ms=options.list_ttl_ms, scope="private" if app.authenticate else "public"
        )
        self.server: Server[Any] = _Server(
            about.name,
            version=about.version,
            title=about.title,
            description=about.description,
            instructions=about.instructions,
            cache_hints={
                "server/discover": lists,
                "tools/list": lists,
                "prompts/list": lists,
                "resources/list": lists,
                "resources/templates/list": lists,
                "resources/read": CacheHint(ttl_ms=0, scope="private"),
            },
            lifespan=self._lifespan,
            get_tool_input_schema=self._input_schema,
            on_subscriptions_listen=app.updates.listen,
        )
        keys = app.settings.state_keys
        state = RequestStateSecurity(keys=keys) if keys else RequestStateSecurity.ephemeral()
        self.server.middleware.clear()  # the SDK's spans; monitoring makes them for every transport
        self.server.middleware.append(self._verbatim)
        self.server.middleware.append(RequestStateBoundary(state, default_audience=about.name))
        self._tasks = Tasks(app)
        self._register()

    def _register(self) -> None:
        """The server declares what it has methods for, so only what is served is registered."""
        app, lists = self._app, Lists(self._app)
        page = types.PaginatedRequestParams
        self._add("tools/list", page, lists.tools)
        self._add("tools/call", types.CallToolRequestParams, self._call_tool)
        self._add("logging/setLevel", types.SetLevelRequestParams, self._set_level)
        if "resources" in app.offers:
            self._add("resources/list", page, lists.resources)
            self._add("resources/templates/list", page, lists.templates)
            self._add("resources/read", types.ReadResourceRequestParams, self._read)
            self._add("resources/subscribe", types.SubscribeRequestParams, self._subscribe)
            self._add("resources/unsubscribe", types.UnsubscribeRequestParams, self._unsubscribe)
        if "prompts" in app.offers:
            self._add("prompts/list", page, lists.prompts)
            self._add("prompts/get", types.GetPromptRequestParams, self._get_prompt)
        if app.completions:
            self._add("completion/complete", types.CompleteRequestParams, lists.complete)
        if self._tasks.offered:
            self.server.extensions[EXTENSION] = {}
            self._add("tasks/get", TaskParams, self._tasks.get)
            self._add("tasks/update", UpdateParams, self._tasks.update)
            self._add("tasks/cancel", TaskParams, self._tasks.cancel)

    def _add(self, method: str, params: type[Any], answer: Answer) -> None:
        async def complete(request: Request, params: Any) -> Result:
            kind = {"resultType": "complete"} if is_modern(request) else {}
            return kind | await answer(request, params)

        self.server.add_request_handler(method, params, complete)

    @asynccontextmanager
    async def _lifespan(self, _server: Server[Any]) -> AsyncIterator[None]:
        async with self._app.life.run():
            try:
                yield
            finally:
                await self._tasks.stop()

    def _input_schema(self, name: str) -> Mapping[str, Any] | None:
        tool = self._app.tools.get(name)
        return tool.spec.wire["inputSchema"] if tool else None

    # ---- tools --------------------------------------------------------------------------------

    async def _verbatim(self, ctx: Request, call_next: CallNext) -> HandlerResult:
        """Give tools back as written: the SDK reorders the keys of schemas on the way out."""
        result = await call_next(ctx)
        if ctx.method == "tools/list" and isinstance(result, dict):
            tools = self._app.tools
            result["tools"] = [
                {key: value for key, value in tools[sent["name"]].spec.wire.items() if key in sent}
                for sent in result["tools"]
            ]
        return result

    async def _call_tool(self, request: Request, params: types.CallToolRequestParams) -> Result:
        context = self._context(request, params)
        work = partial(self._called, context, params)
        tool = self._app.tools.get(params.name)
        if tool is not None and self._tasks.wanted(request, tool.spec):
            return await self._tasks.run(context, tool.spec, work)
        return await work()

    async def _called(self, context: Context, params: types.CallToolRequestParams) -> Result:
        try:
            result = await self._signals(
                context, self._app.call_tool(params.name, params.arguments or {}, context)
            )
        except NotFound as error:
            raise MCPError(types.INVALID_PARAMS, str(error)) from error
        except ToolError as error:
            return error_result(str(error), error.data)
        if not context.peer.modern and not isinstance(result.get("structuredContent", {}), dict):
            result = {k: v for k, v in result.items() if k != "structuredContent"}
        return result

    # ---- resources ----------------------------------------------------------------------------

    async def _read(self, request: Request, params: types.ReadResourceRequestParams) -> Result:
        context, uri = self._context(request, params), str(params.uri)
        try:
            return await self._other(context, self._app.read_resource(uri, context))
        except NotFound as error:
            code = types.INVALID_PARAMS if context.peer.modern else LEGACY_NOT_FOUND
            raise MCPError(code, str(error), {"uri": uri}) from error

    async def _subscribe(self, request: Request, params: types.SubscribeRequestParams) -> Result:
        try:
            self._app.find(str(params.uri))
        except NotFound as error:
            raise MCPError(LEGACY_NOT_FOUND, str(error), {"uri": str(params.uri)}) from error
        if not self._app.updates.subscribe(request, str(params.uri)):
            raise MCPError(REFUSED, "Too many subscriptions on one connection")
        return {}

    async def _unsubscribe(
        self, request: Request, params: types.UnsubscribeRequestParams
    ) -> Result:
        self._app.updates.unsubscribe(request, str(params.uri))
        return {}

    # ---- prompts, logging --------------------------------------------------------

    async def _get_prompt(self, request: Request, params: types.GetPromptRequestParams) -> Result:
        context = self._context(request, params)
        try:
            return await self._other(
                context, self._app.get_prompt(params.name, params.arguments or {}, context)
            )
        except NotFound as error:
            raise MCPError(types.INVALID_PARAMS, str(error)) from error

    async def _set_level(self, request: Request, params: types.SetLevelRequestParams) -> Result:
        set_level(request, params.level)
        return {}

    # ---- wording ------------------------------------------------------------------------------

    def _context(self, request: Request, params: types.InputResponseRequestParams) -> Context:
        context = Context(self._app, McpPeer.of(request, self._app.owner))
        given = params.input_responses or {}
        context.resume(
            params.request_state,
            {k: v.model_dump(by_alias=True, exclude_none=True) for k, v in given.items()},
        )
        return context

    async def _other(self, context: Context, answer: Awaitable[Result]) -> Result:
        """Outside tools/call every failure is a JSON-RPC error."""
        try:
            return await self._signals(context, answer)
        except NotFound:
            raise
        except Invalid as error:
            raise MCPError(types.INVALID_PARAMS, str(error), error.data) from error
        except Denied as error:
            raise MCPError(REFUSED, str(error), error.data) from error
        except ToolError as error:
            raise MCPError(types.INTERNAL_ERROR, str(error), error.data) from error

    async def _signals(self, context: Context, answer: Awaitable[Result]) -> Result:
        try:
            return await answer
        except InputRequired as need:
            state = {"requestState": need.state} if need.state is not None else {}
            return {"resultType": "input_required", "inputRequests": need.requests, **state}
        except MissingCapability as error:
            code = (
                types.MISSING_REQUIRED_CLIENT_CAPABILITY
                if context.peer.modern
                else types.INVALID_REQUEST
            )
            needed: Result = {"requiredCapabilities": {error.capability: {}}}
            raise MCPError(code, str(error), needed) from error


class _Server(Server[Any]):
    """Tells clients from before 2026-07-28 too that lists may change."""

    def create_initialization_options(
        self,
        notification_options: NotificationOptions | None = None,
        experimental_capabilities: dict[str, dict[str, Any]] | None = None,
        extensions: dict[str, dict[str, Any]] | None = None,
    ) -> InitializationOptions:
        """The SDK's, with `listChanged` unless someone says otherwise."""
        changing = NotificationOptions(
            prompts_changed=True, resources_changed=True, tools_changed=True
        )
        return super().create_initialization_options(
            notification_options or changing, experimental_capabilities, extensions
        )
