"""Builds the fuzz targets and runs each for a while.

    python tests/fuzz/run.py [--seconds 60] [NAME ...]
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build/fuzz"
SEEDS = {"document": [*ROOT.glob("examples/*"), *ROOT.glob("tests/e2e/forms/*")], "template": [*ROOT.glob("catalog/parts/*/templates/*")],
         "schema": [*ROOT.glob("tests/jsonschema-suite/draft2020-12/*.json")], **{path.name: [*path.iterdir()] for path in ROOT.glob("tests/fuzz/seeds/*")}}
EXECUTIONS = re.compile(r"stat::number_of_executed_units: *(\d+)")


def fuzz(name: str, seconds: int) -> bool:
    """Run one target on what it found before and on our own files; tells the executions."""
    corpus = BUILD / "corpus" / name
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in SEEDS.get(name, []):
        if seed.is_file():
            shutil.copy(seed, corpus / f"seed-{seed.name}")
    words = [str(BUILD / "bin" / f"fuzz_{name}"), str(corpus), f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=4096",
             "-print_final_stats=1", f"-artifact_prefix={BUILD}/{name}-"]
    done = subprocess.run(words, cwd=BUILD, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=False)
    executions = EXECUTIONS.search(done.stderr)
    print(f"{name}: {executions[1] if executions else '?'} executions, {'clean' if done.returncode == 0 else done.stderr[-3000:]}", flush=True)
    return done.returncode == 0


def main() -> int:
    """Exit with 1 when any target found something."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("names", nargs="*", default=sorted(path.stem for path in Path(__file__).parent.glob("*.cpp")))
    arguments = parser.parse_args()
    for words in (["cmake", "--preset", "fuzz"], ["cmake", "--build", str(BUILD), *(f"--target=fuzz_{name}" for name in arguments.names)]):
        subprocess.run(words, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    failed = [name for name in arguments.names if not fuzz(name, arguments.seconds)]
    print(f"{len(arguments.names) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
