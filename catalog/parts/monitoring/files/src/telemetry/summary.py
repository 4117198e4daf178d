"""Figures for a model: small numbers instead of histograms."""

from __future__ import annotations

from typing import Any

from prometheus_client.parser import text_string_to_metric_families

FINE = {"ok", "input_required"}


def summary(text: bytes) -> dict[str, Any]:
    """What the page says: for each tool, resource and prompt its calls, failures and mean time."""
    calls: dict[tuple[str, str], dict[str, Any]] = {}
    others: dict[str, float] = {}
    for family in text_string_to_metric_families(text.decode()):
        for sample in family.samples:
            if family.name in {"mcp_calls", "mcp_call_seconds"}:
                key = (sample.labels["kind"], sample.labels["name"])
                entry = calls.setdefault(key, {"count": 0, "failed": 0, "seconds": 0.0})
                _add(entry, sample.name, sample.labels.get("outcome"), sample.value)
            elif family.name.startswith("mcp_"):
                others[sample.name] = others.get(sample.name, 0.0) + sample.value
    return {"calls": [_shown(*key, entry) for key, entry in sorted(calls.items())], "other": others}


def _add(entry: dict[str, Any], sample: str, outcome: str | None, value: float) -> None:
    if sample == "mcp_calls_total":
        entry["count"] += int(value)
        entry["failed"] += 0 if outcome in FINE else int(value)
    elif sample == "mcp_call_seconds_sum":
        entry["seconds"] += value


def _shown(kind: str, name: str, entry: dict[str, Any]) -> dict[str, Any]:
    mean = 1000 * entry["seconds"] / entry["count"] if entry["count"] else 0.0
    return {
        "kind": kind,
        "name": name,
        "count": entry["count"],
        "failed": entry["failed"],
        "mean_ms": round(mean, 1),
    }
