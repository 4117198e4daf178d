"""Memory of processes over time, and whether it grows."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field
from pathlib import Path

MIB = 1 << 20
MOST_GROWTH = 0.01
"""In ten minutes, as part of what there was."""
TEN_MINUTES_S = 600.0
UNSETTLED = 3 * MIB
"""What any run may grow: a short one has not warmed up when it ends."""


def resident(pid: int) -> int:
    """Bytes of a process in memory."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith("VmRSS:"))


def open_files(pid: int) -> int:
    """How many a process has open."""
    return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())


@dataclass
class Curve:
    """One figure of a process, by time."""

    seconds: list[float] = field(default_factory=list)
    values: list[float] = field(default_factory=list)

    def add(self, second: float, value: float) -> None:
        """One more point."""
        self.seconds.append(second)
        self.values.append(value)

    def settled(self) -> Curve:
        """Without the first third, which is for warming up."""
        start = self.seconds[0] + (self.seconds[-1] - self.seconds[0]) / 3
        kept = [pair for pair in zip(self.seconds, self.values, strict=True) if pair[0] >= start]
        return Curve([second for second, _ in kept], [value for _, value in kept])

    def growth(self) -> float:
        """By how much the straight line through the points (least squares) rises from first to last."""
        slope = statistics.linear_regression(self.seconds, self.values).slope
        return slope * (self.seconds[-1] - self.seconds[0])

    def allowed(self) -> float:
        """What memory may grow in that time."""
        return max(statistics.mean(self.values) * MOST_GROWTH * (self.seconds[-1] - self.seconds[0]) / TEN_MINUTES_S, UNSETTLED)
