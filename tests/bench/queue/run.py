"""The journal under sixteen producers beside bare SQLite with one transaction a step: jobs a second, and flushes a job.

A job is one build that is submitted, durable when it is acknowledged; "to the end" adds its start and its finish, three
durable steps. Rounds take turns, medians count. Flushes are every fsync and fdatasync that the process makes: its own
functions stand before libc's, and strace has to count the same.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "queue"))

from programs import built  # noqa: E402

PRODUCERS, ROUNDS = 16, 9
GOAL = 12_000  # jobs a second, on a machine of its own
BUDGETS = {"add": 4.0, "whole": 2.0}  # times bare SQLite, at least
FLUSHES = 0.3  # a job, at most


class Bench:
    """Runs the programs, each time on a file of its own."""

    def __init__(self, folder: Path, producers: Path, yardstick: Path) -> None:
        self._folder, self._producers, self._yardstick = folder, producers, yardstick
        self._count = 0

    def _fresh(self) -> str:
        self._count += 1
        return str(self._folder / f"{self._count}" / "state.db")

    def ours(self, mode: str, producers: int, jobs: int, *before: str) -> dict[str, float]:
        """One process of so many producers."""
        words = [*before, str(self._producers), self._fresh(), mode, str(producers), str(jobs // producers)]
        return json.loads(subprocess.run(words, check=True, stdout=subprocess.PIPE).stdout)

    def bare(self, mode: str, jobs: int) -> dict[str, float]:
        """The yardstick."""
        path = Path(self._fresh())
        path.parent.mkdir()
        words = [str(self._yardstick), str(path), str(jobs), "3" if mode == "whole" else "1"]
        return json.loads(subprocess.run(words, check=True, stdout=subprocess.PIPE).stdout)

    def two(self, mode: str, jobs: int) -> tuple[float, float]:
        """Two processes of eight producers on one file: jobs a second of both until the later ends, flushes a job."""
        words = [str(self._producers), self._fresh(), mode, str(PRODUCERS // 2), str(jobs // PRODUCERS)]
        children = [subprocess.Popen(words, stdout=subprocess.PIPE) for _ in range(2)]
        said = [json.loads(child.communicate()[0]) for child in children]
        total = sum(one["jobs"] for one in said)
        return total / max(one["seconds"] for one in said), sum(one["flushes"] for one in said) / total

    def check_flushes(self, folder: Path) -> bool:
        """Whether strace counts as many flushes as the program."""
        log = folder / "strace"
        said = self.ours("whole", 4, 40, "strace", "-f", "-o", str(log), "-e", "trace=fsync,fdatasync")
        seen = len(re.findall(r"f(?:data)?sync\(\d+(?:\)| <unfinished)", log.read_text()))
        print(f"flushes: the program counts {said['all_flushes']}, strace {seen}")
        return seen == said["all_flushes"] > 0


def speed(said: dict[str, float]) -> float:
    """Jobs a second."""
    return said["jobs"] / said["seconds"]


def compare(bench: Bench, mode: str, name: str) -> bool:
    """Prints the figures of one kind of job; whether they keep the budgets."""
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(bench.ours(mode, PRODUCERS, 8000))
        theirs.append(bench.bare(mode, 500))
    mine, bare = (statistics.median(map(speed, found)) for found in (ours, theirs))
    flushes = statistics.median(said["flushes"] / said["jobs"] for said in ours)
    print(f"{name}, {PRODUCERS} producers: {mine:.0f} jobs/s / {bare:.0f} jobs/s = {mine / bare:.2f}, {flushes:.3f} flushes a job"
          f" (goal {GOAL} jobs/s, best round {max(map(speed, ours)):.0f})")
    both = [bench.two(mode, 8000) for _ in range(3)]
    print(f"{name}, two processes of {PRODUCERS // 2}: {statistics.median(a for a, _ in both):.0f} jobs/s,"
          f" {statistics.median(b for _, b in both):.3f} flushes a job", flush=True)
    good = mine / bare >= BUDGETS[mode] and flushes <= FLUSHES
    print(f"{'ok  ' if good else 'FAIL'} {name}: at least {BUDGETS[mode]} times bare SQLite, at most {FLUSHES} flushes a job")
    return good


def main() -> int:
    """0 when within the budgets."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--producers", type=Path, help="queue-producers, when it is built already")
    parser.add_argument("--yardstick", type=Path, help="queue-yardstick, when it is built already")
    args = parser.parse_args()
    producers, yardstick = args.producers or built("queue-producers"), args.yardstick or built("queue-yardstick")
    with tempfile.TemporaryDirectory(prefix="crafter-bench-") as place:
        bench = Bench(Path(place), producers, yardstick)
        checks = [bench.check_flushes(Path(place)), compare(bench, "add", "submitted"), compare(bench, "whole", "to the end")]
    print(f"{sum(checks)} passed, {len(checks) - sum(checks)} failed, 0 skipped")
    return 0 if all(checks) else 1


if __name__ == "__main__":
    sys.exit(main())
