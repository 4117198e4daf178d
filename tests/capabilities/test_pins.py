"""Floors and pins: nothing that parts bring resolves below a known hole, and nothing runs that is not pinned in one file."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from conftest import CACHE, CATALOG, CRAFTER, ROOT, craft

PARTS = ROOT / "catalog/parts"
DATA = json.loads((ROOT / "catalog/floors.json").read_text())
FLOORS = {name: Version(entry["version"]) for name, entry in DATA["floors"].items()}
PINS = json.loads((ROOT / "catalog/pins.json").read_text())
DEFINITIONS = {path.parent.name: json.loads(path.read_text()) for path in sorted(PARTS.glob("*/part.json"))}


def texts() -> dict[str, str]:
    """Every file of every part that may name an image, an action or a tool."""
    return {str(path.relative_to(PARTS)): path.read_text() for path in sorted(PARTS.rglob("*")) if path.is_file() and path.suffix not in {".pyc"}}


def test_every_floor_has_its_reason() -> None:
    for name, entry in DATA["floors"].items():
        assert name == canonicalize_name(name)
        assert entry["holes"] or entry["reason"]
        assert all(re.fullmatch(r"(CVE-\d{4}-\d{4,}|GHSA(-\w{4}){3}|WS-\d{4}-\d{4}|PYSEC-\d{4}-\d+)", hole) for hole in entry["holes"])


@pytest.mark.parametrize("part", DEFINITIONS)
def test_no_part_asks_for_less_than_the_floor(part: str) -> None:
    for entry in DEFINITIONS[part].get("dependencies", []) + DEFINITIONS[part].get("dev_dependencies", []):
        text = entry["requirement"] if isinstance(entry, dict) else entry
        requirement = Requirement(text)
        name = canonicalize_name(requirement.name)
        assert name not in DATA["refused"]
        lowest = [Version(spec.version) for spec in requirement.specifier if spec.operator in {">=", "==", "~="}]
        assert lowest, f"{text}: no lower bound"
        assert name not in FLOORS or max(lowest) >= FLOORS[name], text


def test_projects_carry_the_floors_for_what_comes_along(tmp_path: Path) -> None:
    project = craft(tmp_path, {"capabilities": ["tools", "monitoring"]})
    constraints = tomllib.loads((project / "pyproject.toml").read_text())["tool"]["uv"]["constraint-dependencies"]
    carried = {requirement.name: requirement for requirement in map(Requirement, constraints)}
    assert set(carried) == set(FLOORS)
    for name, floor in FLOORS.items():
        assert str(carried[name].specifier) == f">={DATA['floors'][name]['version']}"
        assert Version("0.0.1") not in carried[name].specifier
        assert floor in carried[name].specifier


def test_a_proven_lock_holds_nothing_below_a_floor(tmp_path: Path) -> None:
    form: dict[str, Any] = {"server_name": "sample", "complexity": "custom", "capabilities": ["tools", "monitoring"],
                            "custom_tools": [{"name": "greet", "implementation": "return 'Hello'"}]}
    words = [CRAFTER, "create", *CATALOG, "--form", json.dumps(form), "--json", "--non-interactive", "--yes"]
    environment = {**os.environ, "XDG_CACHE_HOME": CACHE}
    done = subprocess.run(words, cwd=tmp_path, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    lock = tomllib.loads((Path(json.loads(done.stdout)["data"]["path"]) / "uv.lock").read_text())
    locked = {package["name"]: Version(package["version"]) for package in lock["package"]}
    assert {"mcp", "starlette", "pyjwt"} <= set(locked)
    assert not {name: str(version) for name, version in locked.items() if name in FLOORS and version < FLOORS[name]}
    assert not set(locked) & set(DATA["refused"])


def images() -> set[tuple[str, str]]:
    """Images in the Dockerfile and in everything that is emitted."""
    found = set(re.findall(r"^ARG BASE=([\w./-]+):(\S+)$", (PARTS / "docker/files/Dockerfile").read_text(), re.MULTILINE))

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            if isinstance(value.get("image"), str):
                name, _, tag = value["image"].partition(":")
                found.add((name, tag))
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    for definition in DEFINITIONS.values():
        walk(definition.get("emit", []))
    return found


def test_every_image_is_pinned_in_the_one_file() -> None:
    assert images() == {(name, entry["tag"]) for name, entry in PINS["images"].items()}
    for entry in PINS["images"].values():
        assert entry["tag"] not in {"", "latest"}
        assert entry["digest"] is None or re.fullmatch(r"sha256:[0-9a-f]{64}", entry["digest"])


def test_dockerfiles_name_images_through_one_argument() -> None:
    dockerfile = (PARTS / "docker/files/Dockerfile").read_text()
    assert set(re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE)) == {"${BASE}"}


def test_every_action_is_pinned_by_commit_in_the_one_file() -> None:
    used = set()
    for name, text in texts().items():
        if ".github/workflows/" in name:
            uses = re.findall(r"uses:\s*([^\s@]+)@(\S+)(?:\s+#\s*(\S+))?", text)
            assert len(uses) == text.count("uses:")
            used |= set(uses)
    assert used == {(name, entry["commit"], entry["version"]) for name, entry in PINS["actions"].items()}
    assert all(re.fullmatch(r"[0-9a-f]{40}", entry["commit"]) for entry in PINS["actions"].values())


def test_tools_that_projects_fetch_have_one_version() -> None:
    everything = "\n".join(texts().values())
    assert set(re.findall(r"\buv==([\w.]+)", everything)) == {PINS["tools"]["uv"]}
    for module, version in PINS["tools"].items():
        if "/" in module:
            assert set(re.findall(re.escape(module) + r"@(\S+)", everything)) == {version}


def test_workflows_are_workflows(tmp_path: Path) -> None:
    project = craft(tmp_path, {"complexity": "standard"})
    workflow = project / ".github/workflows/ci.yml"
    words = ["check-jsonschema", "--builtin-schema", "vendor.github-workflows", str(workflow)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    value = yaml.safe_load(workflow.read_text())
    assert value["permissions"] == {}
    assert "${{" not in "".join(step.get("run", "") for job in value["jobs"].values() for step in job["steps"])
