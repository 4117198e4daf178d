"""Returns what is asked for."""

import datetime
from typing import Any

from ..runtime import Audio, Embedded, Image, Link, Text


async def returns(what: str) -> Any:
    round_trip: list[Any] = []
    round_trip.append(round_trip)
    return {
        "nothing": None,
        "number": 72,
        "date": {"on": datetime.date(2026, 7, 28), "set": {2, 1}},
        "half": "half a pair: \ud800",
        "nan": [float("nan")],
        "object": object(),
        "cycle": round_trip,
        "big": "x" * 200_000,
        "image": [Text("a dot"), Image(b"\x89PNG", "image/png")],
        "sound": Audio(b"RIFF", "audio/wav"),
        "page": [Embedded("notes://x", "text", "text/plain"), Link("notes://y", "y")],
    }[what]
