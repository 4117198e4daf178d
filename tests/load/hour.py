"""Mixed load on a server with all ten capabilities: no wrong answer, no memory that grows, a clean end under load.

Eight members, somebody with a small limit, an administrator, a visitor and an official client call two workers beside real
PostgreSQL and Redis, in both eras of the protocol. At the end SIGTERM comes while calls run.
With --leak the server forgets nothing, and this passes if that is found.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
from caller import Caller
from clients import DEEDS as CLIENT
from memory import MIB, Curve, open_files, resident
from place import ADMIN, DRAIN_S, LIMITED, MEMBERS, SLOW_S, VISITOR, Place, running
from traffic import MEMBER, OTHERS

PACE_S = {**dict.fromkeys(MEMBERS, 0.65), ADMIN: 6.0, VISITOR: 6.0, LIMITED: 8.0}
"""Between the deeds of one caller, on average."""
CLIENT_PACE_S = 5.0
LOOKS = 10
LAST_CALLS = 12
UNDER_WAY_S = 0.7
LATE_END_S = DRAIN_S + 3
MORE_FILES = 20
"""Connections that happen to be open differ by so much."""


@dataclass
class Run:
    """What happens, and what went wrong."""

    place: Place
    seconds: float
    began: float = field(default_factory=time.monotonic)
    is_ending: bool = False
    deeds: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    requests: int = 0
    memory: dict[int, Curve] = field(default_factory=dict)
    files: dict[int, Curve] = field(default_factory=dict)

    def note(self, words: str) -> None:
        """Something is wrong."""
        self.problems.append(words)
        print(f"{time.monotonic() - self.began:8.1f} s  WRONG {words}", flush=True)


async def act(run: Run, caller: Caller, table: Any, pace: float) -> None:
    """One deed after the other, until the run ends."""
    weights, choices = zip(*table, strict=True)
    while not run.is_ending:
        await asyncio.sleep(caller.random.expovariate(1 / pace))
        deed = caller.random.choices(choices, weights)[0]
        before = caller.requests
        try:
            await deed(caller)
        except Exception as error:
            if not _is_cut_short(run, error):
                run.note(f"{deed.__name__}: {''.join(traceback.format_exception_only(error)).strip()}")
        else:
            run.deeds[deed.__name__] += 1
        run.requests += caller.requests - before
    await caller.close()


def _is_cut_short(run: Run, error: BaseException) -> bool:
    """Whether a server that was told to stop took no more connections, or ended what listens."""
    if isinstance(error, BaseExceptionGroup):
        return all(_is_cut_short(run, inner) for inner in error.exceptions)
    return run.is_ending and isinstance(error, (httpx2.TransportError, TimeoutError, StopAsyncIteration))


async def watch(run: Run) -> None:
    """Look at the workers; the least memory of ten looks counts, for a login needs a lot for a moment."""
    pids = run.place.workers()
    run.memory, run.files = ({pid: Curve() for pid in pids} for _ in range(2))
    looks: dict[int, list[int]] = {pid: [] for pid in pids}
    step, last_words = min(1.0, run.seconds / 60 / LOOKS), 0.0
    while (now := time.monotonic() - run.began) < run.seconds:
        if run.place.workers() != pids:
            run.note(f"workers changed: {pids} became {run.place.workers()}")
            return
        for pid in pids:
            looks[pid].append(resident(pid))
            if len(looks[pid]) == LOOKS:
                run.memory[pid].add(now, min(looks[pid]))
                run.files[pid].add(now, open_files(pid))
                looks[pid].clear()
        if now - last_words >= min(60.0, run.seconds / 4) and run.memory[pids[0]].values:
            last_words = now
            sizes = ", ".join(f"{run.memory[pid].values[-1] / MIB:.1f} MiB {run.files[pid].values[-1]} files" for pid in pids)
            print(f"{now:8.1f} s  {run.requests} requests, {len(run.problems)} wrong; workers: {sizes}", flush=True)
        await asyncio.sleep(step)


async def last_call(caller: Caller, mark: str) -> str | None:
    """A slow call that SIGTERM comes across: its answer, None if it was not accepted."""
    try:
        return str(await caller.call("slow", mark=mark))
    except httpx2.TransportError:
        return None


async def end(run: Run, callers: list[Caller]) -> None:
    """SIGTERM while calls run: whoever was let in gets an answer, and the server ends with 0."""
    for caller in callers:
        await caller.authorize()
    calls = [asyncio.create_task(last_call(caller, f"last-{n}")) for n, caller in enumerate(callers * (1 + LAST_CALLS // len(callers)))]
    await asyncio.sleep(UNDER_WAY_S)
    server = run.place.server
    run.is_ending = True
    began = time.monotonic()
    server.process.terminate()
    answers = await asyncio.gather(*calls, return_exceptions=True)
    while server.process.poll() is None and time.monotonic() < began + LATE_END_S:
        await asyncio.sleep(0.05)
    took = time.monotonic() - began
    marks = set(run.place.marks.read_text().split())
    lost = [f"last-{n}: {answer!r}" for n, answer in enumerate(answers) if f"last-{n}" in marks and answer != f"last-{n}"]
    accepted = sum(f"last-{n}" in marks for n in range(len(answers)))
    print(f"SIGTERM: {accepted} slow calls were under way, {accepted - len(lost)} answered; ended with {server.process.poll()} after {took:.1f} s", flush=True)
    for words in lost:
        run.note(f"a call that was accepted has no answer: {words}")
    if not accepted:
        run.note("no call was under way at the end")
    if server.process.poll() != 0 or took > DRAIN_S + SLOW_S:
        run.note(f"the server ended with {server.process.poll()} after {took:.1f} s")


async def load(run: Run) -> None:
    """All callers at once, then the end."""
    root = Caller(run.place, ADMIN, 0)
    await root.create_others()
    await root.close()
    run.began = time.monotonic()
    callers = [Caller(run.place, name, seed) for seed, name in enumerate(PACE_S)]
    work = [act(run, caller, OTHERS.get(caller.name, MEMBER), PACE_S[caller.name]) for caller in callers]
    work.append(act(run, Caller(run.place, MEMBERS[0], len(callers)), CLIENT, CLIENT_PACE_S))
    tasks = [asyncio.create_task(one) for one in work]
    await watch(run)
    await end(run, [Caller(run.place, name, 0) for name in MEMBERS])
    await asyncio.wait_for(asyncio.gather(*tasks), 120)


def judge(run: Run) -> None:
    """Note memory and files that grew, failures in the log that nobody asked for, deeds that were never done."""
    for pid, curve in run.memory.items():
        settled = curve.settled()
        grown, most = settled.growth(), settled.allowed()
        print(f"worker {pid}: {curve.values[0] / MIB:.1f} MiB, then {settled.values[0] / MIB:.1f} to {settled.values[-1] / MIB:.1f} MiB; "
              f"fitted growth over the last two thirds {grown / MIB:+.2f} MiB, allowed {most / MIB:.2f} MiB", flush=True)
        if grown > most:
            run.note(f"memory of worker {pid} grows: {grown / MIB:.2f} MiB")
        if (more := run.files[pid].settled().growth()) > MORE_FILES:
            run.note(f"open files of worker {pid} grow: {more:.0f}")
    failures = run.place.server.said().count("Traceback (most recent call last)")
    if failures != run.place.expected_failures:
        run.note(f"{failures} tracebacks in the log instead of {run.place.expected_failures}")
    wanted = {deed.__name__ for table in (MEMBER, CLIENT, *OTHERS.values()) for _, deed in table}
    if missing := wanted - run.deeds.keys():
        run.note(f"never done: {', '.join(sorted(missing))}")


def main() -> int:
    """0 when nothing was wrong; with --leak, when the leak was found and nothing else."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long the load lasts")
    parser.add_argument("--leak", action="store_true", help="plant a leak, and pass if it is found")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, running(Path(folder), leaking=args.leak) as place:
        run = Run(place, args.seconds)
        asyncio.run(load(run))
        judge(run)
        if run.problems:
            print(place.server.said()[-5000:])
    print(f"{run.requests} requests in {args.seconds:.0f} s: {', '.join(f'{count} {name}' for name, count in run.deeds.most_common())}")
    leaks = [words for words in run.problems if words.startswith("memory")]
    good = bool(leaks) and len(leaks) == len(run.problems) if args.leak else not run.problems
    print(f"{int(good)} passed, {int(not good)} failed, 0 skipped")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
