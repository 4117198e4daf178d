"""Runs the official conformance suite against projects that the program creates; 0 when all of it passes.

    python tests/generated/conformance/run.py [--crafter PROGRAM] [--catalog FOLDER] [bare] [full]

`bare` has tools, resources and prompts; `full` has every capability, and the suite gets an access token. Each must
pass both revisions in full, and the scenarios of the tasks extension.
"""

from __future__ import annotations

import argparse
import json
import os
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
sys.path[:0] = [str(HERE.parent), str(ROOT / "tests" / "mcp")]
import suite

from client import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

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
        raise suite.Unprepared(f"{' '.join(words)}:\n{done.stdout}{done.stderr}")
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


def judge(where: str, revision: str, environment: dict[str, str]) -> tuple[int, list[str]]:
    """How many scenarios passed, and what is wrong."""
    found = suite.judge(f"{where}/mcp", revision, environment)
    good = [name for name in found.scored if name not in found.failed]
    ran = {*found.scored, *found.others}
    wrong = [f"{revision}: {name} failed" for name in sorted(found.failed)]
    if len(good) != suite.SCORED[revision]:
        wrong.append(f"{revision}: {len(good)} of {suite.SCORED[revision]} required scenarios passed")
    if revision >= TASKS_SINCE:
        wrong += [f"{revision}: tasks-{name} did not run" for name in TASKS if f"tasks-{name}" not in ran]
    if wrong:
        wrong += found.complaints
    passed = len(ran - found.failed)
    print(f"{revision}: {len(good)}/{suite.SCORED[revision]} required scenarios, {passed}/{len(ran)} in all", flush=True)
    return passed, wrong


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
                    for revision in suite.SCORED:
                        good, bad = judge(where, revision, environment)
                        passed += good
                        wrong += [f"{kind} {line}" for line in bad]
    except suite.Unprepared as error:
        wrong.append(str(error))
    for line in wrong:
        print(f"conformance: {line}")
    print(f"{passed} passed, {len(wrong)} failed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
