"""The audit log: one JSON line for every call, with who, what, the outcome and how long it took."""

from __future__ import annotations

import json
import logging
import os
import sys
from datetime import UTC, datetime
from logging.handlers import WatchedFileHandler
from typing import TYPE_CHECKING, Any

from ..runtime.logs import HIDDEN

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..runtime import Call

MAX_ARGUMENTS = 2048
"""Characters; longer arguments are cut."""


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
        self._handler = _handler(target)

    def write(self, call: Call, outcome: str, seconds: float, trace_id: str | None) -> None:
        """One line."""
        if self._handler is None:
            return
        line: dict[str, Any] = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            **self._about,
            "kind": call.kind,
            "name": call.name,
            "principal": call.context.principal,
            "via": call.context.peer.via,
            "outcome": outcome,
            "ms": round(seconds * 1000, 1),
        }
        if trace_id is not None:
            line["trace_id"] = trace_id
        if call.notes:
            line["notes"] = dict(call.notes)
        if self._with_arguments:
            line["arguments"] = self._shown(call)
        self._handler.handle(_record(json.dumps(self._clean(line), ensure_ascii=False)))

    def close(self) -> None:
        """Close the file."""
        if self._handler is not None:
            self._handler.close()

    def _shown(self, call: Call) -> str:
        """The arguments without those that the tool's schema marks as writeOnly."""
        properties = call.tool.wire["inputSchema"].get("properties", {}) if call.tool else {}
        hidden = {name for name, schema in properties.items() if _is_write_only(schema)}
        shown = {key: HIDDEN if key in hidden else call.arguments[key] for key in call.arguments}
        return self._redact(json.dumps(shown, ensure_ascii=False, default=str))[:MAX_ARGUMENTS]

    def _clean(self, value: Any) -> Any:
        """Redact texts one by one, so that the line stays JSON whatever a secret looks like."""
        if isinstance(value, dict):
            return {key: self._clean(inner) for key, inner in value.items()}
        return self._redact(value) if isinstance(value, str) else value


def _is_write_only(schema: Any) -> bool:
    return isinstance(schema, dict) and schema.get("writeOnly") is True


def _handler(target: str) -> logging.Handler | None:
    if target == "off":
        return None
    if target == "stderr":
        return logging.StreamHandler(sys.stderr)
    descriptor = os.open(target, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
    os.close(descriptor)  # made for its owner alone, then opened by the handler
    return WatchedFileHandler(target, encoding="utf-8")


def _record(line: str) -> logging.LogRecord:
    return logging.LogRecord("audit", logging.INFO, "", 0, line, None, None)
