"""The official conformance suite: installs it, at one version, and tells what it found."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / "build" / "conformance"
PACKAGES = ("node@22", "@modelcontextprotocol/conformance@0.2.0-alpha.12")
SCORED = {"2026-07-28": 37, "2025-11-25": 30}
UNSCORED = re.compile(r"^  [✓✗] (\S+) \(", re.MULTILINE)
RAN = re.compile(r"^[✓✗] (\S+): \d+ passed, (\d+) failed", re.MULTILINE)


def program() -> list[str]:
    """The words that run the suite; installs it the first time."""
    modules = HOME / "node_modules"
    script = modules / "@modelcontextprotocol/conformance/dist/index.js"
    node = modules / ".bin/node"
    if not (script.exists() and node.exists()):
        HOME.mkdir(parents=True, exist_ok=True)
        (HOME / "package.json").write_text('{"private": true}\n', encoding="utf-8")
        install = ["npm", "install", "--no-audit", "--no-fund", "--silent", *PACKAGES]
        subprocess.run(install, cwd=HOME, check=True)
    return [str(node), str(script)]


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


def judge(url: str, revision: str) -> Findings:
    """Lets the suite loose on a server, with no failure expected."""
    with tempfile.TemporaryDirectory(prefix="conformance-") as folder:
        command = [*program(), "server", "--url", url, "--requirements", revision, "-o", folder]
        ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
        wrong, skipped = complaints(Path(folder))
    summary = ran.stdout.split("=== SUMMARY ===")[-1]
    unscored = set(UNSCORED.findall(summary))
    names = RAN.findall(summary)
    failed = {name for name, count in names if int(count)}
    if ran.returncode and not failed:
        failed.add(f"exit {ran.returncode}")
    scored = [name for name, _ in names if name not in unscored]
    return Findings(scored, [name for name, _ in names if name in unscored], failed, wrong, skipped)
