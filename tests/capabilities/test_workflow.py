"""The CI workflow of projects: actionlint and zizmor find nothing, and would find something."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from programs import program

from conftest import craft

SETS = {"few": ["tools"], "all": ["tools", "resources", "prompts", "monitoring", "persistence", "authentication", "rate_limiting", "caching", "webhooks", "streaming"]}


@pytest.fixture(scope="module", params=SETS)
def workflow(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    form = {"capabilities": SETS[request.param], "deployment_config": {"docker": True, "compose": True, "git": True}}
    return craft(tmp_path_factory.mktemp(request.param), form) / ".github/workflows/ci.yml"


def actionlint(file: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([program("actionlint"), "-no-color", str(file)], capture_output=True, text=True, check=False)


def zizmor(file: Path) -> subprocess.CompletedProcess[str]:
    found = shutil.which("zizmor", path=str(Path(sys.executable).parent)) or "zizmor"
    return subprocess.run([found, "--offline", "--no-progress", "--persona=pedantic", "--color=never", str(file)], capture_output=True, text=True, check=False)


def changed(workflow: Path, folder: Path, old: str, new: str) -> Path:
    text = workflow.read_text()
    assert old in text
    (folder / "ci.yml").write_text(text.replace(old, new))
    return folder / "ci.yml"


def test_actionlint_finds_nothing(workflow: Path) -> None:
    done = actionlint(workflow)
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr


def test_zizmor_finds_nothing_even_when_pedantic(workflow: Path) -> None:
    done = zizmor(workflow)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No findings" in done.stdout + done.stderr


def test_both_would_find_something(workflow: Path, tmp_path: Path) -> None:
    assert "unexpected key" in actionlint(changed(workflow, tmp_path, "timeout-minutes", "timeout-minuets")).stdout
    for old, new, finding in (("persist-credentials: false", "fetch-tags: false", "artipacked"), ("permissions: {}", "permissions: write-all", "excessive-permissions")):
        done = zizmor(changed(workflow, tmp_path, old, new))
        assert done.returncode != 0
        assert finding in done.stdout
