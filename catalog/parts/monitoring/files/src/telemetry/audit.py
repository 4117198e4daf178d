"""The audit log: one JSON line for every call, with who, what, the outcome and how long it took."""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ..runtime.logs import HIDDEN
from .log_file import LogFile

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..runtime import Call

MAX_ARGUMENTS = 2048
"""Characters; longer arguments are cut."""
MAX_NAMES = 1000
_as_json = json.JSONEncoder(ensure_ascii=False, default=str).encode


class Audit:
    """Writes to `target`: `stderr`, `off`, or a file, which may be rotated from outside.

    Arguments are left out unless `arguments` says otherwise; secrets are blanked out either way,
    and so are arguments that a tool's schema marks as `writeOnly`, such as passwords.
    """

    def __init__(
        self,
        target: str,
        redact: Callable[[str], str],
        about: Mapping[str, str],
        *,
        arguments: bool = False,
    ) -> None:
        self._redact, self._about, self._with_arguments = redact, about, arguments
        self._redact_name = lru_cache(MAX_NAMES)(redact)  # the same few in every line
        self._write = _writer(target)

    def write(self, call: Call, outcome: str, seconds: float, trace_id: str | None) -> None:
        """One line."""
        if self._write is None:
            return
        line: dict[str, Any] = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            **self._about,
            "kind": call.kind,
            "name": self._redact_name(call.name),
            "principal": self._redact_name(call.context.principal),
            "via": call.context.peer.via,
            "outcome": outcome,
            "ms": round(seconds * 1000, 1),
        }
        if trace_id is not None:
            line["trace_id"] = trace_id
        if call.notes:
            line["notes"] = {key: self._redact(note) for key, note in call.notes.items()}
        if self._with_arguments:
            line["arguments"] = self._shown(call)
        self._write(_as_json(line) + "\n")

    def close(self) -> None:
        """Close the file."""
        if isinstance(self._write, LogFile):
            self._write.close()

    def _shown(self, call: Call) -> str:
        """The arguments without those that the tool's schema marks as writeOnly."""
        properties = call.tool.wire["inputSchema"].get("properties", {}) if call.tool else {}
        hidden = {name for name, schema in properties.items() if _is_write_only(schema)}
        shown = {key: HIDDEN if key in hidden else call.arguments[key] for key in call.arguments}
        return self._redact(_as_json(shown))[:MAX_ARGUMENTS]


def _is_write_only(schema: Any) -> bool:
    return isinstance(schema, dict) and schema.get("writeOnly") is True


def _writer(target: str) -> Callable[[str], None] | None:
    if target == "off":
        return None
    return _to_stderr if target == "stderr" else LogFile(target)


def _to_stderr(text: str) -> None:
    with suppress(OSError, ValueError):  # nobody reads it any more
        sys.stderr.write(text)
