"""Kills the program at every system call that changes something, and looks whether anything was torn or lost.

A command is run once under strace to see which calls it makes; then again, in a fresh folder, for
each of them, with SIGKILL just before it. What was left is judged, then the next commands are run:
they must work, agree with one another and clear up. Clearing up is killed as well. A kill shows what
is atomic, not what is on the disk, so that a file system in memory serves as well as any other and is
quicker.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from judge import Judge, snapshot

HERE = Path(__file__).resolve().parent
FORM = HERE / "form.json"
NAME = json.loads(FORM.read_text())["server_name"]
SECRET = json.loads(FORM.read_text())["environment_vars"]["API_KEY"]["value"]

CALLS = ["open", "openat", "openat2", "creat", "write", "writev", "pwrite64", "pwritev", "pwritev2", "rename", "renameat", "renameat2", "unlink", "unlinkat", "rmdir", "mkdir", "mkdirat", "fsync", "fdatasync", "syncfs", "sync_file_range", "truncate", "ftruncate", "fallocate", "link", "linkat", "symlink", "symlinkat", "chmod", "fchmod", "fchmodat", "fchown", "utimensat", "copy_file_range", "sendfile"]
OPENS = {"open", "openat", "openat2"}
WRITES = re.compile(r"O_(WRONLY|RDWR|CREAT|TRUNC)")
CALL = re.compile(r"^(\d+) +(\w+)\((.*)")
TIME_LIMIT = 180
KILLED = {-9, 137}


@dataclass(frozen=True)
class Point:
    """The `count`-th `call` of any one thread of a scenario."""

    scenario: str
    call: str
    count: int

    def __str__(self) -> str:
        return f"{self.scenario} {self.call} {self.count}"


@dataclass
class Program:
    """The program under test, and where it may keep what lasts."""

    path: Path
    home: Path

    def run(self, folder: Path, *words: str, before: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
        """One command in one workspace, with nothing of our own environment."""
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.home), "LANG": "C.UTF-8", "CI": "1"}
        return subprocess.run(
            [*before, str(self.path), "-C", str(folder), *words],
            env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=TIME_LIMIT, check=False,
        )

    def create(self, folder: Path, before: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
        return self.run(folder, "create", "--form", str(FORM), "--proof", "none", "--json", before=before)

    def delete(self, folder: Path, before: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
        return self.run(folder, "delete", NAME, "--yes", "--json", before=before)

    def list(self, folder: Path, before: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
        return self.run(folder, "list", "--json", before=before)


@dataclass
class Scenario:
    """What is there before, what is killed, and what must be true afterwards."""

    name: str
    prepared: Path | None
    act: Callable[..., subprocess.CompletedProcess[str]]
    follow: Callable[[Judge, bool], None]


@dataclass
class Tally:
    """How many points there were, and what was wrong at which."""

    reached: int = 0
    missed: int = 0
    wrong: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def summary(self) -> str:
        kinds = ["torn", "lost", "inconsistent", "left", "secret", "failed"]
        counts = ", ".join(f"{kind}: {len(self.wrong[kind])}" for kind in kinds)
        return f"points: {self.reached}, {counts}, not reached: {self.missed}"


def mutating_calls(log: str) -> Counter[str]:
    """For each call, the most that one thread makes of it; an opening counts to all openings."""
    made: dict[str, Counter[str]] = defaultdict(Counter)
    last: dict[str, int] = defaultdict(int)
    for line in log.splitlines():
        match = CALL.match(line)
        if not match:
            continue
        thread, call, arguments = match.groups()
        made[call][thread] += 1
        if call not in OPENS or WRITES.search(arguments):
            last[call] = max(last[call], made[call][thread])
    return Counter(last)


def writing_openings(log: str, call: str) -> set[int]:
    """Which openings, counted by thread, may change something."""
    count: Counter[str] = Counter()
    found = set()
    for line in log.splitlines():
        match = CALL.match(line)
        if match and match.group(2) == call:
            count[match.group(1)] += 1
            if WRITES.search(match.group(3)):
                found.add(count[match.group(1)])
    return found


def points_of(scenario: Scenario, program: Program, scratch: Path) -> list[Point]:
    """Runs the scenario once and lists where it can be killed."""
    with fresh_folder(scenario, scratch) as folder:
        log = scratch / f"{scenario.name}.strace"
        done = scenario.act(folder, before=("strace", "-f", "-qq", "-o", str(log), "-e", f"trace={','.join(CALLS)}"))
        if done.returncode != 0:
            sys.exit(f"{scenario.name} does not work at all: {done.stdout}{done.stderr}")
        text = log.read_text(errors="replace")
    points = []
    for call, most in sorted(mutating_calls(text).items()):
        counts = writing_openings(text, call) if call in OPENS else range(1, most + 1)
        points += [Point(scenario.name, call, count) for count in sorted(counts)]
    return points


@contextmanager
def fresh_folder(scenario: Scenario, scratch: Path) -> Iterator[Path]:
    """A workspace as the scenario wants it, removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="point-", dir=scratch))
    try:
        if scenario.prepared:
            shutil.copytree(scenario.prepared, folder, symlinks=True, dirs_exist_ok=True)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def after_create(judge: Judge, was_there: bool) -> None:
    """Whether the name is taken or free, one more create ends with the server there, then it can go."""
    judge.expect("create", judge.program.create(judge.folder), {5} if was_there else {0, 5})
    judge.settled(is_there=True)
    judge.expect("delete", judge.program.delete(judge.folder), {0})
    judge.settled(is_there=False)


def after_delete(judge: Judge, was_there: bool) -> None:
    """One more delete ends with the server gone, and its name is free again."""
    judge.expect("delete", judge.program.delete(judge.folder), {0} if was_there else {0, 8})
    judge.settled(is_there=False)
    judge.expect("create", judge.program.create(judge.folder), {0})
    judge.settled(is_there=True)


def killing(point: Point) -> tuple[str, ...]:
    """The words before a command that kill it there."""
    return ("strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={point.call}",
            "-e", f"inject={point.call}:signal=SIGKILL:when={point.count}")


def kill_at(point: Point, scenario: Scenario, program: Program, reference: dict[str, object], scratch: Path) -> Judge | None:
    """Kills one run at one point and judges it; nothing when the run ended before."""
    with fresh_folder(scenario, scratch) as folder:
        judge = Judge(program, folder, NAME, SECRET, reference)
        try:
            killed = scenario.act(folder, before=killing(point))
            if killed.returncode not in KILLED:
                return None
            was_there = judge.struck(killed.stdout)
            scenario.follow(judge, was_there)
        except (OSError, ValueError, KeyError, TypeError, subprocess.TimeoutExpired) as problem:
            judge.note("failed", f"{type(problem).__name__}: {problem}")
        return judge


def chosen(points: list[Point], most: int) -> list[Point]:
    """At most so many: all of what happens seldom, and the rest evenly spread."""
    rare, often = [], []
    for call, group in by_call(points).items():
        (rare if len(group) <= 9 or "rename" in call else often).extend(group)
    room = max(0, most - len(rare))
    if len(often) > room:
        often = [often[index * len(often) // room] for index in range(room)]
    return rare + often


def by_call(points: list[Point]) -> dict[str, list[Point]]:
    """Points grouped by scenario and call."""
    groups: dict[str, list[Point]] = defaultdict(list)
    for point in points:
        groups[f"{point.scenario} {point.call}"].append(point)
    return groups


def stranded(act: Callable[..., subprocess.CompletedProcess[str]], folder: Path, call: str, count: int) -> Path:
    """A workspace in which a command was killed half-way, so that the next one has to clear up."""
    killed = act(folder, before=killing(Point("", call, count)))
    if killed.returncode not in KILLED:
        sys.exit(f"no {call} number {count}: {killed.stdout}{killed.stderr}")
    return folder


def scenarios_of(program: Program, scratch: Path) -> tuple[list[Scenario], dict[str, object]]:
    """The commands that are killed, and the tree that a whole project is compared with."""
    empty, made, again = scratch / "empty", scratch / "made", scratch / "again"
    for folder in (empty, made):
        folder.mkdir()
    done = program.create(made)
    if done.returncode != 0:
        sys.exit(f"create does not work at all: {done.stdout}{done.stderr}")
    shutil.copytree(made, again)
    return [
        Scenario("create", None, program.create, after_create),
        Scenario("delete", made, program.delete, after_delete),
        Scenario("list-after-create", stranded(program.create, empty, "renameat2", 2), program.list, after_create),
        Scenario("list-after-delete", stranded(program.delete, again, "syncfs", 1), program.list, after_delete),
    ], snapshot(made / NAME)


def sweep(program: Program, scratch: Path, most: int | None, workers: int) -> Tally:
    """Kills at every chosen point, some at a time."""
    scenarios, reference = scenarios_of(program, scratch)
    named = {scenario.name: scenario for scenario in scenarios}
    points = [point for scenario in scenarios for point in points_of(scenario, program, scratch)]
    print(f"{len(points)} points: {', '.join(f'{group} {len(found)}' for group, found in by_call(points).items())}", flush=True)
    points = points if most is None else chosen(points, most)
    tally = Tally()
    with ThreadPoolExecutor(workers) as pool:
        judged = pool.map(lambda point: kill_at(point, named[point.scenario], program, reference, scratch), points)
        for point, judge in zip(points, judged, strict=True):
            if judge is None:
                tally.missed += 1
                continue
            tally.reached += 1
            for kind, fact in judge.faults:
                tally.wrong[kind].append(f"{point}: {fact}")
    return tally


def program_at(path: str) -> Path:
    """The program itself: a wrapper script is run once, so that it builds, and then looked through."""
    given = Path(path).resolve()
    if given.read_bytes()[:2] != b"#!":
        return given
    subprocess.run([str(given), "version"], check=True, stdout=subprocess.DEVNULL)
    return given.parents[1] / "build/release/bin" / given.name


def place_for_scratch() -> str | None:
    """A file system in memory when there is one with room."""
    memory = Path("/dev/shm")
    usable = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 256 << 20
    return str(memory) if usable else None


def main() -> int:
    """Sweeps, prints the figures and what was wrong."""
    words = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    words.add_argument("--crafter", required=True, help="the program")
    words.add_argument("--all", action="store_true", help="every point, not a selection")
    words.add_argument("--most", type=int, default=400, help="points of a selection")
    words.add_argument("--workers", type=int, default=2)
    words.add_argument("--folder", default=place_for_scratch(), help="where to work")
    chosen_words = words.parse_args()
    if not shutil.which("strace"):
        sys.exit("strace is missing")
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="crafter-crash-", dir=chosen_words.folder) as place:
        home = Path(place) / "home"
        home.mkdir()
        program = Program(program_at(chosen_words.crafter), home)
        tally = sweep(program, Path(place), None if chosen_words.all else chosen_words.most, chosen_words.workers)
        found = [path for path in home.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]
        tally.wrong["secret"] += [f"home: {path.relative_to(home)}" for path in found]
    for kind, facts in tally.wrong.items():
        for fact in facts[:20]:
            print(f"{kind}: {fact}")
    print(f"{tally.summary()}, {time.monotonic() - begin:.0f} s")
    wrong = sum(map(len, tally.wrong.values()))
    print(f"{max(0, tally.reached - wrong)} passed, {wrong} failed")
    is_enough = tally.reached > 0 and tally.missed <= tally.reached // 20
    return 0 if is_enough and not any(tally.wrong.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
