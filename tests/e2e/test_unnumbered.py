"""What the regression list names without a number: one test for each that no other place has.

Modules that gate nothing are the matter of tests/capabilities, secrets in clear of test_secrets.py, a creation time in the
output of test_determinism.py.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from conftest import CRAFTER, ECHO, OPTIONAL_TOOLS, Workspace, tree
from mcp import Client, StdioServerParameters


def test_no_tool_is_a_proxy(everything: Workspace) -> None:
    """An open HTTP proxy tool: with everything on there is a closed list of tools, and one of them takes an address."""

    async def listed() -> dict[str, set[str]]:
        target = StdioServerParameters(command=CRAFTER, args=["run", "echo-server"], env=everything.environment, cwd=str(everything.folder))
        async with Client(target, read_timeout_seconds=60, cache=None) as client:
            return {tool.name: set(tool.input_schema["properties"]) for tool in (await client.list_tools()).tools}

    tools = asyncio.run(listed())
    assert sorted(tools) == sorted(["echo", *(name for names in OPTIONAL_TOOLS.values() for name in names)])
    assert [name for name, taken in tools.items() if any("url" in word or "uri" in word for word in taken)] == ["webhook_register"]


def test_complexity_decides_what_is_made(tmp_path: Path) -> None:
    """Complexity that changes nothing."""
    trees = [set(tree(Workspace(tmp_path / name).made({**ECHO, "complexity": name}))) for name in ("simple", "standard", "advanced", "enterprise")]
    for less, more in zip(trees, trees[1:], strict=False):
        assert less < more


@pytest.mark.parametrize(("words", "code"), [
    (("create", "far-away", "--template", "no-such"), 2), (("create", "--form", json.dumps({**ECHO, "template": "no-such"})), 3)])
def test_an_unknown_template_is_refused(work: Workspace, words: tuple[str, ...], code: int) -> None:
    """An unknown template silently replaced."""
    answer = work.run(*words, "--json", "--non-interactive", "--yes", "--proof", "none")
    assert answer.code == code
    assert answer.codes == ["form.unknown_part"]
    assert list(work.folder.iterdir()) == []


def test_nothing_outside_is_deleted(work: Workspace, tmp_path: Path) -> None:
    """`rmtree` on an unvalidated name."""
    project, outside = work.made(ECHO), tmp_path / "x"
    outside.mkdir()
    (outside / "kept").touch()
    (work.folder / "linked").symlink_to(outside)
    for name in ("../x", "linked", "./linked", str(outside), ".", "..", ".mcp-crafter", "echo-server/src", "echo-server/../../x"):
        assert work.run("delete", name, "--yes", "--force").code in (2, 8), name
    project.rename(tmp_path / "moved")
    project.symlink_to(outside)
    assert work.run("delete", "echo-server", "--yes").code == 5
    assert project.is_symlink()
    work.run("delete", "echo-server", "--yes", "--force")
    assert (outside / "kept").exists()
    assert (tmp_path / "moved/crafter.json").exists()
