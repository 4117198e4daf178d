"""Rate limiting: how often each caller may call, in all and by tool; floods end at the door."""

from __future__ import annotations

import math
import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ..rate_limiting import Bucket, Policy, Rate, StoreError, subject_of
from ..rate_limiting.limiter import Limiter
from ..rate_limiting.policy import override_name
from ..runtime import (
    Call,
    Denied,
    Module,
    Next,
    Peer,
    Refusal,
    Result,
    SettingError,
    Unreachable,
    secret,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import HTTPConnection

    from ..rate_limiting.gcra import SharedStore
    from ..runtime import App, Context
    from ..runtime.module import Enter, Json

THROUGH_THE_MODULES = {"tools/call", "resources/read", "prompts/get"}
"""Counted in `around`, where a refusal is an answer that a model reads."""
MAX_OVERRIDES = 1000
UNAUTHORIZED = 401


class RateLimiting(Module):
    """Options: see part.json's schema, or README.md."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__(options)
        self._policy = Policy(options)
        self._http = Rate.of(options["http_rate"])
        self._failures = Rate.of(options["failure_rate"])
        self.refused = 0

    def setup(self, app: App) -> None:
        """Choose the store; refuse one that several processes could not share."""
        self._app = app
        strict = self.options["on_failure"] == "refuse"
        self._limiter = Limiter(self._shared(app), int(self.options["max_keys"]), strict=strict)

    def _shared(self, app: App) -> SharedStore | None:
        serving = app.settings.transport == "http"
        if self.options["backend"] == "memory":
            if serving and app.settings.workers > 1:
                raise SettingError(
                    "MCP_WORKERS: several workers cannot share limits kept in memory; "
                    'set rate_limiting\'s option "backend" to "redis", or MCP_WORKERS=1'
                )
            return None
        url = secret(os.environ, "REDIS_URL")
        if url is None:
            if serving:
                raise SettingError("REDIS_URL: rate_limiting counts in Redis, and this is not set")
            return None
        try:
            store = import_module("..rate_limiting.redis_store", __package__)  # not always there
            made: SharedStore = store.Shared(url, f"{app.manifest.server.name}:rate_limiting:")
        except ValueError as error:
            raise SettingError("REDIS_URL: is not like redis://localhost:6379/0") from error
        return made

    async def start(self) -> None:
        """Look whether Redis is there; if not, the option `on_failure` says what happens."""
        await self._limiter.start()

    async def stop(self) -> None:
        """Close the connections."""
        await self._limiter.stop()

    async def problem(self) -> str | None:
        """Without Redis a server that must not guess has to refuse everything."""
        if self._limiter.is_down and self.options["on_failure"] == "refuse":
            return Unreachable("Redis cannot be reached")
        return None

    def gauges(self) -> Mapping[str, float]:
        """How many were refused, and whether this process counts alone for want of Redis."""
        return {
            "refused": self.refused,
            "local_keys": len(self._limiter.local),
            "redis_down": float(self._limiter.is_down),
        }

    # ---- at the door --------------------------------------------------------------------------

    async def enter(self, connection: HTTPConnection, proceed: Enter) -> Peer:
        """An address that keeps sending bad tokens is not even listened to for a while."""
        if self._app.authenticate is None:
            return await proceed(connection)
        address = subject_of(f"ip:{connection.scope['client'][0]}")
        buckets = [Bucket(f"{address}:failures", self._failures)]
        await self._at_the_door(buckets, None, spend=False)
        try:
            return await proceed(connection)
        except Refusal as no:
            if no.status == UNAUTHORIZED:
                await self._at_the_door(buckets, None, no)
            raise

    async def admit(self, _connection: HTTPConnection, peer: Peer, message: Json | None) -> None:
        """Requests that are no calls, such as lists and this server's other addresses."""
        if message is None or message.get("method") not in THROUGH_THE_MODULES:
            subject = subject_of(peer.principal)
            await self._at_the_door([Bucket(f"{subject}:http", self._http)], message)

    async def _at_the_door(
        self,
        buckets: Sequence[Bucket],
        message: Json | None,
        instead: Refusal | None = None,
        *,
        spend: bool = True,
    ) -> None:
        """Refuse when there is no room; `instead` goes out in any case."""
        try:
            wait = (await self._limiter.take(buckets, spend=spend)).wait
        except StoreError as error:
            headers = {"Retry-After": "1"}
            raise instead or Refusal.of(
                message, 503, "Limits cannot be checked at present.", headers=headers
            ) from error
        if wait > 0 and instead is None:
            self.refused += 1
            raise Refusal.of(
                message,
                429,
                f"Too many requests; try again in {_seconds(wait)}.",
                headers={"Retry-After": str(max(1, math.ceil(wait)))},
                data={"reason": "rate_limited", "retryAfter": _rounded(wait)},
            )

    # ---- around calls -------------------------------------------------------------------------

    async def around(self, call: Call, proceed: Next) -> Result:
        """Let the call through if there is room, else say how long to wait."""
        await self._limiter.refresh(self._policy)
        tool = call.name if call.kind == "tools/call" else None
        buckets = self._policy.buckets(call.context.peer, tool)
        try:
            wait = (await self._limiter.take(buckets)).wait
        except StoreError as error:
            words = "Limits cannot be checked at present; try again in a moment."
            raise Denied(words, reason="unavailable", retry_after=1) from error
        if wait > 0:
            self.refused += 1
            raise Denied(
                f"Too many calls: {call.name} may be called again in {_seconds(wait)}.",
                reason="rate_limited",
                retry_after=_rounded(wait),
            )
        return await proceed(call)

    # ---- tools --------------------------------------------------------------------------------

    async def tool_check_rate_limit(self, ctx: Context, /, **arguments: Any) -> dict[str, Any]:
        """What the caller has left, without using any of it."""
        tool = arguments.get("tool")
        await self._limiter.refresh(self._policy)
        buckets = self._policy.buckets(ctx.peer, tool)
        try:
            verdict = await self._limiter.take(buckets, spend=False)
        except StoreError as error:
            raise Denied("Limits cannot be checked at present.", reason="unavailable") from error
        tier = self._policy.tier(ctx.peer)
        return {
            "tier": tier.name if tier else "default",
            "allowed": verdict.wait == 0,
            "retryAfter": _rounded(verdict.wait),
            "limits": [
                {"of": of, **_shown(bucket.rate), "left": left}
                for of, bucket, left in zip(
                    ["all calls", tool], buckets, verdict.left, strict=False
                )
            ],
        }

    async def tool_set_rate_limit(self, ctx: Context, /, **arguments: Any) -> dict[str, Any]:
        """Set or take back a rate at run time, for all processes that share this store."""
        if self._app.authenticate is None and not ctx.peer.trusted:
            raise Denied(
                "Without authentication only the owner of a local server may set limits.",
                reason="insufficient_scope",
            )
        principal, tool = arguments.get("principal"), arguments.get("tool")
        if tool is not None and tool not in self._app.tools:
            raise Denied(f"There is no tool {tool!r}.", reason="not_found")
        name = override_name(principal, tool)
        known = self._policy.overrides
        if name not in known and len(known) >= MAX_OVERRIDES:
            raise Denied(f"No more than {MAX_OVERRIDES} rates can be set.", reason="full")
        rate = Rate.of(arguments["rate"]) if arguments.get("rate") is not None else None
        try:
            await self._limiter.override(self._policy, name, rate)
        except StoreError as error:
            raise Denied(
                "Redis cannot be reached; nothing changed.", reason="unavailable"
            ) from error
        return {
            "principal": principal,
            "tool": tool,
            "rate": _shown(rate) if rate is not None else None,
        }


def _shown(rate: Rate) -> dict[str, float]:
    return {"requests": rate.requests, "seconds": rate.seconds, "burst": rate.burst}


def _rounded(wait: float) -> float:
    """Milliseconds, up: who waits that long is let in."""
    return math.ceil(wait * 1000) / 1000


def _seconds(wait: float) -> str:
    return f"{_rounded(wait):g} seconds"


MODULE = RateLimiting
