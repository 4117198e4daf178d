"""The official conformance suite: installs it, at one version, and tells what it found."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "conformance"
PACKAGES = ("node@22.23.3", "@modelcontextprotocol/conformance@0.2.0-alpha.12")
SCORED = {"2026-07-28": 37, "2025-11-25": 30}
"""Scenarios that a revision requires; all must pass."""
UNSCORED = re.compile(r"^  [✓✗] (\S+) \(", re.MULTILINE)
RAN = re.compile(r"^[✓✗] (\S+): \d+ passed, (\d+) failed", re.MULTILINE)
PATIENCE_S = 600


class Unprepared(RuntimeError):
    """The suite cannot be had; the message says why."""


def program() -> list[str]:
    """The words that run the suite; installs it and its Node.js when they are not there."""
    stamp = BUILD / "installed"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != " ".join(PACKAGES):
        install()
        stamp.write_text(" ".join(PACKAGES), encoding="utf-8")
    modules = BUILD / "node_modules"
    if not (modules / ".bin/node").exists():
        raise Unprepared(f"{BUILD}: npm did not run the package node's install script; allow it (npm approve-scripts node)")
    return [str(modules / ".bin/node"), str(modules / "@modelcontextprotocol/conformance/dist/index.js")]


def install() -> None:
    """The packages into an empty folder."""
    npm = shutil.which("npm")
    if npm is None:
        raise Unprepared("npm is not installed: apt-get install npm")
    shutil.rmtree(BUILD, ignore_errors=True)
    BUILD.mkdir(parents=True)
    words = [npm, "install", "--no-audit", "--no-fund", "--prefix", str(BUILD), *PACKAGES]
    done = subprocess.run(words, cwd=BUILD, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=PATIENCE_S, check=False)
    if done.returncode:
        raise Unprepared(f"npm install failed:\n{done.stdout}")


@dataclass
class Findings:
    """Of one revision: scenarios that count and those that do not, by name; what was not right."""

    scored: list[str]
    others: list[str]
    failed: set[str]
    complaints: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


TRIED_HERE = {"server-tasks-status-notifications"}
"""Scenarios in which the suite itself does nothing yet; test_tasks.py does."""


def complaints(results: Path) -> tuple[list[str], list[str]]:
    """(checks that failed or warned, checks that were skipped), of all scenarios."""
    wrong, skipped = [], []
    for path in sorted(results.glob("*/checks.json")):
        for check in json.loads(path.read_text(encoding="utf-8")):
            scenario = path.parent.name.split("-20")[0]
            words = f"{scenario}: {check.get('name')}: {check.get('errorMessage')}"
            if check.get("status") in ("FAILURE", "WARNING"):
                wrong.append(f"{check['status']} {words}")
            if check.get("status") == "SKIPPED" and scenario not in TRIED_HERE:
                skipped.append(words)
    return wrong, skipped


def judge(url: str, revision: str, environment: dict[str, str] | None = None) -> Findings:
    """Lets the suite loose on a server, with no failure expected; the suite has `environment` besides its own."""
    with tempfile.TemporaryDirectory(prefix="conformance-") as folder:
        command = [*program(), "server", "--url", url, "--requirements", revision, "-o", folder]
        ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE_S,
                             env={**os.environ, **(environment or {})})
        wrong, skipped = complaints(Path(folder))
    summary = ran.stdout.split("=== SUMMARY ===")[-1]
    unscored = set(UNSCORED.findall(summary))
    names = RAN.findall(summary)
    failed = {name for name, count in names if int(count)}
    if ran.returncode and not failed:
        failed.add(f"exit {ran.returncode}")
    scored = [name for name, _ in names if name not in unscored]
    return Findings(scored, [name for name, _ in names if name in unscored], failed, wrong, skipped)
