"""Makes up a small value that a JSON Schema accepts."""

from __future__ import annotations

from typing import Any

_FORMATS = {
    "date": "2026-07-28",
    "date-time": "2026-07-28T12:00:00Z",
    "duration": "PT1H",
    "email": "someone@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "time": "12:00:00Z",
    "uri": "https://example.com/",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


def example(schema: Any, root: Any = None) -> Any:
    """What the schema itself suggests, else the smallest value of its type."""
    if not isinstance(schema, dict):
        return None
    root = schema if root is None else root
    if "$ref" in schema:
        return example(_target(schema["$ref"], root), root)
    for key in ("const", "default"):
        if key in schema:
            return schema[key]
    for key in ("examples", "enum"):
        if schema.get(key):
            return schema[key][0]
    for key in ("anyOf", "oneOf", "allOf"):
        if schema.get(key):
            rest = {k: v for k, v in schema.items() if k != key}
            parts = schema[key] if key == "allOf" else schema[key][:1]
            return example(_merged([rest, *parts]), root)
    return _of_type(schema, root)


def _of_type(schema: dict[str, Any], root: Any) -> Any:
    kind = schema.get("type", "object" if "properties" in schema else "string")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        known = schema.get("properties", {})
        return {name: example(known.get(name, {}), root) for name in schema.get("required", ())}
    if kind == "array":
        first = [example(item, root) for item in schema.get("prefixItems", ())]
        missing = schema.get("minItems", 0) - len(first)
        return first + [example(schema.get("items", {}), root) for _ in range(missing)]
    if kind in {"integer", "number"}:
        return _number(schema, kind)
    if kind == "string":
        text = _FORMATS.get(schema.get("format", ""), "example")
        text = text.ljust(schema.get("minLength", 0), "x")
        return text[: schema.get("maxLength", len(text))]
    return {"boolean": True, "null": None}.get(kind)


def _number(schema: dict[str, Any], kind: str) -> float:
    step = schema.get("multipleOf", 1)
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    if low is None:
        low = 1 if high is None else min(1, high)
    number = -(-low // step) * step
    if number == schema.get("exclusiveMinimum") or number == schema.get("exclusiveMaximum"):
        number += step if number == schema.get("exclusiveMinimum") else -step
    return int(number) if kind == "integer" else number


def _target(ref: str, root: Any) -> Any:
    """What a local reference such as `#/$defs/point` points to."""
    found = root
    for step in ref.removeprefix("#").split("/")[1:]:
        found = found.get(step.replace("~1", "/").replace("~0", "~"), {})
    return found


def _merged(schemas: list[Any]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for schema in schemas:
        for key, value in schema.items():
            if key == "properties":
                merged[key] = merged.get(key, {}) | value
            elif key == "required":
                merged[key] = [*merged.get(key, []), *value]
            else:
                merged[key] = value
    return merged
