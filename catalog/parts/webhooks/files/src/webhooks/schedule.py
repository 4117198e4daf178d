"""When a failed delivery is tried again."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

HOUR = 3600
RETRIES: tuple[float, ...] = (
    5,
    5 * 60,
    30 * 60,
    2 * HOUR,
    5 * HOUR,
    10 * HOUR,
    14 * HOUR,
    20 * HOUR,
    24 * HOUR,
)
"""Seconds from each failure to the next attempt: about 75 hours in all."""
JITTER = 0.2
"""Each wait is longer or shorter by up to this share, so that failures do not return together."""
LONGEST = 24.0 * HOUR
_random = random.SystemRandom()


def wait_after(
    failures: int, retries: Sequence[float] = RETRIES, wanted: float | None = None
) -> float | None:
    """Seconds until the next attempt after so many failures, None if there is none.

    `wanted` is what the receiver asked for; it lengthens the wait, up to a day.
    """
    if failures > len(retries):
        return None
    planned = retries[failures - 1] * _random.uniform(1 - JITTER, 1 + JITTER)
    return max(planned, min(wanted or 0.0, LONGEST))
