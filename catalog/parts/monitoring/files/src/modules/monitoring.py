"""Monitoring: one log line per call, and figures at /metrics on a port of their own."""

from __future__ import annotations

import json
import logging
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

from ..runtime import Call, Module, Next, Result
from ..runtime.http import page, serve_routes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from prometheus_client.core import Metric

    from ..runtime import App

log = logging.getLogger(__name__)


class Monitoring(Module):
    """Sees every call, refused ones included; no argument's value gets into logs or figures.

    MCP_METRICS_PORT switches /metrics on, MCP_METRICS_HOST says where (127.0.0.1).
    """

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__(options)
        self.registry = CollectorRegistry()
        kinds = ["kind", "name"]
        self._calls = Counter(
            "mcp_calls", "Calls by outcome", [*kinds, "outcome"], registry=self.registry
        )
        self._seconds = Histogram(
            "mcp_call_seconds", "How long calls took", kinds, registry=self.registry
        )
        self._running = Gauge("mcp_calls_running", "Calls in progress", registry=self.registry)

    def setup(self, app: App) -> None:
        """Remember the app, whose modules have figures too."""
        self._app = app
        self.registry.register(_Figures(app))

    async def start(self) -> None:
        """Serve /metrics, if there is a port for it."""
        settings = self._app.settings
        if settings.metrics_port is not None:
            routes = [page("/metrics", CONTENT_TYPE_LATEST, self.page)]
            serve = partial(
                serve_routes, self._app, routes, settings.metrics_host, settings.metrics_port
            )
            self._app.spawn("metrics", serve)

    def text(self) -> bytes:
        """All figures, in Prometheus' format."""
        return generate_latest(self.registry)

    async def page(self) -> bytes:
        return self.text()

    async def around(self, call: Call, proceed: Next) -> Result:
        """Count, time, log."""
        began = time.perf_counter()
        outcome = "cancelled"
        self._running.inc()
        try:
            result = await proceed(call)
            outcome = "error" if result.get("isError") else "ok"
        except Exception as error:
            outcome = getattr(error, "reason", "exception")
            raise
        else:
            return result
        finally:
            took = time.perf_counter() - began
            self._running.dec()
            self._calls.labels(call.kind, call.name, outcome).inc()
            self._seconds.labels(call.kind, call.name).observe(took)
            self._log(call, outcome, took)

    def _log(self, call: Call, outcome: str, took: float) -> None:
        line = {
            "kind": call.kind,
            "name": call.name,
            "outcome": outcome,
            "ms": round(took * 1000, 1),
            "principal": call.context.principal,
            **call.notes,
        }
        log.info("%s", json.dumps(line, ensure_ascii=False))


class _Figures:
    """What the modules and the runtime tell when asked: read at every scrape."""

    def __init__(self, app: App) -> None:
        self._app = app

    def collect(self) -> Iterator[Metric]:
        refused = CounterMetricFamily("mcp_calls_refused", "Calls that found the server full")
        refused.add_metric([], self._app.refused)
        yield refused
        for name, module in self._app.modules.items():
            for key, value in module.gauges().items():
                gauge = GaugeMetricFamily(f"mcp_{name}_{key}", f"{key} of {name}")
                gauge.add_metric([], value)
                yield gauge


MODULE = Monitoring
