"""What the kernel knows of a process, and figures beside their goals."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def cpu(pid: int) -> float:
    """Seconds of user and system time of a process so far, finer than clock ticks where the kernel tells."""
    try:
        return sum(int(Path(task, "schedstat").read_text().split()[0]) for task in Path(f"/proc/{pid}/task").iterdir()) / 1e9
    except OSError:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS


def resident_kib(pid: int) -> int:
    """KiB of memory that a process holds now."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS:")).split()[1])


@dataclass
class Score:
    """Figures so far: each is printed as it comes, and counted."""

    passed: int = 0
    failed: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def goal(self, name: str, figure: float, goal: float, tolerance: float, how: str) -> None:
        """A figure that must be at most `goal`; a tolerance of 0.1 lets it be a tenth more."""
        if figure <= goal * (1 + tolerance):
            word = "ok  " if figure <= goal else "near"
            self.passed += 1
        else:
            word = "FAIL"
            self.failed.append(name)
        print(f"{word} {name}: {how} = {figure:,.2f}; the goal is {goal:,g}, {tolerance:.0%} more is let pass", flush=True)

    def tell(self, name: str, how: str) -> None:
        """A figure without a goal."""
        print(f"     {name}: {how}", flush=True)

    def skip(self, name: str, why: str) -> None:
        """A figure that cannot be had here."""
        self.skipped.append(name)
        print(f"SKIP {name}: {why}", flush=True)

    def end(self) -> int:
        """The exit status, after the line that tests/run.py counts."""
        for name in self.failed:
            print(f"missed: {name}")
        print(f"{self.passed} passed, {len(self.failed)} failed, {len(self.skipped)} skipped")
        return 1 if self.failed else 0
