"""Caching of tool results: kept as long as the tool says, for each caller unless it is public."""

from __future__ import annotations

import json
import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import anyio

from ..runtime import Call, Module, Next, Result

if TYPE_CHECKING:
    from collections.abc import Mapping


class Caching(Module):
    """Options: `max_entries`, and `default_ttl_seconds` for tools that do not name a time."""

    stage: ClassVar[Literal["raw", "checked"]] = "checked"

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__(options)
        self.max_entries = int(options.get("max_entries", 1000))
        self.default_ttl = float(options.get("default_ttl_seconds", 0))
        self._kept: OrderedDict[str, tuple[float, Result]] = OrderedDict()
        self._running: dict[str, anyio.Event] = {}
        self.hits = self.misses = 0

    async def around(self, call: Call, proceed: Next) -> Result:
        """Answer from the cache, or let one caller compute what the others wait for."""
        seconds, key = self._seconds(call), self._key(call)
        if seconds <= 0:
            return await proceed(call)
        while (found := self._get(key)) is None and key in self._running:
            await self._running[key].wait()
        if found is not None:
            self.hits += 1
            call.notes["cache"] = "hit"
            return found
        self.misses += 1
        call.notes["cache"] = "miss"
        done = self._running[key] = anyio.Event()
        try:
            result = await proceed(call)
            if not result.get("isError") and result.get("resultType", "complete") == "complete":
                self._put(key, seconds, result)
            return result
        finally:
            del self._running[key]
            done.set()

    def gauges(self) -> Mapping[str, float]:
        """How full it is, and how often it helped."""
        return {"entries": len(self._kept), "hits": self.hits, "misses": self.misses}

    def _seconds(self, call: Call) -> float:
        """0 means: do not cache; an answer to a question is never for anyone else."""
        if call.tool is None or call.context.answers or call.context.state is not None:
            return 0.0
        return call.tool.cache.ttl_seconds if call.tool.cache else self.default_ttl

    @staticmethod
    def _key(call: Call) -> str:
        cache = call.tool.cache if call.tool else None
        public = cache is not None and cache.scope == "public"
        who = "" if public else f"{call.context.peer.via} {call.context.principal}"
        return json.dumps([who, call.name, call.arguments], sort_keys=True)

    def _get(self, key: str) -> Result | None:
        until, result = self._kept.get(key, (0.0, None))
        if until < time.monotonic():
            self._kept.pop(key, None)
            return None
        self._kept.move_to_end(key)
        return result

    def _put(self, key: str, seconds: float, result: Result) -> None:
        self._kept[key] = (time.monotonic() + seconds, result)
        while len(self._kept) > self.max_entries:
            self._kept.popitem(last=False)


MODULE = Caching
