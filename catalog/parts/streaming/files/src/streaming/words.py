"""What callers are told of streams."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ..runtime import Invalid
from .stream import SHARED

if TYPE_CHECKING:
    from .stream import Batch, Stream

MAX_CURSOR = 18
"""Digits of a cursor."""


def shown(stream: Stream) -> dict[str, Any]:
    """A stream."""
    return {
        "stream": stream.id,
        "name": stream.name,
        "uri": f"stream://{stream.id}",
        "capacity": stream.capacity,
        "overflow": stream.overflow,
        "shared": stream.owner == SHARED,
    }


def told(batch: Batch) -> dict[str, Any]:
    """Items, and where to go on."""
    return {
        "items": [json.loads(item) for item in batch.items],
        "cursor": str(batch.cursor),
        "missed": batch.missed,
        "more": batch.cursor < batch.last,
        "stopped": batch.stopped,
    }


def number_of(cursor: str) -> int:
    """The item's number that a cursor stands for; `Invalid` if it is none."""
    if not cursor.isascii() or not cursor.isdigit() or len(cursor) > MAX_CURSOR:
        raise Invalid("stream_read", ["cursor: is none that stream_read returned"])
    return int(cursor)
