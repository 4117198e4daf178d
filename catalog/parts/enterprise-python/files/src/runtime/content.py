"""What a tool may return, and the result it becomes."""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import decimal
import enum
import json
import pathlib
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .errors import ToolError

Result = dict[str, Any]
"""An answer as it goes over the wire: `content`, `contents` or `messages`, and what belongs."""


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of text."""

    text: str

    def wire(self) -> dict[str, Any]:
        """As a content block."""
        return {"type": "text", "text": self.text}


@dataclass(frozen=True, slots=True)
class Image:
    """A picture: its bytes and their type, such as `image/png`."""

    data: bytes
    mime_type: str

    def wire(self) -> dict[str, Any]:
        """As a content block."""
        return {"type": "image", "data": _base64(self.data), "mimeType": self.mime_type}


@dataclass(frozen=True, slots=True)
class Audio:
    """A sound: its bytes and their type, such as `audio/wav`."""

    data: bytes
    mime_type: str

    def wire(self) -> dict[str, Any]:
        """As a content block."""
        return {"type": "audio", "data": _base64(self.data), "mimeType": self.mime_type}


@dataclass(frozen=True, slots=True)
class Embedded:
    """A resource that travels with the answer."""

    uri: str
    value: str | bytes
    mime_type: str | None = None

    def wire(self) -> dict[str, Any]:
        """As a content block."""
        return {
            "type": "resource",
            "resource": resource_contents(self.uri, self.value, self.mime_type),
        }


@dataclass(frozen=True, slots=True)
class Link:
    """A resource that the caller may read later."""

    uri: str
    name: str
    mime_type: str | None = None

    def wire(self) -> dict[str, Any]:
        """As a content block."""
        mime = {"mimeType": self.mime_type} if self.mime_type else {}
        return {"type": "resource_link", "uri": self.uri, "name": self.name, **mime}


Block = Text | Image | Audio | Embedded | Link


def tool_result(value: Any, *, structured: bool) -> Result:
    """The result of a tool that returned `value`.

    Text and content blocks stay what they are; any other JSON value becomes `structuredContent`
    and compact JSON text. With `structured` (there is an output schema) text is sent as both.
    """
    if value is None and not structured:
        return {"content": []}
    if isinstance(value, Block):
        return {"content": [value.wire()]}
    if isinstance(value, list | tuple) and value and all(isinstance(v, Block) for v in value):
        return {"content": [block.wire() for block in value]}
    text = value if isinstance(value, str) else as_json(value)
    result: Result = {"content": [Text(text).wire()]}
    if structured or not isinstance(value, str):
        result["structuredContent"] = value if isinstance(value, str) else json.loads(text)
    return result


def error_result(message: str, data: Mapping[str, Any] | None = None) -> Result:
    """A failed tool call that the model can read."""
    text = message.encode("utf-8", "replace").decode()
    result: Result = {"content": [Text(text).wire()], "isError": True}
    if data:
        result["_meta"] = {"com.mcp-crafter/error": dict(data)}
    return result


def resource_contents(uri: str, value: Any, mime_type: str | None) -> dict[str, Any]:
    """One entry of `contents`: bytes as base64, text as it is, other values as JSON."""
    if isinstance(value, bytes):
        return {
            "uri": uri,
            "mimeType": mime_type or "application/octet-stream",
            "blob": _base64(value),
        }
    if isinstance(value, str):
        return {"uri": uri, "mimeType": mime_type or "text/plain", "text": value}
    return {"uri": uri, "mimeType": mime_type or "application/json", "text": as_json(value)}


def as_json(value: Any) -> str:
    """Compact JSON text of plain values, data classes, models, dates and the like."""
    try:
        return json.dumps(
            value, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_plain
        )
    except (TypeError, ValueError, RecursionError) as error:
        raise ToolError(
            f"The answer cannot be written as JSON: {error}", data={"reason": "not_json"}
        ) from error


def check_size(result: Result, limit: int) -> None:
    """Refuse a result that is larger than `limit` bytes, or that is not valid Unicode."""
    try:
        size = len(as_json(result).encode("utf-8"))
    except UnicodeEncodeError as error:
        raise ToolError(
            "The answer holds half a surrogate pair, which is not Unicode text.",
            data={"reason": "not_unicode"},
        ) from error
    if size > limit:
        raise ToolError(
            f"The answer has {size} bytes; {limit} are allowed.", data={"reason": "too_large"}
        )


def _plain(value: Any) -> Any:
    for kinds, plain in _PLAIN:
        if isinstance(value, kinds):
            return plain(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
    if hasattr(value, "model_dump"):  # pydantic
        return value.model_dump(mode="json", by_alias=True)
    raise TypeError(f"{type(value).__name__} is not JSON")


_PLAIN: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    (enum.Enum, lambda value: value.value),
    (Mapping, dict),
    ((set, frozenset), lambda value: sorted(value, key=repr)),
    ((dt.date, dt.time), lambda value: value.isoformat()),
    ((decimal.Decimal, uuid.UUID, pathlib.PurePath), str),
)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
