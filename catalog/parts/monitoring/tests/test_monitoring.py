"""Monitoring: outcomes in figures and logs, and nothing of what callers said."""

from __future__ import annotations

import asyncio
import json
import logging
from types import SimpleNamespace
from typing import Any

import pytest

from src.modules.monitoring import Monitoring
from src.runtime import Call, Context, Denied, Invalid, Peer, ToolError
from src.runtime.errors import InputRequired, MissingCapability

pytestmark = pytest.mark.anyio


def call() -> Call:
    context = Context(app=None, peer=Peer("ann"))  # type: ignore[arg-type]
    return Call("tools/call", "t", {"password": "hunter2"}, context)


@pytest.mark.parametrize(
    ("end", "outcome"),
    [
        ({"content": []}, "ok"),
        ({"content": [], "isError": True}, "error"),
        (ToolError("words"), "error"),
        (ToolError("words", data={"reason": "timeout"}), "timeout"),
        (Denied("no", reason="busy"), "busy"),
        (Invalid("t", ["a: b"]), "invalid_arguments"),
        (InputRequired({}, None), "input_required"),
        (MissingCapability("roots"), "missing_capability"),
        (RuntimeError("bug"), "exception"),
        (asyncio.CancelledError(), "cancelled"),
    ],
)
async def test_outcomes(end: Any, outcome: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    module = Monitoring({})

    async def core(_call: Call) -> Any:
        if isinstance(end, BaseException):
            raise end
        return end

    try:
        await module.around(call(), core)
    except BaseException as error:
        assert error is end
    figures = module.text().decode()
    assert f'mcp_calls_total{{kind="tools/call",name="t",outcome="{outcome}"}} 1.0' in figures
    assert 'mcp_call_seconds_count{kind="tools/call",name="t"} 1.0' in figures
    assert "mcp_calls_running 0.0" in figures
    line = json.loads(caplog.messages[-1])
    assert (line["name"], line["outcome"], line["principal"]) == ("t", outcome, "ann")
    assert "hunter2" not in caplog.text + figures


async def test_figures_of_other_modules() -> None:
    module = Monitoring({})
    other = SimpleNamespace(gauges=lambda: {"entries": 3})
    module.setup(SimpleNamespace(modules={"caching": other}, refused=2))  # type: ignore[arg-type]
    figures = module.text().decode()
    assert "mcp_caching_entries 3.0" in figures
    assert "mcp_calls_refused_total 2.0" in figures
