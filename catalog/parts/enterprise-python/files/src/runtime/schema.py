"""JSON Schema: check arguments, fill defaults, explain failures so that a model can repair them."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from jsonschema.validators import validator_for
from referencing import Registry
from referencing.exceptions import Unresolvable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jsonschema.exceptions import ValidationError

MAX_REPORTED = 5
MAX_TEXT = 300
MAX_DEPTH = 64


class Schema:
    """A compiled schema; 2020-12 unless its `$schema` names another revision."""

    def __init__(self, schema: dict[str, Any], root: str) -> None:
        """`root` is what messages call the whole value."""
        self.raw = schema
        self._root = f"({root})"
        kind = validator_for(schema, default=Draft202012Validator)
        kind.check_schema(schema)
        # The empty registry turns a remote `$ref` into an error instead of a download.
        self._validator = kind(schema, registry=Registry())

    def errors(self, value: Any) -> list[str]:
        """Every violation as `path: message`, the most telling first; empty if the value fits."""
        if is_deeper(value, MAX_DEPTH):
            return [f"{self._root}: nested deeper than {MAX_DEPTH} levels"]
        try:
            found = list(self._validator.iter_errors(value))
        except (Unresolvable, RecursionError) as error:
            return [f"(schema): {error}"[:MAX_TEXT]]
        best = best_match(found)
        if best is None:
            return []
        ordered = [best, *(error for error in found if error is not best)]
        lines = [self._line(error) for error in ordered]
        more = len(lines) - MAX_REPORTED
        return lines[:MAX_REPORTED] + ([f"… and {more} more"] if more > 0 else [])

    def _line(self, error: ValidationError) -> str:
        path = "/".join(str(step) for step in error.absolute_path)
        return f"{path or self._root}: {error.message[:MAX_TEXT]}"

    def filled(self, value: dict[str, Any]) -> dict[str, Any]:
        """A copy in which absent properties have their defaults, nested objects included."""
        return _fill(self.raw, value)


def is_deeper(value: Any, limit: int) -> bool:
    """Whether lists and objects are nested more than `limit` deep; needs no recursion itself."""
    level = [value]
    for _ in range(limit + 1):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return False
    return True


def _fill(schema: Mapping[str, Any], value: dict[str, Any]) -> dict[str, Any]:
    out = dict(value)
    for key, inner in schema.get("properties", {}).items():
        if not isinstance(inner, dict):
            continue
        if key not in out:
            if "default" in inner:
                out[key] = copy.deepcopy(inner["default"])
        elif isinstance(out[key], dict):
            out[key] = _fill(inner, out[key])
    return out
