"""manifest.json as values: who the server is, which modules run, and what it serves."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from pathlib import Path

FORMAT = 1
Json = Mapping[str, Any]
T = TypeVar("T")


class ManifestError(ValueError):
    """The file cannot be read; the message says where and why."""


@dataclass(frozen=True, slots=True)
class ServerSpec:
    """Who the server says it is."""

    name: str
    version: str
    description: str | None = None
    title: str | None = None
    instructions: str | None = None


@dataclass(frozen=True, slots=True)
class Options:
    """What the runtime may be told; every value has a default."""

    list_ttl_ms: int = 60_000
    """How long clients may keep tools/list and the other lists."""
    max_body_bytes: int = 4 << 20
    """The largest HTTP request body."""
    max_concurrent_calls: int = 100
    """Calls beyond this many at the same time are refused with `reason: busy`."""
    max_output_bytes: int = 4 << 20
    """The largest result of one call."""
    page_size: int = 1000
    """Entries on one page of tools/list and the other lists."""
    stateless_legacy: bool = False
    """Serve clients older than 2026-07-28 without sessions, so that any replica can answer."""
    task_ttl_seconds: float = 600.0
    """How long the result of a task is kept at least."""
    show_errors: bool = False
    """Show callers the text of unexpected exceptions; otherwise its type and a log reference."""


@dataclass(frozen=True, slots=True)
class ModuleSpec:
    """A capability that is switched on."""

    name: str
    options: Json


@dataclass(frozen=True, slots=True)
class CacheSpec:
    """How long a tool's results may be kept, and for whom: `private` (each caller) or `public`."""

    ttl_seconds: float
    scope: str = "private"


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """One tool: exactly what tools/list shows of it, and how to run it."""

    wire: Json
    function: str
    timeout_seconds: float = 30.0
    cache: CacheSpec | None = None
    scopes: tuple[str, ...] = ()
    """Callers need all of these; the owner of a local process needs none."""
    task: str = "none"
    """`none`, `optional`, `required`: whether a call becomes a task that the caller polls."""
    probe: bool = True
    """Whether tests may call it."""
    example: Json | None = None
    """Arguments for such a call."""
    module: str = ""
    """Served by this module's method `tool_<function>` instead of a file in src/tools."""

    @property
    def name(self) -> str:
        """The tool's name on the wire."""
        return str(self.wire["name"])


@dataclass(frozen=True, slots=True)
class ResourceSpec:
    """A resource (`uri`) or a family of them (`uriTemplate`): fixed text or a function."""

    wire: Json
    function: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class PromptSpec:
    """A prompt: messages in which `{argument}` stands for an argument's value."""

    wire: Json
    messages: tuple[Json, ...]


@dataclass(frozen=True, slots=True)
class Variable:
    """An environment variable that the server's own code reads."""

    name: str
    required: bool = False
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Manifest:
    """The whole file; unknown keys are refused so that a typo cannot pass silently."""

    server: ServerSpec
    options: Options
    modules: tuple[ModuleSpec, ...]
    tools: tuple[ToolSpec, ...]
    resources: tuple[ResourceSpec, ...]
    prompts: tuple[PromptSpec, ...]
    environment: tuple[Variable, ...]

    @classmethod
    def load(cls, path: Path) -> Manifest:
        """Read and check the file; `ManifestError` says what is wrong with it."""
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ManifestError(f"{path.name}: {error}") from error
        if not isinstance(data, dict) or data.pop("format", None) != FORMAT:
            raise ManifestError(f"{path.name}: not a manifest of format {FORMAT}")
        if unknown := sorted(set(data) - set(cls.__slots__)):
            raise ManifestError(f"{path.name}: unknown keys {unknown}")
        tools = [_tool(t, f"tools[{i}]") for i, t in enumerate(data.get("tools", ()))]
        if len({tool.name for tool in tools}) != len(tools):
            raise ManifestError(f"{path.name}: two tools have the same name")
        return cls(
            server=_one(ServerSpec, data.get("server", {}), "server"),
            options=_one(Options, data.get("options", {}), "options"),
            modules=_all(ModuleSpec, data, "modules"),
            tools=tuple(tools),
            resources=_all(ResourceSpec, data, "resources"),
            prompts=_all(PromptSpec, data, "prompts"),
            environment=_all(Variable, data, "environment"),
        )


def _tool(data: Any, where: str) -> ToolSpec:
    data = dict(data)
    if data.get("cache") is not None:
        data["cache"] = _one(CacheSpec, data["cache"], f"{where}.cache")
    data["scopes"] = tuple(data.get("scopes", ()))
    return _one(ToolSpec, data, where)


def _all(kind: type[T], data: Json, where: str) -> tuple[T, ...]:
    items = enumerate(data.get(where, ()))
    return tuple(_one(kind, item, f"{where}[{index}]") for index, item in items)


def _one(kind: type[T], data: Any, where: str) -> T:
    if not isinstance(data, Mapping):
        raise ManifestError(f"{where} is not an object")
    known = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]
    if unknown := sorted(set(data) - set(known)):
        raise ManifestError(f"{where}: unknown keys {unknown}")
    needed = {name for name, field in known.items() if field.default is MISSING}
    if missing := sorted(needed - set(data)):
        raise ManifestError(f"{where}: missing keys {missing}")
    return kind(**data)
