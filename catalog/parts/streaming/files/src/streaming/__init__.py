"""Named streams: what they are, where they are kept, and how tools become streams of parts."""

from .gather import gathered
from .memory import MemoryStreams
from .shared import RedisStreams
from .stream import Batch, Full, Limits, NoStream, Stream, Streams, Unavailable

__all__ = [
    "Batch",
    "Full",
    "Limits",
    "MemoryStreams",
    "NoStream",
    "RedisStreams",
    "Stream",
    "Streams",
    "Unavailable",
    "gathered",
]
