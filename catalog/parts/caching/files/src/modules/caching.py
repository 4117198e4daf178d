"""Caching of tool results: kept as long as the tool says, for each caller unless it is public."""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from ..caching import Cache, CacheDown, Memory, Times, code_version, key_of
from ..runtime import Call, Module, Next, Result, SettingError, ToolError
from ..runtime.data import PACKAGE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..caching import Backend
    from ..runtime import App, ToolSpec

MAX_PATIENCE_S = 30.0
"""How long one process may keep the others from computing the same."""


class Caching(Module):
    """Sees calls after their arguments were checked, so that defaults make no difference."""

    stage: ClassVar[Literal["raw", "checked"]] = "checked"

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__(options)
        self.max_entries = int(options.get("max_entries", 1000))
        self.max_value_bytes = int(options.get("max_value_bytes", 1 << 20))
        self.default_ttl = float(options.get("default_ttl_seconds", 0))
        self.resource_ttl_ms = int(options.get("resource_ttl_ms", 0))
        self.cache = Cache(Memory(self.max_entries))
        self._version = ""

    def setup(self, app: App) -> None:
        """Choose the backend that the options name."""
        self.cache = Cache(self._backend(app.manifest.server.name))
        self._version = code_version(PACKAGE)

    async def start(self) -> None:
        """Open the backend; without it every call is a miss."""
        await self.cache.ask(lambda backend: backend.start(), None)

    async def stop(self) -> None:
        """Close it."""
        with suppress(CacheDown):
            await self.cache.backend.stop()

    async def around(self, call: Call, proceed: Next) -> Result:
        """Answer from the cache, or let one caller compute what the others wait for."""
        if call.kind == "resources/read":
            return self._hinted(call, await proceed(call))
        seconds = self._seconds(call)
        if seconds <= 0 or call.tool is None:
            return await proceed(call)

        async def compute() -> tuple[Result, str | None]:
            result = await proceed(call)
            return result, self._text(result)

        times = Times(keep=seconds, patience=min(call.tool.timeout_seconds, MAX_PATIENCE_S))
        call.notes["cache"] = "miss"
        result, text = await self.cache.through(self._key(call), compute, times)
        if result is None:
            call.notes["cache"] = "hit"
            return dict(json.loads(text))
        return result

    def gauges(self) -> Mapping[str, float]:
        """How often it helped, and how often its backend was not there."""
        cache = self.cache
        return {"hits": cache.hits, "misses": cache.misses, "failures": cache.failures}

    def _backend(self, server: str) -> Backend:
        kind = self.options.get("backend", "memory")
        several = os.environ.get("MCP_WORKERS", "1") not in {"", "1"}
        if kind == "memory" and self.options.get("tools") and several:
            raise SettingError(
                "MCP_WORKERS: the tools of caching would see the cache of one process only; "
                'set its option "backend" to "redis" or "sqlite"'
            )
        # Only the file of the chosen backend is in this project.
        made: Backend = import_module(f"..caching.{kind}", __package__).make(
            server, self.max_entries
        )
        return made

    def _seconds(self, call: Call) -> float:
        """0 means: do not cache; an answer to a question is never for anyone else."""
        if call.tool is None or _is_answer(call):
            return 0.0
        if call.tool.cache is not None:
            return call.tool.cache.ttl_seconds
        return 0.0 if _has_effects(call.tool) else self.default_ttl

    def _key(self, call: Call) -> str:
        cache = call.tool.cache if call.tool else None
        public = cache is not None and cache.scope == "public"
        return key_of(
            self._version,
            call.context.peer,
            public=public,
            name=call.name,
            arguments=call.arguments,
        )

    def _text(self, result: Result) -> str | None:
        """What to keep; None for failures, questions, and what is too large or no JSON."""
        if result.get("isError") or result.get("resultType", "complete") != "complete":
            return None
        try:
            text = json.dumps(result, allow_nan=False, separators=(",", ":"))
        except (TypeError, ValueError):
            return None
        return text if len(text) <= self.max_value_bytes else None

    def _hinted(self, call: Call, result: Result) -> Result:
        """Tell clients since 2026-07-28 how long they may keep what they read."""
        if not self.resource_ttl_ms or not call.context.peer.modern or _is_answer(call):
            return result
        hint = {"ttlMs": self.resource_ttl_ms, "cacheScope": "private"}
        return hint | result

    # ---- tools for administrators -------------------------------------------------------------

    async def tool_cache_get(self, key: str) -> dict[str, Any]:
        """What cache_set put under a key."""
        text = await self.cache.ask(lambda backend: backend.get(_admin(key)), None)
        return {"found": False} if text is None else {"found": True, "value": json.loads(text)}

    async def tool_cache_set(self, key: str, value: Any, ttl_seconds: float) -> dict[str, Any]:
        """Put a value under a key for a time."""
        text = json.dumps(value, separators=(",", ":"))
        if len(text) > self.max_value_bytes:
            words = f"value: {len(text)} bytes as JSON; at most {self.max_value_bytes} may be."
            raise ToolError(words, data={"reason": "too_large", "limit": self.max_value_bytes})

        async def put(backend: Backend) -> bool:
            await backend.put(_admin(key), text, ttl_seconds)
            return True

        return {"stored": await self.cache.ask(put, otherwise=False)}

    async def tool_cache_delete(self, key: str = "", tool: str = "") -> dict[str, Any]:
        """Forget one key of cache_set, or all results of a tool."""
        if bool(key) == bool(tool):
            words = "Give either a key or a tool."
            raise ToolError(words, data={"reason": "invalid_arguments"})
        prefix = f"{tool}:" if tool else _admin(key)
        return {"deleted": await self.cache.ask(lambda backend: backend.delete(prefix), 0)}

    async def tool_cache_stats(self) -> dict[str, Any]:
        """Figures of this process, and how many entries there are."""
        return {
            "backend": self.options.get("backend", "memory"),
            "entries": await self.cache.ask(lambda backend: backend.count(), None),
            "max_entries": self.max_entries,
            **self.gauges(),
        }


def _admin(key: str) -> str:
    """Apart from results: no tool's name has a `$`."""
    return f"$admin:{hashlib.sha256(key.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _has_effects(tool: ToolSpec) -> bool:
    """Whether a call must reach the tool: those of modules store and send, others may say so."""
    told = tool.wire.get("annotations", {})
    changes = told.get("readOnlyHint") is False or told.get("destructiveHint") is True
    return bool(tool.module) or changes


def _is_answer(call: Call) -> bool:
    return bool(call.context.answers) or call.context.state is not None


MODULE = Caching
