"""A capability, a deployment and an option come from a folder laid over the catalog; no line of C++ knows them."""

from __future__ import annotations

import json
from pathlib import Path

import yaml

from conftest import ECHO, Workspace

MODULE = '''"""Counts calls; needs a setting that only its part knows."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ..runtime import Module

if TYPE_CHECKING:
    from ..runtime import Call, Next, Result


class Greeting(Module):
    """Refuses to start without GREETING_WORD."""

    def __init__(self, options: dict[str, object]) -> None:
        super().__init__(options)
        self.word = os.environ["GREETING_WORD"] * int(str(options["times"]))

    async def around(self, call: Call, proceed: Next) -> Result:
        """Lets everything pass."""
        return await proceed(call)


MODULE = Greeting
'''

CAPABILITY = {
    "name": "greeting", "kind": "capability", "summary": "Greets",
    "options": {"type": "object", "properties": {"times": {"type": "integer", "minimum": 1, "default": 2}}, "additionalProperties": False},
    "before": ["caching"],
    "environment": [{"name": "GREETING_WORD", "description": "the word", "required": True}],
    "proof": {"environment": {"GREETING_WORD": "hello"}},
    "emit": [{"path": "src/manifest.json", "language": "json", "value": {"modules": [{"name": "greeting", "options": {"$": "options"}}]}}],
}
DEPLOYMENT = {
    "name": "nomad", "kind": "deployment", "summary": "A job file",
    "options": {"type": "object", "properties": {}, "additionalProperties": False},
    "emit": [{"path": "nomad.yaml", "language": "yaml", "value": {"job": {"$": "server.name"}, "tools": {"$for": "tools", "in": {"$": "item.name"}}}}],
}


def overlay(folder: Path) -> Path:
    """The catalog folder that holds the two parts."""
    for part in (CAPABILITY, DEPLOYMENT):
        place = folder / "parts" / part["name"]
        place.mkdir(parents=True)
        (place / "part.json").write_text(json.dumps(part))
    module = folder / "parts/greeting/files/src/modules/greeting.py"
    module.parent.mkdir(parents=True)
    module.write_text(MODULE)
    return folder


def form(**more: object) -> dict[str, object]:
    return {**ECHO, "complexity": "custom", "capabilities": ["tools", "caching", "greeting"],
            "deployment_config": {"nomad": True}, "options": {"greeting": {"times": 3}}, **more}


def test_parts_of_an_overlay_work_and_are_proven(work: Workspace, tmp_path: Path) -> None:
    place = overlay(tmp_path / "catalog")
    answer = work.create(form(), "--catalog", str(place), proof="full")
    assert answer.code == 0, answer
    project = Path(answer.data["path"])
    modules = json.loads((project / "src/manifest.json").read_text())["modules"]
    assert [m["name"] for m in modules] == ["greeting", "caching"]
    assert modules[0]["options"] == {"times": 3}
    assert yaml.safe_load((project / "nomad.yaml").read_text()) == {"job": "echo-server", "tools": ["echo"]}
    assert "GREETING_WORD" in (project / ".env.example").read_text()


def test_the_same_parts_in_the_workspace(work: Workspace, tmp_path: Path) -> None:
    assert work.run("init").code == 0
    overlay(tmp_path / "catalog")
    (work.folder / ".mcp-crafter/parts").rmdir()
    (tmp_path / "catalog/parts").rename(work.folder / ".mcp-crafter/parts")
    listed = work.run("capabilities", "--json").data["capabilities"]
    assert "greeting" in [c["name"] for c in listed]
    assert work.create(form()).code == 0


def test_options_are_checked_against_the_part(work: Workspace, tmp_path: Path) -> None:
    place = overlay(tmp_path / "catalog")
    answer = work.create(form(options={"greeting": {"times": 0, "tims": 1}}), "--catalog", str(place))
    assert answer.code == 3
    pointers = {d["pointer"] for d in answer.envelope["error"]["diagnostics"]}
    assert pointers == {"/options/greeting/times", "/options/greeting/tims"}


def test_without_the_overlay_they_are_unknown(work: Workspace) -> None:
    answer = work.create(form())
    assert answer.code == 3
    said = answer.out
    assert "greeting" in said
    assert "nomad" in said


def test_a_broken_part_is_named_with_all_its_problems(work: Workspace, tmp_path: Path) -> None:
    place = overlay(tmp_path / "catalog")
    path = place / "parts/nomad/part.json"
    path.write_text(json.dumps({**DEPLOYMENT, "sumary": "x", "kind": "deploymnt"}))
    answer = work.create(form(), "--catalog", str(place))
    assert answer.code != 0
    said = json.dumps(answer.envelope)
    assert "nomad/part.json" in said
    assert "sumary" in said
    assert "deploymnt" in said
