"""Figures in Prometheus' format, of this process and of its siblings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from prometheus_client.core import Metric

    from ..runtime import App, Call

MAX_OUTCOMES = 40
"""Different words for outcomes; tools may invent more, which are counted as `other`."""
_WORD = re.compile(r"[a-z][a-z0-9_]{0,39}")
_KINDS = ("kind", "name")


class Figures:
    """Counts calls. Labels are bounded: names come from the manifest, outcomes are limited."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()
        registry = self.registry
        self._calls = Counter(
            "mcp_calls", "Calls by outcome", [*_KINDS, "outcome"], registry=registry
        )
        self._seconds = Histogram(
            "mcp_call_seconds", "How long calls took", _KINDS, registry=registry
        )
        self.running = Gauge("mcp_calls_running", "Calls in progress", registry=registry)
        self.ready = Gauge("mcp_ready", "1 when the server is ready", registry=registry)
        self._outcomes: set[str] = set()
        self._found: dict[tuple[str, str, str], tuple[Counter, Histogram]] = {}
        """What `labels` found, by its labels: looking is half of what counting costs."""

    def watch(self, app: App) -> None:
        """Show the figures of the runtime and of its modules, too."""
        self.registry.register(_OfModules(app))

    def count(self, call: Call, outcome: str, seconds: float) -> None:
        """A call that has ended."""
        labels = (call.kind, call.name, outcome)
        found = self._found.get(labels)
        if found is None:
            of_kind = self._seconds.labels(call.kind, call.name)
            found = self._found[labels] = (self._calls.labels(*labels), of_kind)
        found[0].inc()
        found[1].observe(seconds)

    def text(self) -> bytes:
        """Everything about this process."""
        return generate_latest(self.registry)

    def bounded(self, outcome: str) -> str:
        """The outcome, or `other` when there are too many words for outcomes."""
        if outcome not in self._outcomes:
            if len(self._outcomes) >= MAX_OUTCOMES or not _WORD.fullmatch(outcome):
                return "other"
            self._outcomes.add(outcome)
        return outcome


class _OfModules(Collector):
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


class _Merged(Collector):
    def __init__(self, texts: Mapping[int, bytes]) -> None:
        self._texts = texts

    def collect(self) -> Iterator[Metric]:
        """Each family once, its samples labelled with the number of their worker."""
        families: dict[str, Metric] = {}
        for worker, text in sorted(self._texts.items()):
            for family in text_string_to_metric_families(text.decode()):
                samples, family.samples = family.samples, []
                known = families.setdefault(family.name, family)
                for sample in samples:
                    labels = {**sample.labels, "worker": str(worker)}
                    known.samples.append(sample._replace(labels=labels))
        yield from families.values()


def merged(texts: Mapping[int, bytes]) -> bytes:
    """The pages of several workers as one, each sample with a label `worker`."""
    return generate_latest(_Merged(texts))
