"""Worker processes that are killed, stopped past their lease and told to end, at random, while they work builds.

At the end no acknowledged build is lost, none was published twice, and every event is legal (judge.py). Two more figures
come from the program itself over the same journal: how soon it answers, and how soon it ends.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from judge import judge
from programs import built

LEASE = 0.5  # s: the worker's clock runs 60 times faster
LEAST = 3  # kills, stops and ends that it takes to show anything
DRAIN, READY, CANCEL = 5.0, 1.0, 1.0  # s, what the house promises


class Troop:
    """So many workers over one workspace, each replaced when it is gone."""

    def __init__(self, worker: Path, folder: Path, size: int, threads: int, seed: int) -> None:
        self._worker, self._folder, self._threads = worker, folder, threads
        self._random = random.Random(seed)
        self._born = 0
        self.faults: list[str] = []
        self.kills = self.stops = self.ends = 0
        self.slowest_drain = 0.0
        self._workers = [self._bear() for _ in range(size)]
        self._asleep: list[tuple[float, subprocess.Popen[str]]] = []
        self._ending: list[tuple[float, subprocess.Popen[str]]] = []

    def _bear(self) -> subprocess.Popen[str]:
        self._born += 1
        return subprocess.Popen([self._worker, self._folder, f"w{self._born}", str(self._threads), "0"], stderr=subprocess.PIPE, text=True)

    def torment(self) -> None:
        """Does something to one of them, and looks after all."""
        victim = self._random.choice(self._workers)
        deed = self._random.choice(["kill", "kill", "stop", "end", "nothing", "nothing"])
        if any(victim is other for _, other in self._asleep + self._ending):
            deed = "nothing"
        if deed == "kill":
            victim.kill()
            victim.wait()
            self.kills += 1
        elif deed == "stop":
            victim.send_signal(signal.SIGSTOP)
            self._asleep.append((time.monotonic() + LEASE * self._random.uniform(1.8, 3), victim))
            self.stops += 1
        elif deed == "end":
            victim.terminate()
            self._ending.append((time.monotonic(), victim))
            self.ends += 1
        self._look_after()

    def _look_after(self) -> None:
        now = time.monotonic()
        for until, sleeper in [pair for pair in self._asleep if pair[0] <= now]:
            sleeper.send_signal(signal.SIGCONT)
            self._asleep.remove((until, sleeper))
        for begun, child in list(self._ending):
            if child.poll() is not None:
                self._drained(begun, child)
            elif now - begun > 4 * DRAIN:
                self.faults.append("a worker does not end at all")
                child.kill()
        for index, child in enumerate(self._workers):
            if child.poll() is not None:
                self._bury(child)
                self._workers[index] = self._bear()

    def _drained(self, begun: float, child: subprocess.Popen[str]) -> None:
        self._ending = [pair for pair in self._ending if pair[1] is not child]
        self.slowest_drain = max(self.slowest_drain, time.monotonic() - begun)

    def _bury(self, child: subprocess.Popen[str]) -> None:
        words = child.stderr.read() if child.stderr else ""
        if child.returncode not in (0, -signal.SIGKILL, -signal.SIGTERM):  # the last one before it listens
            self.faults.append(f"a worker ended with {child.returncode}: {words.strip()[:300]}")

    def rest(self) -> None:
        """Wakes all who sleep."""
        for _, sleeper in self._asleep:
            sleeper.send_signal(signal.SIGCONT)
        self._asleep.clear()

    def dismiss(self) -> None:
        """Ends all of them at once, and takes the time of the slowest."""
        self.rest()
        begun = time.monotonic()
        for child in self._workers:
            if not any(child is other for _, other in self._ending):
                child.terminate()
        for child in self._workers:
            child.wait(4 * DRAIN)
            self._bury(child)
        self.slowest_drain = max(self.slowest_drain, time.monotonic() - begun)


def acknowledged(folder: Path) -> int:
    """How many builds the workers were told are there."""
    return sum(log.read_bytes().count(b"added ") for log in folder.glob("*.log"))


def unfinished(folder: Path) -> int:
    """How many builds have not ended."""
    with closing(sqlite3.connect(f"file:{folder / '.mcp-crafter/state.db'}?mode=ro", uri=True, timeout=30)) as journal:
        return journal.execute("SELECT count(*) FROM builds WHERE state IN ('pending', 'in_progress')").fetchone()[0]


def rage(troop: Troop, folder: Path, builds: int, seconds: float) -> None:
    """Torments until enough builds were submitted, then waits until all have ended."""
    deadline, pause = time.monotonic() + seconds, random.Random(builds)
    looked = 0.0
    while time.monotonic() < deadline:
        time.sleep(pause.uniform(0.05, 0.3))
        if (folder / "enough").exists():
            troop.rest()
            if unfinished(folder) == 0:
                return
        else:
            troop.torment()
        if time.monotonic() - looked > 1:
            looked = time.monotonic()
            if acknowledged(folder) >= builds and min(troop.kills, troop.stops, troop.ends) >= LEAST:
                (folder / "enough").touch()
    troop.faults.append(f"after {seconds:.0f} s {unfinished(folder)} builds have not ended")


def answer_of(child: subprocess.Popen[str], message: dict) -> dict:
    """Says one thing to a server over its pipes; what it answers."""
    assert child.stdin and child.stdout
    child.stdin.write(json.dumps({"jsonrpc": "2.0"} | message) + "\n")
    child.stdin.flush()
    while "id" in message:
        answer = json.loads(child.stdout.readline())
        if answer.get("id") == message["id"]:
            return answer
    return {}


def serve(crafter: str, folder: Path, faults: list[str]) -> tuple[float, float]:
    """Seconds until the program has answered for a build of this journal, and until it has ended on SIGTERM."""
    with closing(sqlite3.connect(f"file:{folder / '.mcp-crafter/state.db'}?mode=ro", uri=True)) as journal:
        build = journal.execute("SELECT id FROM builds ORDER BY ordinal LIMIT 1").fetchone()[0]
    begun = time.monotonic()
    child = subprocess.Popen([crafter, "serve"], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    client = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "campaign", "version": "1"}}
    answer_of(child, {"id": 1, "method": "initialize", "params": client})
    answer_of(child, {"method": "notifications/initialized"})
    said = answer_of(child, {"id": 2, "method": "tools/call", "params": {"name": "get_build_status", "arguments": {"build_id": build}}})
    ready = time.monotonic() - begun
    if build not in json.dumps(said.get("result", {}).get("structuredContent")):
        faults.append(f"the program does not know {build}: {json.dumps(said)[:300]}")
    begun = time.monotonic()
    child.terminate()
    child.wait(4 * DRAIN)
    return ready, time.monotonic() - begun


def cancels(worker: Path, folder: Path) -> float:
    """Seconds from the wish of another process until a build that is held at a step has ended: the most of all steps."""
    (folder / ".mcp-crafter").mkdir(parents=True)
    path, slowest = f"file:{folder / '.mcp-crafter/state.db'}?mode=ro", 0.0
    child = subprocess.Popen([worker, folder, "slow", "8", "1000"])
    try:
        for state, step in (("pending", 0), *(("in_progress", step) for step in (10, 50, 70, 85))):
            build = wait_for(path, f"SELECT id FROM builds WHERE state = '{state}' AND cancel = 0 AND progress = ?", step)
            begun = time.monotonic()
            subprocess.run([worker, "cancel", folder, build], check=True)
            wait_for(path, "SELECT id FROM builds WHERE state = 'cancelled' AND id = ?", build)
            slowest = max(slowest, time.monotonic() - begun)
    finally:
        child.kill()
        child.wait()
    return slowest


def wait_for(path: str, query: str, value: object) -> str:
    """The first column of a row, as soon as there is one."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            with closing(sqlite3.connect(path, uri=True)) as journal:
                found = journal.execute(query, (value,)).fetchone()
        except sqlite3.OperationalError:  # not made yet
            found = None
        if found:
            return str(found[0])
        time.sleep(0.005)
    raise TimeoutError(query)


def restart(worker: Path, folder: Path) -> float:
    """Seconds until a new worker has opened the journal and looked for what others left."""
    begun = time.monotonic()
    child = subprocess.Popen([worker, folder, "late", "1", "0"])
    log = folder / "late.log"
    while not log.exists() or b"ready" not in log.read_bytes():
        time.sleep(0.002)
    took = time.monotonic() - begun
    child.terminate()
    child.wait(4 * DRAIN)
    return took


def campaign(args: argparse.Namespace, folder: Path, worker: Path) -> list[tuple[str, bool]]:
    """Everything; (what is shown, whether it holds)."""
    (folder / ".mcp-crafter").mkdir()
    begun = time.monotonic()
    troop = Troop(worker, folder, args.workers, 4, args.seed)
    rage(troop, folder, args.builds, args.seconds)
    troop.dismiss()
    faults, figures = judge(folder)
    faults += troop.faults
    print(f"{troop.kills} killed, {troop.stops} stopped, {troop.ends} told to end, in {time.monotonic() - begun:.0f} s")
    print(", ".join(f"{count} {kind}" for kind, count in figures.items()), flush=True)
    found = restart(worker, folder)
    ready, ended = serve(args.crafter, folder, faults)
    cancelled = cancels(worker, folder.parent / "slow")
    for fault in faults[:20]:
        print(f"wrong: {fault}")
    return [
        (f"{figures['added']} acknowledged builds, {args.builds} wanted", figures["added"] >= args.builds),
        (f"{len(faults)} lost, published twice or out of order", not faults),
        (f"{figures['taken over']} taken over and {figures['lost']} refused: the fencing was needed", min(figures["taken over"], figures["lost"]) > 0),
        (f"a worker ends within {troop.slowest_drain:.2f} s of SIGTERM, {DRAIN} s allowed", troop.slowest_drain <= DRAIN),
        (f"a worker begins within {found:.2f} s with {figures['builds']} builds, {READY} s allowed", found <= READY),
        (f"the program answers for a build within {ready:.2f} s, {READY} s allowed", ready <= READY),
        (f"the program ends within {ended:.2f} s of SIGTERM, {DRAIN} s allowed", ended <= DRAIN),
        (f"a build is cancelled at any step within {cancelled:.2f} s, {CANCEL} s allowed", cancelled <= CANCEL),
    ]


def main() -> int:
    """0 when everything holds."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--crafter", required=True, help="the program")
    parser.add_argument("--worker", type=Path, help="queue-worker, when it is built already")
    parser.add_argument("--builds", type=int, default=2000)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=120, help="after which it is lost")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    args.crafter = str(Path(args.crafter).resolve())
    worker = args.worker or built("queue-worker")
    with tempfile.TemporaryDirectory(prefix="crafter-queue-") as place:
        folder = Path(place) / "workspace"
        folder.mkdir()
        checks = campaign(args, folder, worker.resolve())
    for words, holds in checks:
        print(f"{'ok  ' if holds else 'FAIL'} {words}")
    failed = sum(not holds for _, holds in checks)
    print(f"{len(checks) - failed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
