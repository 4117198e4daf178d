"""Monitoring: figures at /metrics, an audit log, traces, and two tools for administrators."""

from __future__ import annotations

import os
import time
from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread
from prometheus_client import CONTENT_TYPE_LATEST

from ..runtime import Call, Module, Next, Result
from ..runtime.http import page, serve_routes
from ..runtime.siblings import answer_siblings, ask_siblings
from ..telemetry import Audit, Figures, Trace, is_wanted, merged, summary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..runtime import App
    from ..telemetry.otlp import Telemetry

FLUSH_S = 2.0
"""How long the end may wait until traces are sent."""


class Monitoring(Module):
    """Sees every call, refused ones included; no argument's value gets into figures or traces.

    MCP_METRICS_PORT switches /metrics on, MCP_AUDIT_LOG says where the audit log goes, and
    OTEL_EXPORTER_OTLP_ENDPOINT where traces and metrics are sent.
    """

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__(options)
        self.figures = Figures()
        self._telemetry: Telemetry | None = None
        self._began = time.monotonic()

    def setup(self, app: App) -> None:
        """Open the audit log; remember the app, whose modules have figures too."""
        self._app = app
        self.figures.watch(app)
        server = app.manifest.server
        self._audit = Audit(
            os.environ.get("MCP_AUDIT_LOG") or "stderr",
            app.redact,
            {"server": server.name, "version": server.version},
            arguments=bool(self.options.get("audit_arguments", False)),
        )

    async def start(self) -> None:
        """Serve /metrics, if there is a port for it; send traces, if someone collects them."""
        settings = self._app.settings
        if settings.metrics_port is not None:
            routes = [page("/metrics", CONTENT_TYPE_LATEST, self.text)]
            serve = partial(
                serve_routes, self._app, routes, settings.metrics_host, settings.metrics_port
            )
            self._app.spawn("metrics", serve)
        if settings.workers_folder:
            self._app.spawn("siblings", partial(answer_siblings, settings, "metrics", self._own))
        if is_wanted(os.environ):
            self._telemetry = self._connect()

    async def stop(self) -> None:
        """Send what is left."""
        if self._telemetry is not None:
            with anyio.move_on_after(FLUSH_S):
                await anyio.to_thread.run_sync(self._telemetry.close, abandon_on_cancel=True)
        self._audit.close()

    async def text(self) -> bytes:
        """All figures, in Prometheus' format; those of every worker when there are several."""
        own = await self._own()
        settings = self._app.settings
        if not settings.workers_folder:
            return own
        return merged({settings.worker: own, **await ask_siblings(settings, "metrics")})

    async def around(self, call: Call, proceed: Next) -> Result:
        """Count, time, trace, write down."""
        began = time.perf_counter()
        outcome = "cancelled"
        self.figures.running.inc()
        with self._telemetry.call(call) if self._telemetry else nullcontext(Trace()) as trace:
            try:
                result = await proceed(call)
                outcome = "error" if result.get("isError") else "ok"
            except Exception as error:
                outcome = getattr(error, "reason", "exception")
                raise
            else:
                return result
            finally:
                self._ended(call, trace, outcome, time.perf_counter() - began)

    async def tool_get_health(self) -> dict[str, Any]:
        """Whether the server is ready, and if not, why."""
        problems = await self._app.life.problems()
        return {
            "ready": not problems,
            "problems": {name: self._app.redact(why) for name, why in problems.items()},
            "version": self._app.manifest.server.version,
            "uptime_seconds": round(time.monotonic() - self._began),
            "calls_running": self._app.running,
        }

    async def tool_get_metrics(self) -> dict[str, Any]:
        """Calls, failures and times, of all workers."""
        return summary(await self.text())

    async def _own(self) -> bytes:
        self.figures.ready.set(0 if await self._app.life.problems() else 1)
        return self.figures.text()

    def _ended(self, call: Call, trace: Trace, outcome: str, took: float) -> None:
        outcome = self.figures.bounded(outcome)
        self.figures.running.dec()
        self.figures.count(call, outcome, took)
        if self._telemetry is not None:
            self._telemetry.ended(call, trace, outcome, took)
        self._audit.write(call, outcome, took, trace.id)

    def _connect(self) -> Telemetry:
        from ..telemetry.otlp import Telemetry  # noqa: PLC0415 - slow, and seldom wanted

        server = self._app.manifest.server
        telemetry = Telemetry(server.name, server.version)
        telemetry.show("mcp.server.calls.running", lambda: self._app.running)
        for name, module in self._app.modules.items():
            for key in module.gauges():
                telemetry.show(f"mcp.{name}.{key}", partial(_read, module, key))
        return telemetry


def _read(module: Module, key: str) -> float:
    return module.gauges().get(key, 0.0)


MODULE = Monitoring
