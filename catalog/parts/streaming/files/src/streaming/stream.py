"""What a stream is, and what a place that keeps streams can do."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol, Self

from ..runtime import Denied, ToolError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Overflow = Literal["drop_oldest", "wait"]
SHARED = ""
"""The owner of streams that everyone may read and only the server's own code writes."""
BATCH_BYTES = 1 << 20
"""Bytes of JSON that one read returns at most."""


class NoStream(ToolError):  # noqa: N818 - reads as what happened
    """No such stream, or not the caller's: nobody learns which."""

    def __init__(self) -> None:
        words = (
            "No such stream: it was never started, has stopped or expired, or is someone else's."
        )
        super().__init__(words, data={"reason": "not_found"})


class Full(Denied):
    """A stream that waits for its reader, and has no room left."""

    def __init__(self) -> None:
        words = "The stream is full: nobody reads it fast enough. Read it, then publish again."
        super().__init__(words, reason="stream_full", retry_after=1)


class Unavailable(ToolError):  # noqa: N818 - reads as what happened
    """The place where streams are kept does not answer."""

    def __init__(self) -> None:
        words = "Streams are unavailable right now; try again later."
        super().__init__(words, data={"reason": "unavailable", "retryAfter": 5})


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of all streams, as the part's options say."""

    max_items: int = 1000
    """Items that a stream keeps at most; a stream may be started with fewer."""
    max_stream_bytes: int = 1 << 20
    """Bytes of JSON that a stream keeps at most."""
    max_item_bytes: int = 64 << 10
    max_streams: int = 100
    """Streams of one caller."""
    max_total: int = 10_000
    """Streams of all callers, of one process or of one Redis."""
    idle_seconds: float = 3600.0
    """A stream that nobody publishes to or reads for so long is gone."""

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Self:
        """The options that are limits."""
        return cls(**{name: options[name] for name in cls.__slots__ if name in options})


@dataclass(frozen=True, slots=True)
class Stream:
    """A named stream of one owner."""

    name: str
    owner: str
    capacity: int
    overflow: Overflow = "drop_oldest"
    id: str = field(default_factory=lambda: "st_" + secrets.token_urlsafe(18))
    """The handle: whoever holds it and is the owner can go on reading after a reconnect."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Items in a row, as JSON texts."""

    items: list[str]
    cursor: int
    """Number of the last item, or where the reader was."""
    missed: int
    """Items between the reader's cursor and the first one here that are no longer kept."""
    last: int
    """Number of the newest item of the stream."""
    stopped: bool


class Streams(Protocol):
    """A place that keeps streams; every operation may raise `Unavailable`.

    Items are numbered from 1. Streams are found by their handle alone; who may use one is the
    module's business.
    """

    on_change: Callable[[str, bool], None]
    """Called with a handle when any process changed a stream: True after an item was added or the
    stream stopped, False when a reader made room."""

    async def open(self, stream: Stream) -> Stream:
        """Keep a stream, or find the owner's open one of that name; `Denied` beyond the limits."""
        ...

    async def find(self, handle: str) -> Stream:
        """A stream by its handle; `NoStream`."""
        ...

    async def listed(self, owner: str) -> list[tuple[Stream, int, bool]]:
        """The owner's streams: each with its newest number, and whether it was stopped."""
        ...

    async def append(self, stream: Stream, item: str) -> int | None:
        """Add an item; its number, or None if the stream is full. `NoStream` once it stopped."""
        ...

    async def read(self, stream: Stream, after: int, limit: int) -> Batch:
        """Items after a number, oldest first; a stream that waits forgets those before them."""
        ...

    async def stop(self, stream: Stream) -> None:
        """Take no more items; what is there can still be read."""
        ...

    async def check(self) -> str | None:
        """Why streams are unavailable, or None."""
        ...

    async def run(self) -> None:
        """Whatever must go on in the background, until cancelled."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
