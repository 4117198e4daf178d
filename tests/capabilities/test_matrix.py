"""Sets of capabilities together: each is generated, proven in full, and passes the strictest linters."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import matrix
import pytest

from conftest import CACHE, CATALOG, CRAFTER

ROWS = matrix.one_by_one() if os.environ.get("CRAFTER_MATRIX") == "all" else matrix.pairwise()
LINTERS = (
    ["ruff", "check", "--no-cache", "."],
    ["ruff", "format", "--no-cache", "--check", "."],
    ["mypy", "--cache-dir=/dev/null"],
    ["bandit", "-q", "-r", "src", "-c", "pyproject.toml"],
    ["yamllint", "--strict", "-d", "{extends: default, rules: {line-length: {max: 200}, truthy: {check-keys: false}}}", "."],
)
MOST_ROWS = 15


def test_few_rows_hold_every_pair() -> None:
    rows = matrix.pairwise()
    assert len(rows) <= MOST_ROWS
    for a, b in ((a, b) for a in matrix.FACTORS for b in matrix.FACTORS if a < b):
        assert {(row[a], row[b]) for row in rows} == {(x, y) for x in matrix.FACTORS[a] for y in matrix.FACTORS[b]}, (a, b)


def said(project: Path, words: list[str]) -> str:
    """What a linter says when it finds something."""
    done = subprocess.run(words, cwd=project, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else f"{' '.join(words)}\n{done.stdout}{done.stderr}"


@pytest.mark.parametrize("number", range(len(ROWS)))
def test_together(tmp_path: Path, number: int) -> None:
    form = matrix.form(f"set-{number}", ROWS[number])
    words = [CRAFTER, "create", *CATALOG, "--form", json.dumps(form), "--json", "--non-interactive", "--yes"]
    environment = {**os.environ, "XDG_CACHE_HOME": CACHE}
    done = subprocess.run(words, cwd=tmp_path, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{json.dumps(form)}\n{done.stdout}{done.stderr}"
    project = Path(json.loads(done.stdout)["data"]["path"])
    linters = [*LINTERS, ["shellcheck", *map(str, project.glob("scripts/*.sh"))]]
    if (project / "Dockerfile").exists():
        linters.append(["hadolint", "Dockerfile"])
    assert not [text for linter in linters if (text := said(project, linter))]
