"""Runs the stages of the tests in order, counts what they say, and fails when any of them did."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TOOLS = ROOT / "build/tools/bin"
PYTHON = str(TOOLS / "python")
CRAFTER = str(ROOT / "bin/mcp-crafter")
JOBS = str(os.cpu_count() or 2)


@dataclass
class Stage:
    """Commands that belong together. Long ones run with --all alone."""

    name: str
    commands: list[list[str]]
    long: bool = False
    environment: dict[str, str] = field(default_factory=dict)


def cpp(preset: str) -> list[list[str]]:
    """Configure, build and run the C++ tests of a preset."""
    build = f"build/{preset}"
    return [
        ["cmake", "--preset", preset],
        ["cmake", "--build", build, "-j", JOBS],
        ["ctest", "--test-dir", build, "--output-on-failure", "-j", JOBS],
    ]


def ours(*suffixes: str) -> list[str]:
    """Files of ours that git tracks (or would), by suffix."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in listed.stdout.splitlines() if name.endswith(suffixes) and (ROOT / name).exists()]


def script(path: str, *words: str) -> list[str]:
    """A Python script of the tests."""
    return [PYTHON, str(ROOT / path), *words]


def pytest(*words: str) -> list[str]:
    """A run of pytest without leftovers in the checkout."""
    return [PYTHON, "-m", "pytest", "-q", "-p", "no:cacheprovider", *words]


def stages() -> list[Stage]:
    """Everything, cheapest first."""
    shells = ["bin/mcp-crafter", "test", ".ci/run", *ours(".sh")]
    return [
        Stage("program", [[CRAFTER, "version"]]),
        Stage("architecture", [script("tests/arch/check_arch.py")]),
        Stage("lint", [
            [str(TOOLS / "ruff"), "check", "--no-cache", "tests", "src/python/scripts", "cmake", "catalog"],
            [str(TOOLS / "shellcheck"), *shells],
        ]),
        Stage("cpp", cpp("asan")),
        Stage("schema", [script("tests/schema/check_form_schema.py", CRAFTER)]),
        Stage("templates", [script("tests/tmpl/check_jinja.py")]),
        Stage("merge", [script("tests/merge/check_merge.py")]),
        Stage("parts", [pytest("tests/generated", "catalog/parts", "--ignore-glob=*/files/*")]),
        Stage("cli", [script("tests/cli/check_cli.py", "--crafter", CRAFTER)]),
        Stage("mcp", [pytest("tests/mcp"), script("tests/mcp/run_conformance.py")]),
        Stage("e2e", [pytest("tests/e2e")]),
        Stage("serve", [pytest("tests/serve")]),
        Stage("capabilities", [pytest("tests/capabilities")]),
        Stage("conformance", [script("tests/generated/conformance/run.py", "--crafter", CRAFTER)]),
        Stage("faults", [script("tests/faults/check_faults.py", "--crafter", CRAFTER)]),
        Stage("crash", [script("tests/crash/crash.py", "--crafter", CRAFTER)]),
        Stage("queue", [script("tests/queue/campaign.py", "--crafter", CRAFTER)]),
        Stage("tsan", [*cpp("tsan"), script("tests/mcp/load.py")], long=True),
        Stage("crash-all", [script("tests/crash/crash.py", "--crafter", CRAFTER, "--all")], long=True),
        Stage("queue-all", [script("tests/queue/campaign.py", "--crafter", CRAFTER, "--builds", "100000", "--seconds", "3600")], long=True),
        Stage("fuzz", [script("tests/fuzz/run.py")], long=True),
        Stage("load", [script("tests/load/hour.py", "--seconds", "60", "--leak"), script("tests/load/hour.py", "--seconds", "3600")],
              long=True, environment={"CRAFTER": CRAFTER}),
        Stage("bench", [script(f"tests/bench/{path}") for path in ("modules.py", "queue/run.py", "mcp_bench.py")], long=True,
              environment={"CRAFTER": CRAFTER}),
        Stage("containers", [script("tests/containers/check_containers.py", "--crafter", CRAFTER),
                             script("tests/containers/check_compose.py", "--crafter", CRAFTER)], long=True),
        Stage("kubernetes", [script("tests/kubernetes/prepare.py"), pytest("-rs", "tests/kubernetes")], long=True),
    ]


COUNTS = (
    re.compile(r"(?P<passed>\d+) passed(?:, (?P<failed>\d+) failed)?(?:, (?P<skipped>\d+) skipped)?"),
    re.compile(r"(?P<failed>\d+) failed, (?P<passed>\d+) passed(?:, (?P<skipped>\d+) skipped)?"),
)
GTEST = re.compile(r"^\[  (PASSED|SKIPPED|FAILED) +\] (\d+) tests?", re.MULTILINE)


def counted(output: str) -> tuple[int, int, int]:
    """(passed, failed, skipped) of the last line that counts, as pytest and our scripts print it."""
    for line in reversed(output.splitlines()):
        for pattern in COUNTS[::-1]:
            match = pattern.search(line)
            if match:
                return tuple(int(match[key] or 0) for key in ("passed", "failed", "skipped"))  # type: ignore[return-value]
    return 0, 0, 0


def counted_cpp(build: Path) -> tuple[int, int, int]:
    """What the gtest programs said, from ctest's log."""
    log = build / "Testing/Temporary/LastTest.log"
    totals = {"PASSED": 0, "FAILED": 0, "SKIPPED": 0}
    for word, number in GTEST.findall(log.read_text(errors="replace")) if log.exists() else []:
        totals[word] += int(number)
    return totals["PASSED"], totals["FAILED"], totals["SKIPPED"]


def run(command: list[str], environment: dict[str, str]) -> tuple[int, str]:
    """Runs one command, showing its output as it comes."""
    path = f"{TOOLS}{os.pathsep}{os.environ['PATH']}"
    child = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PATH": path, **environment}, stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    lines = []
    for line in child.stdout or []:
        sys.stdout.write(line)
        sys.stdout.flush()
        lines.append(line)
    return child.wait(), "".join(lines)


def run_stage(stage: Stage) -> tuple[bool, tuple[int, int, int]]:
    """Runs a stage to its end or to its first failure."""
    totals = [0, 0, 0]
    good = True
    for command in stage.commands:
        code, output = run(command, stage.environment)
        found = counted_cpp(ROOT / command[command.index("--test-dir") + 1]) if command[0] == "ctest" else counted(output)
        totals = [a + b for a, b in zip(totals, found, strict=True)]
        if code != 0:
            print(f"stage {stage.name}: exit {code} of {' '.join(command)}")
            good = False
            break
    return good, (totals[0], totals[1], totals[2])


def main() -> int:
    """Parse, run, sum up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="only these stages")
    parser.add_argument("--all", action="store_true", help="the long campaigns too")
    parser.add_argument("--list", action="store_true", help="name the stages and stop")
    args = parser.parse_args()
    table = stages()
    unknown = set(args.names) - {stage.name for stage in table}
    if unknown:
        parser.error(f"no such stage: {', '.join(sorted(unknown))}")
    if args.list:
        print("\n".join(f"{stage.name}{' (--all)' if stage.long else ''}" for stage in table))
        return 0
    chosen = [s for s in table if s.name in args.names or not args.names and (args.all or not s.long)]
    rows, started = [], time.monotonic()
    for stage in chosen:
        print(f"\n== {stage.name}", flush=True)
        begun = time.monotonic()
        good, counts = run_stage(stage)
        rows.append((stage.name, good, counts, time.monotonic() - begun))
    print("\n== summary")
    for name, good, (passed, failed, skipped), seconds in rows:
        print(f"{'ok  ' if good else 'FAIL'} {name}: {passed} passed, {failed} failed, {skipped} skipped in {seconds:.1f} s")
    for stage in table:
        if stage not in chosen and not args.names:
            print(f"not run: {stage.name} (./test --all)")
    passed = sum(max(row[2][0], 1) if row[1] else row[2][0] for row in rows)
    failed = sum(max(row[2][1], 1) for row in rows if not row[1])
    print(f"in {time.monotonic() - started:.0f} s")
    print(f"{passed} passed, {failed} failed, {sum(row[2][2] for row in rows)} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
