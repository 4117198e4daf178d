"""Which sets of capabilities and choices are tried together: few that hold every pair, or all pairs one by one."""

from __future__ import annotations

import itertools
from typing import Any

CAPABILITIES = ("tools", "resources", "prompts", "monitoring", "persistence", "authentication", "rate_limiting", "caching", "webhooks", "streaming")
DEPLOYMENTS: dict[str, dict[str, Any]] = {
    "none": {}, "compose": {"compose": True, "git": True},
    "istio": {"kubernetes": True, "service_mesh": "istio", "scaling": {"min_replicas": 2, "max_replicas": 5}},
    "linkerd": {"kubernetes": True, "compose": True, "service_mesh": "linkerd"},
}
FACTORS: dict[str, tuple[Any, ...]] = {
    **dict.fromkeys(CAPABILITIES, (False, True)),
    "deployment": tuple(DEPLOYMENTS), "caching.backend": ("memory", "sqlite", "redis"), "rate_limiting.backend": ("memory", "redis"),
    "authentication.mode": ("local", "issuer"), "all tools": (False, True),
}
OPTIONAL_TOOLS = ("monitoring", "persistence", "authentication", "rate_limiting", "caching", "webhooks", "streaming")
Row = dict[str, Any]


def form(name: str, row: Row) -> dict[str, Any]:
    """The form of a row; what a row leaves out is at its default."""
    listed = [capability for capability in CAPABILITIES if row.get(capability)] or ["tools"]
    options: dict[str, dict[str, Any]] = {capability: {"tools": row["all tools"]} for capability in listed if capability in OPTIONAL_TOOLS and "all tools" in row}
    for factor in ("caching.backend", "rate_limiting.backend", "authentication.mode"):
        capability, option = factor.split(".")
        if factor in row and capability in listed:
            options.setdefault(capability, {})[option] = row[factor]
    made: dict[str, Any] = {"server_name": name, "complexity": "custom", "capabilities": listed, "options": options,
                            "deployment_config": DEPLOYMENTS[row.get("deployment", "none")]}
    if "tools" in listed:
        made["custom_tools"] = [{"name": "echo", "description": "Says it again", "parameters": {"text": {"type": "string"}}, "implementation": "return text"}]
    if "resources" in listed:
        made["custom_resources"] = [{"uri": "notes://all", "name": "notes", "text": "nothing yet"}]
    if "prompts" in listed:
        made["custom_prompts"] = [{"name": "greet", "description": "Greets", "messages": [{"role": "user", "content": {"type": "text", "text": "Hello"}}]}]
    return made


def pairwise() -> list[Row]:
    """Rows in which every two values of every two factors meet at least once; the first has everything."""
    names = list(FACTORS)
    full = {name: FACTORS[name][-1] for name in names}
    left = {((a, x), (b, y)) for a, b in itertools.combinations(names, 2) for x in FACTORS[a] for y in FACTORS[b]}
    rows: list[Row] = []
    while left:
        row = full if not rows else _grown(names, left)
        rows.append(row)
        left -= set(itertools.combinations(((name, row[name]) for name in names), 2))
    return rows


def _grown(names: list[str], left: set[Any]) -> Row:
    """A row that begins with a pair nobody has tried, and takes what meets most such pairs, factor by factor."""
    (a, x), (b, y) = min(left, key=repr)
    row = {a: x, b: y}
    for name in names:
        if name in row:
            continue
        row[name] = max(FACTORS[name], key=lambda value: (sum(
            (((other, row[other]), (name, value)) in left) + (((name, value), (other, row[other])) in left) for other in row), repr(value)))
    return row


def one_by_one() -> list[Row]:
    """Every capability alone, every two, and all of them."""
    sets = [*itertools.combinations(CAPABILITIES, 1), *itertools.combinations(CAPABILITIES, 2), CAPABILITIES]
    return [dict.fromkeys(chosen, True) for chosen in sets]
