"""Limits: counted for each caller, by tier and tool; floods are refused at the door."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from conftest import MANIFEST, http, running
from src.main import build
from src.modules.rate_limiting import RateLimiting
from src.rate_limiting import Bucket, Policy, Rate, StoreError, Verdict, subject_of
from src.rate_limiting.limiter import Limiter
from src.runtime import Context, Denied, Peer, ToolSpec
from src.runtime.http import asgi_app

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from src.runtime import App

pytestmark = pytest.mark.anyio
FEW = {"requests": 1, "seconds": 100, "burst": 2}
TIERS = [{"name": "gold", "principals": ["ann"], "scopes": ["gold"], "rate": FEW | {"burst": 5}}]
OPTIONS = next(dict(m.options) for m in MANIFEST.modules if m.name == "rate_limiting")
SPEC = ToolSpec({"name": "hit", "inputSchema": {"type": "object"}}, "hit")


async def hit() -> str:
    """A tool."""
    return "hit"


@asynccontextmanager
async def limited(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[App, RateLimiting]]:
    """A server with narrow limits, counted in memory."""
    monkeypatch.delenv("REDIS_URL", raising=False)
    monkeypatch.setenv("MCP_TRANSPORT", "stdio")
    app = build()
    app.tool(SPEC, hit)
    module = RateLimiting.of(app)
    options = OPTIONS | {"rate": FEW, "tiers": TIERS, "tool_rates": {"hit": FEW | {"burst": 3}}}
    monkeypatch.setattr(module, "_policy", Policy(options))
    monkeypatch.setattr(module, "_limiter", Limiter(None, 1000, strict=False))
    async with app.life.run():
        yield app, module


async def times(app: App, who: str, **more: Any) -> int:
    """How often a caller gets through."""
    for number in range(10):
        try:
            await app.call_tool("hit", {}, Context(app, Peer(who, **more)))
        except Denied:
            return number
    return 10


async def test_callers_have_limits_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    async with limited(monkeypatch) as (app, module):
        counted = [
            await times(app, who) for who in ("ann", "bob", "ip:192.0.2.1", "ip:2001:db8::1")
        ]
        same_network = await times(app, "ip:2001:db8::2")
        by_scope = await times(app, "eve", scopes=frozenset({"gold"}))
        ctx = Context(app, Peer("bob", trusted=True))
        shown = await module.tool_check_rate_limit(ctx, tool="hit")
        roomy = {"requests": 9, "seconds": 1, "burst": 9}
        for tool in (None, "hit"):
            await module.tool_set_rate_limit(ctx, principal="ben", tool=tool, rate=roomy)
        raised = await times(app, "ben")
        await module.tool_set_rate_limit(ctx, principal="ben", tool=None, rate=None)
        with pytest.raises(Denied, match="no tool"):
            await module.tool_set_rate_limit(ctx, principal=None, tool="none", rate=roomy)
    assert (counted, same_network, by_scope) == ([3, 2, 2, 2], 0, 3)
    assert (shown["tier"], shown["allowed"]) == ("default", False)
    assert raised >= 9
    assert module.gauges()["refused"] == 7


async def test_floods_end_at_the_door(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REDIS_URL", raising=False)
    app = build()
    module = app.modules["rate_limiting"]
    monkeypatch.setattr(module, "_http", Rate.of(FEW))
    monkeypatch.setattr(module, "_failures", Rate.of(FEW))
    asgi = asgi_app(app)
    async with running(asgi):
        answers = [await http(asgi, "POST", "/mcp", {"jsonrpc": "2.0", "id": 1}) for _ in range(6)]
    assert answers[-1].status == 429
    assert answers[0].status != 429


class Flaky:
    """A shared store that is there or not."""

    def __init__(self) -> None:
        self.down = False

    async def ping(self) -> None:
        """Say whether it is there."""
        if self.down:
            raise StoreError("down")

    async def take(self, buckets: Sequence[Bucket], *, spend: bool) -> Verdict:
        """There is always room."""
        assert spend
        await self.ping()
        return Verdict(0.0, tuple(1 for _ in buckets))

    async def overrides(self) -> dict[str, Rate]:
        """None are set."""
        await self.ping()
        return {}

    async def override(self, _name: str, _rate: Rate | None) -> None:
        """Forget it."""
        await self.ping()

    async def close(self) -> None:
        """Nothing to close."""


@pytest.mark.parametrize("strict", [True, False])
async def test_without_the_shared_store(*, strict: bool) -> None:
    store, policy = Flaky(), Policy(OPTIONS)
    limiter = Limiter(store, 1000, strict=strict)  # type: ignore[arg-type]
    buckets = policy.buckets(Peer("ann"), None)
    await limiter.start()
    await limiter.refresh(policy)
    assert (await limiter.take(buckets)).wait == 0
    await limiter.override(policy, "x", None)
    store.down = True
    if strict:
        with pytest.raises(StoreError):
            await limiter.take(buckets)
    else:
        assert (await limiter.take(buckets)).wait == 0
    assert limiter.is_down
    await limiter.start()
    await limiter.stop()


@pytest.mark.parametrize("address", ["::ffff:192.0.2.1", "192.0.2.1"])
def test_one_address_is_one_subject(address: str) -> None:
    assert subject_of(f"ip:{address}") == subject_of("ip:192.0.2.1")
    assert subject_of("ip:nonsense") != subject_of("ip:192.0.2.1")
