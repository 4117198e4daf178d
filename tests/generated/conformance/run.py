"""Runs the official conformance suite against projects that the program creates; 0 when all of it passes.

    python tests/generated/conformance/run.py [--crafter PROGRAM] [--catalog FOLDER] [bare] [full]

`bare` has tools, resources and prompts; `full` has every capability, and the suite gets an access token. Each must
pass both revisions in full, and the scenarios of the tasks extension.
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
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path.insert(0, str(HERE.parent))
from client import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGES = ("node@22.23.3", "@modelcontextprotocol/conformance@0.2.0-alpha.12")
BUILD = ROOT / "build" / "conformance"
REQUIRED = {"2026-07-28": 37, "2025-11-25": 30}
"""Scenarios that a revision requires; all must pass."""
TASKS = (
    "capability-negotiation", "dispatch-and-envelope", "lifecycle", "mrtr-composition", "mrtr-input", "request-headers",
    "request-state-removal", "required-task-error", "status-notifications", "wire-fields",
)
TASKS_SINCE = "2026-07-28"
CAPABILITIES = {
    "bare": ["tools", "resources", "prompts"],
    "full": [
        "tools", "resources", "prompts", "monitoring", "persistence", "authentication", "rate_limiting", "caching", "webhooks",
        "streaming",
    ],
}
ROOMY = {"requests": 100_000, "seconds": 1, "burst": 100_000}
PASSWORD = "correct horse battery"
PATIENCE_S = 300


class Unprepared(RuntimeError):
    """The suite cannot be had; the message says why."""


def suite() -> list[str]:
    """The suite's command line; installs it and its Node.js first if they are not there."""
    stamp = BUILD / "installed"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != " ".join(PACKAGES):
        npm = shutil.which("npm")
        if npm is None:
            raise Unprepared("npm is not installed: apt-get install npm")
        shutil.rmtree(BUILD, ignore_errors=True)
        BUILD.mkdir(parents=True)
        words = [npm, "install", "--no-audit", "--no-fund", "--prefix", str(BUILD), *PACKAGES]
        done = subprocess.run(words, cwd=BUILD, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=PATIENCE_S, check=False)
        if done.returncode:
            raise Unprepared(f"npm install failed:\n{done.stdout}")
        stamp.write_text(" ".join(PACKAGES), encoding="utf-8")
    modules = BUILD / "node_modules"
    if not (modules / ".bin/node").exists():
        raise Unprepared(f"{BUILD}: npm did not run the package node's install script; allow it (npm approve-scripts node)")
    return [str(modules / ".bin/node"), str(modules / "@modelcontextprotocol/conformance/dist/index.js")]


def create(program: list[str], kind: str, folder: Path) -> Path:
    """A project of the program's, with the fixtures as two more modules."""
    options: dict[str, Any] = {}
    if "rate_limiting" in CAPABILITIES[kind]:
        options["rate_limiting"] = {"rate": ROOMY, "http_rate": ROOMY}
    form = {
        "server_name": "conformance", "description": "What the suite looks for", "complexity": "custom",
        "capabilities": CAPABILITIES[kind], "options": options,
    }
    words = [*program, "--form", json.dumps(form), "--json", "--yes", "--non-interactive", "--proof", "none"]
    done = subprocess.run(words, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unprepared(f"{' '.join(words)}:\n{done.stdout}{done.stderr}")
    project = Path(json.loads(done.stdout)["data"]["path"])
    path = project / "src" / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    for module in ("conformance", "conformance_tasks"):
        shutil.copy(HERE / f"{module}.py", project / "src" / "modules")
        manifest["modules"].append({"name": module, "options": {}})
    path.write_text(json.dumps(manifest), encoding="utf-8")
    return project


def token(project: Path, origin: str, environment: dict[str, str]) -> str:
    """An access token of a user made for the suite."""
    words = [sys.executable, "-m", "src.authentication", "create-user", "suite", "--role", "admin"]
    subprocess.run(words, cwd=project, env={**os.environ, **environment}, input=PASSWORD + "\n", text=True, check=True, stdout=subprocess.DEVNULL)
    body = json.dumps({"username": "suite", "password": PASSWORD}).encode()
    with urlopen(Request(f"{origin}/auth/login", body, {"Content-Type": "application/json"}), timeout=30) as answer:
        return str(json.loads(answer.read())["access_token"])


@contextmanager
def served(project: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """The server's address, and what the suite finds in its environment."""
    secured = (project / "src/authentication").is_dir()
    environment = {"DATABASE_URL": f"sqlite:///{project}/conformance.db", "AUTH_SIGNING_KEY": "for-the-suite-alone-" * 3} if secured else {}
    with serving(project, **environment) as server:
        origin = f"http://127.0.0.1:{server.port}"
        if secured:
            yield origin, {"MCP_ORIGIN": origin, "MCP_TOKEN": token(project, origin, environment), "NODE_OPTIONS": f"--import {HERE}/token.mjs"}
        else:
            yield origin, {}


SAID = re.compile(r"^([✓✗]) ([a-z0-9-]+): \d+ passed, \d+ failed", re.MULTILINE)
NOT_SCORED = re.compile(r"^  [✓✗] ([a-z0-9-]+) \(", re.MULTILINE)


def judge(where: str, revision: str, environment: dict[str, str]) -> tuple[int, list[str]]:
    """How many scenarios passed, and what is wrong."""
    words = [*suite(), "server", "--url", f"{where}/mcp", "--requirements", revision]
    done = subprocess.run(words, env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=PATIENCE_S, check=False)
    passed = {name for mark, name in SAID.findall(done.stdout) if mark == "✓"}
    failed = {name for mark, name in SAID.findall(done.stdout) if mark == "✗"}
    required = passed - set(NOT_SCORED.findall(done.stdout))
    wrong = [f"{revision}: {name} failed" for name in sorted(failed)]
    if len(required) != REQUIRED[revision]:
        wrong.append(f"{revision}: {len(required)} of {REQUIRED[revision]} required scenarios passed")
    if revision >= TASKS_SINCE:
        wrong += [f"{revision}: tasks-{name} did not run" for name in TASKS if f"tasks-{name}" not in passed | failed]
    if done.returncode and not wrong:
        wrong.append(f"{revision}: exit {done.returncode}")
    print(f"{revision}: {len(required)}/{REQUIRED[revision]} required scenarios, {len(passed)}/{len(passed | failed)} in all", flush=True)
    if wrong:
        print(done.stdout)
    return len(passed), wrong


def main() -> int:
    """Create, serve, judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kinds", nargs="*", metavar="KIND", help="bare, full; both when none is given")
    parser.add_argument("--crafter", default=os.environ.get("CRAFTER", str(ROOT / "bin/mcp-crafter")))
    parser.add_argument("--catalog", default=os.environ.get("CRAFTER_CATALOG"), help="another catalog than the program's own")
    args = parser.parse_args()
    if unknown := set(args.kinds) - set(CAPABILITIES):
        parser.error(f"no such kind: {', '.join(sorted(unknown))}")
    program = [args.crafter, "create", *(["--catalog", args.catalog] if args.catalog else [])]
    passed, wrong = 0, []
    try:
        for kind in args.kinds or CAPABILITIES:
            with tempfile.TemporaryDirectory(prefix="conformance-") as folder:
                print(f"{kind}: {', '.join(CAPABILITIES[kind])}", flush=True)
                with served(create(program, kind, Path(folder))) as (where, environment):
                    for revision in REQUIRED:
                        good, bad = judge(where, revision, environment)
                        passed += good
                        wrong += [f"{kind} {line}" for line in bad]
    except Unprepared as error:
        wrong.append(str(error))
    for line in wrong:
        print(f"conformance: {line}")
    print(f"{passed} passed, {len(wrong)} failed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
