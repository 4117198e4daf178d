"""What monitoring knows of a trace without OpenTelemetry being loaded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opentelemetry.trace import Span

ENDPOINTS = (
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
)


def is_wanted(environ: Mapping[str, str]) -> bool:
    """Whether someone collects; OTEL_SDK_DISABLED=true says no."""
    disabled = environ.get("OTEL_SDK_DISABLED", "").lower() == "true"
    return not disabled and any(environ.get(name) for name in ENDPOINTS)


@dataclass(frozen=True, slots=True)
class Trace:
    """The trace that a call belongs to, if there is one."""

    id: str | None = None
    """In hexadecimal, for the audit log."""
    span: Span | None = None
