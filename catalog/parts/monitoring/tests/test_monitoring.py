"""Monitoring: outcomes in figures and in the audit log, and nothing of what callers said."""

from __future__ import annotations

import asyncio
import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from src.modules.monitoring import Monitoring
from src.runtime import Call, Context, Denied, Invalid, Peer, ToolError
from src.runtime.errors import InputRequired, MissingCapability
from src.runtime.logs import Redactor
from src.telemetry import Audit, merged, summary
from src.telemetry.figures import MAX_OUTCOMES

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.anyio


def call(**arguments: Any) -> Call:
    context = Context(app=None, peer=Peer("ann"))  # type: ignore[arg-type]
    return Call("tools/call", "t", {"password": "hunter2", **arguments}, context)


def monitoring(modules: dict[str, Any] | None = None, **options: Any) -> Monitoring:
    module = Monitoring(options)
    server = SimpleNamespace(name="s", version="1.0.0")
    app = SimpleNamespace(
        modules=modules or {},
        refused=2,
        redact=Redactor(["planted"]),
        manifest=SimpleNamespace(server=server),
    )
    module.setup(app)  # type: ignore[arg-type]
    return module


@pytest.mark.parametrize(
    ("end", "outcome"),
    [
        ({"content": []}, "ok"),
        ({"content": [], "isError": True}, "error"),
        (ToolError("words"), "error"),
        (ToolError("words", data={"reason": "timeout"}), "timeout"),
        (ToolError("words", data={"reason": "No word at all!"}), "other"),
        (Denied("no", reason="busy"), "busy"),
        (Invalid("t", ["a: b"]), "invalid_arguments"),
        (InputRequired({}, None), "input_required"),
        (MissingCapability("roots"), "missing_capability"),
        (RuntimeError("bug"), "exception"),
        (asyncio.CancelledError(), "cancelled"),
    ],
)
async def test_outcomes(
    end: Any, outcome: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    log = tmp_path / "audit.log"
    monkeypatch.setenv("MCP_AUDIT_LOG", str(log))
    module = monitoring()

    async def core(_call: Call) -> Any:
        if isinstance(end, BaseException):
            raise end
        return end

    try:
        await module.around(call(), core)
    except BaseException as error:
        assert error is end
    figures = module.figures.text().decode()
    assert f'mcp_calls_total{{kind="tools/call",name="t",outcome="{outcome}"}} 1.0' in figures
    assert 'mcp_call_seconds_count{kind="tools/call",name="t"} 1.0' in figures
    assert "mcp_calls_running 0.0" in figures
    line = json.loads(log.read_text())
    wanted = ("s", "1.0.0", "tools/call", "t", outcome, "ann")
    assert tuple(line[k] for k in ("server", "version", "kind", "name", "outcome", "principal")) == wanted
    assert line["ms"] >= 0
    assert log.stat().st_mode & 0o077 == 0
    assert "hunter2" not in log.read_text() + figures


async def test_figures_of_other_modules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MCP_AUDIT_LOG", "off")
    other = SimpleNamespace(gauges=lambda: {"entries": 3})
    figures = monitoring({"caching": other}).figures.text().decode()
    assert "mcp_caching_entries 3.0" in figures
    assert "mcp_calls_refused_total 2.0" in figures


def test_the_words_for_outcomes_are_bounded() -> None:
    figures = Monitoring({}).figures
    words = {figures.bounded(f"reason_{number}") for number in range(1000)}
    assert len(words) == MAX_OUTCOMES + 1
    assert "other" in words
    assert figures.bounded("reason_1") == "reason_1"


def test_arguments_are_written_when_wanted_and_redacted(tmp_path: Path) -> None:
    log = tmp_path / "audit.log"
    audit = Audit(str(log), Redactor(["planted"]), {}, arguments=True)
    seen = call(key='a "planted" b', long="x" * 5000)
    seen.notes["from"] = "planted by a module"
    audit.write(seen, "ok", 0.1, "ab")
    line = json.loads(log.read_text())
    assert "hunter2" in line["arguments"]
    assert "planted" not in log.read_text()
    assert len(line["arguments"]) == 2048
    assert line["notes"] == {"from": "[hidden] by a module"}
    assert line["trace_id"] == "ab"


def test_pages_of_workers_become_one() -> None:
    pages = {}
    for worker, calls in ((0, 2), (1, 3)):
        figures = Monitoring({}).figures
        for _ in range(calls):
            figures.count(call(), "ok", 0.2)
        figures.count(call(), "timeout", 0.2)
        pages[worker] = figures.text()
    page = merged(pages)
    assert b'outcome="ok",worker="1"} 3.0' in page
    assert page.count(b"# TYPE mcp_calls_total counter") == 1
    assert summary(page)["calls"] == [
        {"kind": "tools/call", "name": "t", "count": 7, "failed": 2, "mean_ms": 200.0}
    ]
