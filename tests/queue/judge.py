"""Reads a journal and what its workers noted: is every build ended, once, by the one who held it, in legal steps?"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

FINAL = {"success", "failed", "cancelled"}
LEGAL = {
    ("pending", "in_progress"), ("pending", "cancelled"), ("in_progress", "in_progress"), ("in_progress", "success"),
    ("in_progress", "failed"), ("in_progress", "cancelled"), ("in_progress", "pending"),
}
GONE = "its process was gone"
ASKED = "somebody asked to cancel it"


@dataclass
class Notes:
    """The lines of all workers' logs, by kind: what the journal told them."""

    lines: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def read(cls, folder: Path) -> Notes:
        """Of every log in the folder."""
        notes = cls()
        for log in sorted(folder.glob("*.log")):
            for line in log.read_text().splitlines():
                kind, _, rest = line.partition(" ")
                build, _, run = rest.partition(" ")
                notes.lines[kind].append((build, run))
        return notes

    def count(self, kind: str) -> int:
        """How often it was noted."""
        return len(self.lines[kind])


@dataclass
class Life:
    """What the events have told of one build so far."""

    state: str = ""
    holder: str = ""  # the run that speaks for it
    requeued: int = 0
    successes: int = 0


class History:
    """The events in their order, checked one by one."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.lives: dict[str, Life] = defaultdict(Life)
        self.running: dict[str, str] = {}  # server: build
        self.published: dict[str, str] = {}  # build: run

    def take(self, build: str, server: str, state: str, progress: int, message: str) -> None:
        """One more event."""
        life = self.lives[build]
        if (life.state, state) not in LEGAL and (life.state, state) != ("", "pending"):
            self.faults.append(f"{build}: from {life.state!r} to {state!r}")
        if state == "in_progress" and life.state == "pending":
            self.begin(build, server)
        elif life.state == "in_progress":
            self.go_on(build, life, state, message)
            if state != "in_progress":
                self.running.pop(server, None)
        if state == "pending" and life.state:
            life.requeued += 1
        if state == "success":
            life.successes += 1
            self.published[build] = message
        if state != "in_progress" or life.state == "pending":
            life.holder = ""
        life.state = state

    def begin(self, build: str, server: str) -> None:
        """At most one build of a server runs."""
        other = self.running.setdefault(server, build)
        if other != build:
            self.faults.append(f"{server}: {build} began while {other} ran")

    def go_on(self, build: str, life: Life, state: str, message: str) -> None:
        """From its start to its end one run alone speaks for a build; the journal itself may speak too."""
        if GONE in message or message == ASKED:
            return
        if life.holder not in ("", message):
            self.faults.append(f"{build}: {message!r} spoke while {life.holder!r} held it ({state})")
        life.holder = message


def judge(folder: Path) -> tuple[list[str], Counter[str]]:
    """(what is wrong, figures)."""
    notes, history = Notes.read(folder), History()
    faults = history.faults
    with sqlite3.connect(f"file:{folder / '.mcp-crafter/state.db'}?mode=ro", uri=True) as journal:
        if journal.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            faults.append("state.db is damaged")
        last = 0
        for number, *event in journal.execute("SELECT number, build_id, server_name, state, progress, message FROM events ORDER BY number"):
            if number != last + 1:
                faults.append(f"event {number} follows {last}")
            last = number
            history.take(*event)
        builds = {row[0]: row[1:] for row in journal.execute("SELECT id, state, attempts, diagnostics FROM builds")}
    aside = compare(builds, history, faults)
    faults += [f"lost: {build} was acknowledged" for build, _ in notes.lines["added"] if build not in builds]
    check_published(notes, history, faults)
    figures = Counter({kind: notes.count(kind) for kind in ("added", "published", "lost", "full", "cancel", "stopped")})
    figures |= Counter({"builds": len(builds), "events": last, "taken over": sum(life.requeued for life in history.lives.values()) + aside, "set aside": aside})
    figures |= Counter(state for state, *_ in builds.values())
    return faults, figures


def compare(builds: dict[str, tuple], history: History, faults: list[str]) -> int:
    """Every build has ended, and is what its events say. How many were set aside."""
    aside = 0
    if builds.keys() != history.lives.keys():
        faults.append("builds and events do not fit together")
    for build, (state, attempts, diagnostics) in builds.items():
        life = history.lives[build]
        was_set_aside = "build.set_aside" in diagnostics
        aside += was_set_aside
        if state not in FINAL:
            faults.append(f"lost: {build} is {state} for ever")
        if state != life.state:
            faults.append(f"{build} is {state}, its events say {life.state}")
        if state == "failed" and not was_set_aside:
            faults.append(f"{build} failed of itself")
        if state != "cancelled" and attempts != life.requeued + was_set_aside:
            faults.append(f"{build}: {attempts} processes were gone, {life.requeued} times it was put back")
    return aside


def check_published(notes: Notes, history: History, faults: list[str]) -> None:
    """Who was told that a build is published is the one of whom the events say so, and the only one."""
    faults += [f"{build} succeeded {life.successes} times" for build, life in history.lives.items() if life.successes > 1]
    times = Counter(build for build, _ in notes.lines["published"])
    faults += [f"{build} was published {count} times" for build, count in times.items() if count > 1]
    for build, run in notes.lines["published"]:
        if history.published.get(build) != run:
            faults.append(f"{build}: {run} was told it published it, the events name {history.published.get(build)!r}")
    refused = set(notes.lines["lost"]) & {(build, run) for build, run in history.published.items()}
    faults += [f"{build}: {run} was refused, and yet published it" for build, run in refused]
