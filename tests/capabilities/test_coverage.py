"""How much of its code a project's own tests reach, in a project with every capability and one tool."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from matrix import CAPABILITIES

from conftest import craft

WANTED = 90.0
TOOL = {"name": "echo", "description": "Says it again", "parameters": {"text": {"type": "string"}}, "implementation": "return text"}
CONFIGURATION = """
[run]
source = src
parallel = true
concurrency = thread, greenlet
patch = subprocess, fork, _exit
sigterm = true
"""
"""Servers that the tests start are measured too, although they end with a signal or at once; SQLAlchemy uses greenlets."""


def test_the_tests_of_a_project_reach_its_code(tmp_path: Path) -> None:
    project = craft(tmp_path, {"capabilities": list(CAPABILITIES), "custom_tools": [TOOL]})
    (tmp_path / "coveragerc").write_text(CONFIGURATION, encoding="utf-8")
    report = tmp_path / "coverage.json"
    words = ["--cov=src", f"--cov-config={tmp_path}/coveragerc", f"--cov-report=json:{report}"]
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "COVERAGE_FILE": str(tmp_path / "coverage")}
    done = subprocess.run([sys.executable, "-m", "pytest", *words], cwd=project, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    assert done.returncode == 0, done.stdout
    found = json.loads(report.read_text(encoding="utf-8"))
    least = sorted((file["summary"]["percent_covered"], name) for name, file in found["files"].items())[:10]
    print(f"{found['totals']['percent_covered']:.1f} %")
    assert found["totals"]["percent_covered"] >= WANTED, least
