"""The server: what it serves, the modules around every call, and one door for all transports."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from .call import Call, Context
from .content import check_size, resource_contents, tool_result
from .errors import Denied, Invalid, NotFound, ToolError
from .life import Life
from .load import Loader
from .logs import Redactor, secrets_of
from .module import Module
from .peer import Peer
from .perform import perform
from .registry import Registry
from .settings import Settings
from .updates import Updates
from .wire import Wire

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.requests import HTTPConnection
    from starlette.routing import BaseRoute, Route

    from .call import Next
    from .content import Result
    from .manifest import Manifest, ToolSpec
    from .registry import Entry, Tool
    from .schema import Schema

OTHER_SECONDS = 30.0
"""How long a resource or a prompt may take; tools say it themselves."""


class App(Registry):
    """Everything that the transports serve."""

    def __init__(
        self, manifest: Manifest, settings: Settings | None = None, *, package: str
    ) -> None:
        super().__init__()
        self.manifest = manifest
        self.settings = settings or Settings()
        self.routes: list[BaseRoute] = []
        """More HTTP routes, behind the same checks as /mcp."""
        self.open_routes: list[Route] = []
        """The same for callers whom nobody knows yet: fixed paths, small bodies."""
        self.authenticate: Callable[[HTTPConnection], Awaitable[Peer]] | None = None
        """Says who an HTTP caller is, or raises `Refusal`; without it everyone may call."""
        self.recognise: Callable[[HTTPConnection], Peer | None] = _nobody
        """Says at once who an HTTP caller is, if `authenticate` said so a moment ago."""
        self.owner = Peer("local", via="mcp", trusted=True)
        """Who calls over stdio."""
        self.redact = Redactor(secrets_of(manifest, self.settings))
        self.running = 0
        """Calls in progress."""
        self.refused = 0
        """Calls that found the server full."""

        self.load = Loader(package)
        self.modules: dict[str, Module] = {
            spec.name: self.load.module(spec.name)(spec.options) for spec in manifest.modules
        }
        self.load.prepare = [module.prepare for module in self.modules.values()]
        around = [m for m in self.modules.values() if type(m).around is not Module.around]
        self._outer = [m for m in around if m.stage == "raw"]
        self._inner = [m for m in around if m.stage == "checked"]
        self.life = Life(self.modules, manifest.environment, self.load.broken)
        self.updates = Updates()
        for tool in manifest.tools:
            self._load_tool(tool)
        for module in self.modules.values():
            module.setup(self)
        self.server = Wire(self).server

    # ---- for modules --------------------------------------------------------------------------

    def spawn(self, name: str, function: Callable[[], Awaitable[None]]) -> None:
        """Keep `function()` running until the server stops; for `Module.start`."""
        self.life.spawn(name, function)

    def updated(self, uri: str) -> None:
        """Tell subscribers that a resource changed; may be called as often as it does."""
        self.updates.resource_updated(uri, self.life.soon)

    async def tools_changed(self) -> None:
        """Tell subscribers after `tool()` or `drop_tool()` at run time."""
        await self.updates.list_changed("tools")

    async def resources_changed(self) -> None:
        """Tell subscribers after `resource()` or `drop_resource()` at run time."""
        await self.updates.list_changed("resources")

    async def prompts_changed(self) -> None:
        """Tell subscribers after `prompt()` or `drop_prompt()` at run time."""
        await self.updates.list_changed("prompts")

    # ---- the one door -------------------------------------------------------------------------

    async def call_tool(self, name: str, arguments: Mapping[str, Any], context: Context) -> Result:
        """Call a tool.

        Raises `NotFound`, `Invalid`, `Denied`, `ToolError`, or a `Signal`: each transport has its
        own words for them.
        """
        tool = self.tools.get(name)
        if tool is None:
            raise NotFound(f"Unknown tool: {name}")
        call = Call("tools/call", name, dict(arguments), context, tool.spec)
        return await self.through(call, partial(self._run_tool, tool))

    async def read_resource(self, uri: str, context: Context) -> Result:
        """Read a resource; raises like `call_tool`."""
        name, entry, variables = self.find(uri)
        call = Call("resources/read", name, dict(variables), context)
        return await self.through(call, partial(self._run_resource, entry, uri))

    async def get_prompt(self, name: str, arguments: Mapping[str, str], context: Context) -> Result:
        """Get a prompt; raises like `call_tool`."""
        entry = self.prompts.get(name)
        if entry is None:
            raise NotFound(f"Unknown prompt: {name}")
        wanted = [a["name"] for a in entry.wire.get("arguments", ()) if a.get("required")]
        if missing := [f"{key}: is required" for key in wanted if key not in arguments]:
            raise Invalid(name, missing)
        call = Call("prompts/get", name, dict(arguments), context)
        return await self.through(call, partial(self._run_prompt, entry))

    async def through(self, call: Call, core: Next) -> Result:
        """Send any call through the modules; arguments are checked half-way."""
        if self.running >= self.manifest.options.max_concurrent_calls:
            self.refused += 1
            raise Denied("The server is busy; try again later.", reason="busy", retry_after=1)
        self.running += 1
        try:
            return await _chain(self._outer, partial(self._checked, core))(call)
        finally:
            self.running -= 1

    async def _checked(self, core: Next, call: Call) -> Result:
        if call.tool is not None:
            _check_scopes(call.tool, call.context.peer)
            schema = self.tools[call.name].input
            if errors := schema.errors(call.arguments):
                raise Invalid(call.name, errors)
            call.arguments = schema.filled(call.arguments)
        return await _chain(self._inner, core)(call)

    # ---- the core of each kind of call --------------------------------------------------------

    async def _run_tool(self, tool: Tool, call: Call) -> Result:
        async def work() -> Result:
            value = await tool.run(call.context, call.arguments)
            return tool_result(value, structured=tool.output is not None)

        result = await self._perform(call.name, tool.spec.timeout_seconds, work)
        if tool.output is not None:
            _check_output(call.name, tool.output, result)
        return result

    async def _run_resource(self, entry: Entry, uri: str, call: Call) -> Result:
        async def work() -> Result:
            value = await entry.run(call.context, call.arguments)
            return {"contents": [resource_contents(uri, value, entry.wire.get("mimeType"))]}

        return await self._perform(call.name, OTHER_SECONDS, work)

    async def _run_prompt(self, entry: Entry, call: Call) -> Result:
        async def work() -> Result:
            messages = await entry.run(call.context, call.arguments)
            described = entry.wire.get("description")
            return {"messages": messages} | ({"description": described} if described else {})

        return await self._perform(call.name, OTHER_SECONDS, work)

    async def _perform(
        self, name: str, seconds: float, work: Callable[[], Awaitable[Result]]
    ) -> Result:
        options = self.manifest.options
        try:
            result: Result = await perform(name, seconds, work, show_errors=options.show_errors)
        except ToolError as error:
            error.args = (self.redact(str(error)),)
            error.data = self.redact.within(error.data)
            raise
        check_size(result, options.max_output_bytes)
        return result

    # ---- putting it together ------------------------------------------------------------------

    def _load_tool(self, spec: ToolSpec) -> None:
        if spec.module:
            method = partial(getattr, self.modules[spec.module], f"tool_{spec.function}")
            self.tool(spec, self.load.usable(f"src/modules/{spec.module}.py", method))
        else:
            self.tool(spec, self.load.function("tools", spec.function))


def _nobody(_connection: HTTPConnection) -> None:
    return None


def _chain(modules: list[Module], core: Next) -> Next:
    step = core
    for module in reversed(modules):
        step = partial(_around, module, step)
    return step


async def _around(module: Module, proceed: Next, call: Call) -> Result:
    return await module.around(call, proceed)


def _check_scopes(tool: ToolSpec, peer: Peer) -> None:
    if not peer.trusted and (lacking := set(tool.scopes) - peer.scopes):
        raise Denied(f"{tool.name} needs {', '.join(sorted(lacking))}", reason="insufficient_scope")


def _check_output(name: str, schema: Schema, result: Result) -> None:
    if errors := schema.errors(result.get("structuredContent")):
        raise ToolError(
            f"{name} returned a value that does not fit its outputSchema:\n" + "\n".join(errors),
            data={"reason": "output_schema"},
        )
