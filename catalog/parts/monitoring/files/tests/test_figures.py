"""Figures, the audit log and traces tell how calls ended."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from src.main import build
from src.modules.monitoring import Monitoring
from src.runtime import Context, Denied, Peer, ToolError, ToolSpec
from src.telemetry.figures import merged

if TYPE_CHECKING:
    from pathlib import Path

    from src.runtime import App

pytestmark = pytest.mark.anyio
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
SPEC = ToolSpec({"name": "end", "inputSchema": {"type": "object"}}, "end")


class Traced(Peer):
    """A caller that sends a trace along."""

    @property
    def trace(self) -> dict[str, str]:
        """As in the W3C's recommendation."""
        return {"traceparent": TRACE}


async def end(how: str) -> Any:
    """A tool that ends as told."""
    if how == "denied":
        raise Denied("no", reason="rate_limited")
    if how == "error":
        raise ToolError("no")
    return {"fine": how}


async def called(app: App, monitoring: Monitoring) -> dict[str, Any]:
    """What the figures say after three calls."""
    async with app.life.run():
        for how in ("ok", "denied", "error"):
            try:
                await app.call_tool("end", {"how": how}, Context(app, Traced("ann", trusted=True)))
            except ToolError:
                continue
        health = await monitoring.tool_get_health()
        assert health["calls_running"] == 0
        text = await monitoring.text()
        assert merged({0: text, 1: text})
        return await monitoring.tool_get_metrics()


def of(app: App, *, arguments: bool) -> Monitoring:
    """The module, with the tool that it watches."""
    app.tool(SPEC, end)
    module = Monitoring.of(app)
    module._audit._with_arguments = arguments  # noqa: SLF001
    return module


@pytest.mark.parametrize("arguments", [True, False])
async def test_calls_are_counted_and_written_down(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, arguments: bool
) -> None:
    monkeypatch.setenv("MCP_AUDIT_LOG", str(tmp_path / "audit.log"))
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    app = build()
    figures = await called(app, of(app, arguments=arguments))
    lines = [json.loads(line) for line in (tmp_path / "audit.log").read_text("utf-8").splitlines()]
    assert [line["outcome"] for line in lines] == ["ok", "rate_limited", "error"]
    assert all(("arguments" in line) == arguments for line in lines)
    assert "end" in json.dumps(figures)


async def test_traces_are_sent_to_whoever_collects(monkeypatch: pytest.MonkeyPatch) -> None:
    got = asyncio.Event()

    async def collect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(s for s in head.lower().split(b"\r\n") if s.startswith(b"content-length"))
        await reader.readexactly(int(length.split(b":")[1]))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()
        got.set()

    async with await asyncio.start_server(collect, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{port}")
        app = build()
        assert await called(app, of(app, arguments=False))
        await asyncio.wait_for(got.wait(), 10)


async def test_the_audit_log_may_be_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MCP_AUDIT_LOG", "off")
    app = build()
    assert await called(app, of(app, arguments=False))
