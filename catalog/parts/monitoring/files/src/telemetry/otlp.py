"""Sends traces and metrics over OTLP/HTTP. Slow to import: only for those who collect them."""

from __future__ import annotations

import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.metrics import Observation
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from .trace import Trace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from opentelemetry.metrics import CallbackOptions

    from ..runtime import Call

FINE = {"ok", "input_required", "cancelled"}
_TARGETS = {"tools/call": "gen_ai.tool.name", "prompts/get": "gen_ai.prompt.name"}
_PROPAGATOR = TraceContextTextMapPropagator()


class Telemetry:
    """Sends a span and a duration for each call; OTEL_* variables say where."""

    def __init__(self, name: str, version: str) -> None:
        given = Resource.create()  # OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win
        about = {"service.version": version, "service.instance.id": str(uuid.uuid4())}
        about = {key: value for key, value in about.items() if key not in given.attributes}
        if str(given.attributes.get("service.name", "")).startswith("unknown_service"):
            about["service.name"] = name
        resource = given.merge(Resource(about))
        self._spans = TracerProvider(resource=resource)
        self._spans.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        trace.set_tracer_provider(self._spans)  # spans that tools make belong to ours
        reader = PeriodicExportingMetricReader(OTLPMetricExporter())
        self._metrics = MeterProvider([reader], resource=resource)
        self._tracer = self._spans.get_tracer(name, version)
        self._meter = self._metrics.get_meter(name, version)
        self._seconds = self._meter.create_histogram(
            "mcp.server.operation.duration", unit="s", description="How long calls took"
        )

    def show(self, name: str, read: Callable[[], float]) -> None:
        """A gauge that is read whenever metrics are sent."""

        def observe(_options: CallbackOptions) -> Iterator[Observation]:
            yield Observation(read())

        self._meter.create_observable_gauge(name, callbacks=[observe])

    @contextmanager
    def call(self, call: Call) -> Iterator[Trace]:
        """The span around a call; it continues the trace that the caller sent along."""
        parent = _PROPAGATOR.extract(dict(call.context.peer.trace))
        with self._tracer.start_as_current_span(
            f"{call.kind} {call.name}",
            context=parent,
            kind=SpanKind.SERVER,
            attributes=_attributes(call),
            record_exception=False,  # its words may be a caller's
            set_status_on_exception=False,
        ) as span:
            yield Trace(f"{span.get_span_context().trace_id:032x}", span)

    def ended(self, call: Call, trace: Trace, outcome: str, seconds: float) -> None:
        """How the call ended."""
        failed = {} if outcome in FINE else {"error.type": outcome}
        self._seconds.record(seconds, {**_attributes(call), **failed})
        if trace.span is not None:
            trace.span.set_attributes({"mcp.outcome": outcome, **failed})
            if failed:
                trace.span.set_status(StatusCode.ERROR)

    def close(self) -> None:
        """Send what is left; waits for the network."""
        self._spans.shutdown()
        self._metrics.shutdown()


def _attributes(call: Call) -> dict[str, Any]:
    target = _TARGETS.get(call.kind, "mcp.resource.uri")
    return {"mcp.method.name": call.kind, target: call.name}
