"""The MCP library beside bare yardsticks and the official SDKs, turn by turn in one run; fails when a goal is missed.

    python tests/bench/mcp_bench.py [--quick]

CPU is what the kernel counts for the server alone, so a busy machine disturbs it little; times are medians. Instructions
are counted by valgrind's callgrind, as the difference of a long and a short run.
"""

from __future__ import annotations

import argparse
import http.client
import re
import shutil
import statistics
import subprocess
import sys
from contextlib import ExitStack

from measure import Score, cpu, resident_kib
from servers import (
    CALL,
    LOAD,
    PEER_MAKERS,
    PROGRAMS,
    WORD,
    Absent,
    HttpServer,
    build,
    http_call,
    message,
    serving,
)

OURS, ECHO, HTTP = (str(PROGRAMS / name) for name in ("bench_mcp_server", "bench_bare_echo", "bench_bare_http"))
CONNECTIONS = 8
ROUNDS, CALLS, PEER_CALLS = 9, 4000, 300
COLLECTED = re.compile(r"Collected : (\d+)")


def answer_size(server: HttpServer) -> int:
    """Bytes of the body with which a call is answered."""
    head, body = http_call(server.port).split(b"\r\n\r\n", 1)
    client = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    client.request("POST", "/mcp", body, headers)
    answer = client.getresponse()
    text = answer.read()
    client.close()
    assert answer.status == 200 and WORD.encode() in text, text
    return len(text)


class Turns:
    """One server among several that take turns."""

    def __init__(self, server: HttpServer, calls: int, word: str = WORD) -> None:
        self._server, self._calls, self._word = server, calls, word
        self._cpu: list[float] = []
        self._slowest: list[float] = []
        server.load(calls, CONNECTIONS, word)

    def take(self) -> None:
        """One turn."""
        before = cpu(self._server.pid)
        self._slowest.append(self._server.load(self._calls, CONNECTIONS, self._word)[1])
        self._cpu.append((cpu(self._server.pid) - before) / self._calls * 1e6)

    @property
    def cpu(self) -> float:
        """Microseconds of CPU per call."""
        return statistics.median(self._cpu)

    @property
    def slowest(self) -> float:
        """Microseconds that the slowest hundredth took at least."""
        return statistics.median(self._slowest)


def over_http(score: Score, rounds: int) -> None:
    """CPU of a call beside a fixed answer, and beside the SDKs."""
    with ExitStack() as stack:
        server = stack.enter_context(serving(OURS, "--http"))
        bare = stack.enter_context(serving(HTTP, str(answer_size(server))))
        peers: dict[str, Turns] = {}
        for maker in PEER_MAKERS:
            try:
                name, words = maker()
                peers[name] = Turns(stack.enter_context(serving(*words)), PEER_CALLS)
            except (Absent, OSError, ValueError, subprocess.CalledProcessError) as error:
                score.skip(f"tools/call over HTTP beside {maker.__name__}", str(error))
        ours, yardstick = Turns(server, CALLS), Turns(bare, CALLS, "xxx")
        for _ in range(rounds):
            for turns in (ours, yardstick, *peers.values()):
                turns.take()
    score.goal("tools/call over HTTP, CPU beside a bare epoll server", ours.cpu / yardstick.cpu, 1.3, 0.1,
               f"{ours.cpu:.1f} µs / {yardstick.cpu:.1f} µs")
    score.goal("tools/call over HTTP, p99 beside a bare epoll server", ours.slowest / yardstick.slowest, 1.5, 0.3,
               f"{ours.slowest:.0f} µs / {yardstick.slowest:.0f} µs")
    for name, turns in peers.items():
        score.tell(f"tools/call over HTTP, CPU of the {name}", f"{turns.cpu:.0f} µs / {ours.cpu:.1f} µs of ours = {turns.cpu / ours.cpu:.0f}")


def load(*words: str, line: bytes = CALL) -> list[float]:
    """What the client printed."""
    return [float(word) for word in subprocess.run([LOAD, *words], input=line + b"\n", stdout=subprocess.PIPE, check=True, timeout=600).stdout.split()]


def over_stdio(score: Score, rounds: int) -> None:
    """The median call beside a line that comes back, all on one core."""
    figures: dict[str, list[float]] = {OURS: [], ECHO: []}
    for _ in range(rounds):
        for program, word in ((OURS, WORD), (ECHO, "Ada")):
            figures[program].append(load("stdio", str(CALLS), word, program)[0])
    ours, bare = (statistics.median(found) for found in figures.values())
    score.goal("tools/call over stdio, p50 beside a bare echo", ours / bare, 1.3, 0.1, f"{ours:.2f} µs / {bare:.2f} µs")


def collected(calls: int) -> int:
    """Instructions of a process that serves so many calls."""
    words = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", OURS]
    done = subprocess.run([LOAD, "stdio", str(calls), WORD, *words], input=CALL + b"\n", capture_output=True, check=True, timeout=600)
    found = COLLECTED.search(done.stderr.decode())
    assert found is not None, done.stderr
    return int(found[1])


def instructions(score: Score) -> None:
    """Of one call, in user space."""
    name = "instructions of a tools/call over stdio, by callgrind"
    if shutil.which("valgrind") is None:
        return score.skip(name, "valgrind is not installed")
    few, many = 500, 2500
    each = (collected(many) - collected(few)) / (many - few)
    return score.goal(name, each, 10_000, 0.02, f"({many} - {few} calls)")


def start(score: Score, rounds: int) -> None:
    """From a new process to its first answer, and what that takes."""
    figures: dict[str, list[list[float]]] = {OURS: [], ECHO: []}
    for _ in range(rounds):
        for program, word in ((OURS, "supportedVersions"), (ECHO, "discover")):
            figures[program].append(load("start", "40", word, program, line=message("server/discover")))
    (peak, ours), (_, bare) = ([statistics.median(column) for column in list(zip(*found, strict=True))[:2]] for found in figures.values())
    score.goal("start to first answer, ms", ours / 1000, 2, 0.1, f"{ours / 1000:.2f} ms ({bare / 1000:.2f} ms of a bare static program)")
    score.goal("memory at the first answer, MB", peak / 1024, 8, 0, f"{peak:.0f} KiB")
    score.goal("size of the static program, MB", (PROGRAMS / "bench_mcp_server").stat().st_size / 1e6, 8, 0, "its file")


def memory(score: Score, many: int) -> None:
    """What a server holds after many requests beside what it held after a few."""
    with serving(OURS, "--http") as server:
        server.load(10_000, CONNECTIONS)
        few = resident_kib(server.pid)
        server.load(many, CONNECTIONS)
        last = resident_kib(server.pid)
    score.goal(f"memory after {many:,} requests beside that after 10,000", last / few, 1.05, 0, f"{last} KiB / {few} KiB")


def main() -> int:
    """0 when no goal was missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="few rounds, 100,000 requests: to see that it works")
    quick = parser.parse_args().quick
    build()
    score = Score()
    rounds = 3 if quick else ROUNDS
    over_http(score, rounds)
    over_stdio(score, rounds)
    instructions(score)
    start(score, rounds)
    memory(score, 100_000 if quick else 1_000_000)
    return score.end()


if __name__ == "__main__":
    sys.exit(main())
