"""What we generate passes the strictest linters without a finding; bodies from the form are the form's business."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from conftest import ROOT, Workspace

FORMS = Path(__file__).parent / "forms"


@pytest.fixture(scope="module")
def projects(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    work = Workspace(tmp_path_factory.mktemp("lint") / "w")
    return [work.made(path) for path in sorted(FORMS.iterdir())]


def said(project: Path, *words: str) -> str:
    done = subprocess.run(words, cwd=project, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else f"{project.name}: {' '.join(words)}\n{done.stdout}{done.stderr}"


COMMANDS = {
    "ruff": ["ruff", "check", "--no-cache", "."],
    "ruff format": ["ruff", "format", "--no-cache", "--check", "."],
    "mypy": ["mypy", "--cache-dir=/dev/null"],
    "bandit": ["bandit", "-q", "-r", "src", "-c", "pyproject.toml"],
    "yamllint": ["yamllint", "--strict", "-d", "{extends: default, rules: {line-length: {max: 200}, truthy: {check-keys: false}}}", "."],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_linter_is_silent(projects: list[Path], name: str) -> None:
    assert not [text for project in projects if (text := said(project, *COMMANDS[name]))]


def test_shellcheck_is_silent(projects: list[Path]) -> None:
    assert not [text for project in projects if (text := said(project, "shellcheck", *map(str, project.glob("scripts/*.sh"))))]


def test_hadolint_is_silent(projects: list[Path]) -> None:
    with_image = [project for project in projects if (project / "Dockerfile").exists()]
    assert with_image
    assert not [text for project in with_image if (text := said(project, "hadolint", "Dockerfile"))]


def test_security_rules_are_on() -> None:
    assert '"select": ["ALL"]' in (ROOT / "catalog/parts/enterprise-python/part.json").read_text()
