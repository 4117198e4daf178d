"""Breaks one project in every way of faults.py, and wants the proof to find each at its step.

    python tests/faults/check_faults.py --crafter bin/mcp-crafter [--only NAME ...]

Afterwards a project full of code that tries to get out is proven (canary.py): nothing may leak.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from canary import Listener, cage, leaks, plant
from faults import FAULTS, Fault

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CACHE = Path(os.environ.get("CRAFTER_TEST_CACHE", ROOT / "build/test-cache"))
PASSED = ("PIP_", "UV_", "SSL_CERT", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
UNVERIFIED = 7
NAME = "faulty"


@dataclass
class Workspace:
    """A folder with one project, and the program that made it."""

    crafter: str
    folder: Path
    secret: str = ""

    @property
    def project(self) -> Path:
        """Where the project is."""
        return self.folder / NAME

    def run(self, *words: str) -> tuple[int, dict[str, Any]]:
        """Exit code and envelope of one run of the program."""
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        passed = {k: v for k, v in os.environ.items() if k.upper().startswith(PASSED)}
        own = {"PATH": os.environ["PATH"], "HOME": str(home), "XDG_CACHE_HOME": str(CACHE)}
        done = subprocess.run(
            [self.crafter, "-C", str(self.folder), *words, "--json"],
            env={**passed, **own, "CANARY_SECRET": self.secret},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
        try:
            return done.returncode, json.loads(done.stdout)
        except json.JSONDecodeError:
            return done.returncode, {"error": {"message": done.stdout + done.stderr}}

    def create(self) -> None:
        """Make the project, unproven."""
        code, envelope = self.run("create", "--form", str(HERE / "form.json"), "--proof", "none")
        if code:
            give_up(f"create ended with {code}: {json.dumps(envelope, indent=1)}")


def give_up(words: str) -> NoReturn:
    """End: nothing can be told."""
    sys.exit(words)


def codes(envelope: dict[str, Any]) -> list[str]:
    """The codes of what went wrong, the error's own first."""
    error = envelope.get("error") or {}
    found = [error.get("code", ""), *(d["code"] for d in error.get("diagnostics", []))]
    return [code for code in found if code]


def found_at_its_step(workspace: Workspace, pristine: Path, fault: Fault) -> str:
    """Nothing when the proof finds the fault where it should, else what it says."""
    shutil.rmtree(workspace.project)
    shutil.copytree(pristine, workspace.project, symlinks=True)
    fault.damage(workspace.project)
    code, envelope = workspace.run("check", NAME)
    wanted = f"proof.{fault.step}"
    if code == UNVERIFIED and wanted in codes(envelope):
        return ""
    return f"exit code {code}, wanted {wanted}: {json.dumps(envelope.get('error'))[:2000]}"


def check_faults(crafter: str, names: list[str]) -> tuple[int, int]:
    """Count the faults that are not found."""
    tried = failures = 0
    with tempfile.TemporaryDirectory(prefix="crafter-faults-") as folder:
        workspace = Workspace(crafter, Path(folder))
        workspace.create()
        pristine = Path(folder) / "pristine"
        shutil.copytree(workspace.project, pristine, symlinks=True)
        code, envelope = workspace.run("check", NAME)
        if code:
            give_up(f"the sound project is refused ({code}): {json.dumps(envelope)}")
        for fault in FAULTS:
            if names and fault.name not in names:
                continue
            began = time.monotonic()
            words = found_at_its_step(workspace, pristine, fault)
            tried += 1
            failures += bool(words)
            print(
                f"{fault.name}: {words or 'found'} ({time.monotonic() - began:.1f} s)", flush=True
            )
    return tried, failures


def check_canary(crafter: str) -> int:
    """Prove code that tries to get out, before, while and after it is called: it must not."""
    with tempfile.TemporaryDirectory(prefix="crafter-canary-") as folder, Listener() as listener:
        workspace = Workspace(crafter, Path(folder), secret="c4n4ry")
        workspace.create()
        bars = cage(Path(folder), listener.port, workspace.secret)
        plant(workspace.project, bars)
        code, envelope = workspace.run("check", NAME)
        words = leaks(Path(folder), listener)
        if code:
            words.append(f"exit code {code}: {json.dumps(envelope.get('error'))[:4000]}")
    print("canary:", "; ".join(words) or "nothing got out", flush=True)
    return len(words)


def main() -> None:
    """Exit with 1 when anything was not found, or got out."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--crafter", default=str(ROOT / "bin/mcp-crafter"))
    parser.add_argument("--only", nargs="*", default=[], metavar="NAME")
    arguments = parser.parse_args()
    tried, failures = check_faults(arguments.crafter, arguments.only)
    if not arguments.only or "canary" in arguments.only:
        tried += 1
        failures += check_canary(arguments.crafter) > 0
    print(f"{tried - failures} passed, {failures} failed")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
