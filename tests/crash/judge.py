"""Looks at a workspace after a kill: is the project whole or absent, is every build still known, is nothing left?"""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import tempfile
from pathlib import Path
from typing import Protocol

STATE = ".mcp-crafter"
STATES = {"pending", "in_progress", "success", "failed", "cancelled"}
VOLATILE = {"build_id", "proven_at", "steps"}


class Runs(Protocol):
    """Whatever runs the program in a workspace."""

    def run(self, folder: Path, *words: str) -> subprocess.CompletedProcess[str]: ...
    def create(self, folder: Path) -> subprocess.CompletedProcess[str]: ...
    def delete(self, folder: Path) -> subprocess.CompletedProcess[str]: ...


def snapshot(project: Path) -> dict[str, object]:
    """Every entry of a project with kind, mode and bytes; of the proof, what does not change from run to run."""
    entries: dict[str, object] = {}
    for path in sorted(project.rglob("*")):
        name, mode = str(path.relative_to(project)), path.lstat().st_mode
        content: object = path.read_bytes() if path.is_file() and not path.is_symlink() else None
        if name == ".crafter/proof.json" and isinstance(content, bytes):
            content = {key: value for key, value in json.loads(content).items() if key not in VOLATILE}
        entries[name] = (mode, content)
    return entries


def difference(found: dict[str, object], wanted: dict[str, object]) -> str:
    """The first few paths that are missing, strange or different."""
    wrong = [f"{path} is missing" for path in wanted.keys() - found.keys()]
    wrong += [f"{path} is strange" for path in found.keys() - wanted.keys()]
    wrong += [f"{path} differs" for path in found.keys() & wanted.keys() if found[path] != wanted[path]]
    return ", ".join(sorted(wrong)[:3])


class Judge:
    """Collects what is wrong with one workspace."""

    def __init__(self, program: Runs, folder: Path, name: str, secret: str, reference: dict[str, object]):
        self.program, self.folder, self.name = program, folder, name
        self.secret, self.reference = secret.encode(), reference
        self.faults: list[tuple[str, str]] = []
        self.builds: set[str] = set()

    def note(self, kind: str, fact: str) -> None:
        self.faults.append((kind, fact))

    def struck(self, output: str) -> bool:
        """Judges what the kill left, before anything else is run. Whether the project is there."""
        is_there = self.whole_or_absent()
        self.no_secret(allowed=("stage", "leaving"))
        self.builds = self.rows()
        if output.strip():
            answer = json.loads(output)
            if answer["ok"] and answer["data"].get("build_id") not in self.builds | {None}:
                self.note("lost", f"build {answer['data']['build_id']} was acknowledged and is not in the journal")
        for build in sorted(self.builds):
            self.known(build)
        return is_there

    def settled(self, is_there: bool) -> None:
        """Judges what the next command made of it."""
        if self.whole_or_absent() != is_there:
            self.note("inconsistent", f"the project should be {'there' if is_there else 'gone'}")
        self.no_secret(allowed=())
        self.nothing_left()
        after = self.rows()
        for build in sorted(self.builds - after):
            self.note("lost", f"build {build} is not in the journal any more")
        self.builds = after
        listed = [server["name"] for server in self.answer("list")["data"]["servers"]]
        if listed != ([self.name] if is_there else []):
            self.note("inconsistent", f"list says {listed}, the project is {'there' if is_there else 'gone'}")

    def expect(self, words: str, done: subprocess.CompletedProcess[str], codes: set[int]) -> None:
        """The exit code is one of those that are due, and the answer says the same."""
        if done.returncode not in codes:
            self.note("failed", f"{words} after the kill: {done.returncode}: {(done.stdout + done.stderr).strip()[:300]}")
        elif json.loads(done.stdout)["ok"] != (done.returncode == 0):
            self.note("failed", f"{words} after the kill: exit code and answer disagree")

    def answer(self, *words: str) -> dict:
        """What a command that must work answers."""
        done = self.program.run(self.folder, *words, "--json")
        self.expect(" ".join(words), done, {0})
        return json.loads(done.stdout)

    def known(self, build: str) -> None:
        """The program finds a build of the journal."""
        done = self.program.run(self.folder, "status", build, "--json")
        answer = json.loads(done.stdout) if done.stdout else {}
        found = answer.get("data") or {}
        if done.returncode != 0 or found.get("build_id") != build or found.get("status") not in STATES:
            self.note("lost", f"status {build}: {done.returncode}: {(done.stdout + done.stderr).strip()[:300]}")

    def whole_or_absent(self) -> bool:
        """A project is byte for byte the reference, or there is nothing of its name."""
        project = self.folder / self.name
        if not project.is_symlink() and not project.exists():
            return False
        wrong = difference(snapshot(project), self.reference)
        if wrong:
            self.note("torn", wrong)
        return True

    def rows(self) -> set[str]:
        """Ids of the journal, read from a copy so that its locks and logs stay as they are."""
        if not (self.folder / STATE / "state.db").exists():
            return set()
        with tempfile.TemporaryDirectory(dir=self.folder.parent) as copy:
            for path in (self.folder / STATE).glob("state.db*"):
                shutil.copy(path, copy)
            with sqlite3.connect(f"{copy}/state.db") as journal:
                return self.read(journal)

    def read(self, journal: sqlite3.Connection) -> set[str]:
        """The ids of all builds; the journal is sound, and its events have no gap."""
        if journal.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            self.note("torn", "state.db")
        if not journal.execute("SELECT 1 FROM sqlite_schema WHERE name = 'builds'").fetchone():
            return set()
        numbers = [row[0] for row in journal.execute("SELECT number FROM events ORDER BY number")]
        if numbers != list(range(1, len(numbers) + 1)):
            self.note("lost", f"events are numbered {numbers}")
        told = {row[0] for row in journal.execute("SELECT build_id FROM events")}
        ids = {row[0] for row in journal.execute("SELECT id FROM builds")}
        if told != ids:
            self.note("lost", "builds and events do not fit together")
        return ids

    def nothing_left(self) -> None:
        """No stage, nothing half deleted, no temporary file."""
        state = self.folder / STATE
        for folder in ("stage", "leaving"):
            if (state / folder).exists() and any((state / folder).iterdir()):
                self.note("left", f"{STATE}/{folder}/{next((state / folder).iterdir()).name}")
        for path in self.folder.rglob("*"):
            if path.name.startswith(".crafter-tmp-") or path.name.endswith(".new"):
                self.note("left", str(path.relative_to(self.folder)))

    def no_secret(self, allowed: tuple[str, ...]) -> None:
        """The secret is in the project's .env, and in the `allowed` folders of the state; nowhere else."""
        for path in self.folder.rglob("*"):
            if path.is_symlink() or not path.is_file() or self.secret not in path.read_bytes():
                continue
            parts = path.relative_to(self.folder).parts
            if parts != (self.name, ".env") and (parts[0] != STATE or parts[1] not in allowed):
                self.note("secret", "/".join(parts))
            elif path.stat().st_mode & 0o077:
                self.note("secret", f"{'/'.join(parts)} can be read by others")
