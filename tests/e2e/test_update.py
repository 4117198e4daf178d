"""An update keeps what people did to a project, and a conflict changes nothing."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from conftest import CRAFTER, ECHO, Answer, Workspace, tree

NAME = ECHO["server_name"]
TOOL = "src/tools/echo.py"
EVERYTHING = ()


def update(work: Workspace, *words: str, verb: str = "update") -> Answer:
    """`update` without a proof, or another verb."""
    proof = ("--proof", "none") if verb == "update" else ()
    return work.run(verb, NAME, "--json", "--non-interactive", *proof, *words)


def done(answer: Answer) -> dict[str, str]:
    """path → what was done there."""
    assert answer.code == 0, answer
    return {file["path"]: file["what"] for file in answer.data["files"]}


def edit(path: Path, old: str, new: str) -> None:
    """An edit that must find its place."""
    text = path.read_text()
    assert old in text, text
    path.write_text(text.replace(old, new, 1))


def form_with(**fields: Any) -> str:
    """A change of a form, right on the command line."""
    return json.dumps(fields)


def second_tool() -> dict[str, Any]:
    """Another tool beside the first."""
    return {"name": "shout", "description": "Say it loud", "parameters": {"text": {"type": "string"}}, "implementation": "return kwargs['text'].upper()"}


def changed_schema(description: str = "Say it again") -> dict[str, Any]:
    """The first tool with one more parameter."""
    return {**ECHO["custom_tools"][0], "description": description, "parameters": {"text": {"type": "string"}, "times": {"type": "integer", "default": 1}}}


def test_an_unchanged_form_leaves_nothing_to_do(work: Workspace) -> None:
    project = work.made(ECHO)
    before = tree(project, EVERYTHING)
    answer = update(work)
    assert answer.code == 0, answer
    assert answer.data["status"] == "unchanged"
    assert answer.data["build_id"] is None
    assert tree(project, EVERYTHING) == before
    assert update(work, "--exit-code", verb="diff").code == 0


def test_an_edited_form_gives_what_a_new_project_of_it_would_be(work: Workspace, tmp_path: Path) -> None:
    project = work.made(ECHO)
    form = json.loads((project / "crafter.json").read_text())
    form["custom_tools"].append(second_tool())
    (project / "crafter.json").write_text(json.dumps(form))
    assert update(work, "--exit-code", verb="diff").code == 6
    assert done(update(work))["src/tools/shout.py"] == "create"
    other = Workspace(tmp_path / "other").made({**ECHO, "custom_tools": [*ECHO["custom_tools"], second_tool()]})
    assert tree(project) == tree(other)
    assert update(work).data["status"] == "unchanged"


def test_an_edited_tool_survives_a_change_of_its_schema(work: Workspace) -> None:
    project = work.made(ECHO)
    edit(project / TOOL, "return kwargs['text']", "return kwargs['text'] + ' (edited)'")
    deeds = done(update(work, "--form", form_with(custom_tools=[changed_schema()])))
    assert TOOL not in deeds, "the schema stands in the manifest"
    assert "(edited)" in (project / TOOL).read_text()
    assert "times" in (project / "src/manifest.json").read_text()
    states = {file["path"]: file["state"] for file in work.run("info", NAME, "--json").data["files"]}
    assert states[TOOL] == "edited", "the edit is still known as one"
    assert update(work).data["status"] == "unchanged"


def test_an_edit_is_merged_with_a_change_elsewhere_in_the_file(work: Workspace) -> None:
    project = work.made(ECHO)
    (project / TOOL).write_text((project / TOOL).read_text() + "\n\ndef mine() -> int:\n    return 1\n")
    edit(project / "README.md", "# ", "# Mine: ")
    changed = {**ECHO["custom_tools"][0], "description": "Say it to the mountains"}
    deeds = done(update(work, "--form", form_with(custom_tools=[changed])))
    assert deeds[TOOL] == deeds["README.md"] == "merge"
    for path, ours in ((TOOL, "def mine() -> int:"), ("README.md", "# Mine: ")):
        text = (project / path).read_text()
        assert ours in text
        assert "mountains" in text


def test_a_conflict_changes_nothing_until_it_is_said_how(work: Workspace) -> None:
    project = work.made(ECHO)
    edit(project / TOOL, "return kwargs['text']", "return 'mine'")
    changed = {**ECHO["custom_tools"][0], "implementation": "return 'theirs'"}
    before = tree(project, EVERYTHING)
    for _ in range(2):
        answer = update(work, "--form", form_with(custom_tools=[changed]))
        assert answer.code == 5, answer
        assert answer.codes == ["update.conflict"]
        assert tree(project, EVERYTHING) == before
    assert update(work, "--dry-run", "--form", form_with(custom_tools=[changed])).code == 5
    assert tree(project, EVERYTHING) == before


@pytest.mark.parametrize("style", ["inline", "rej"])
def test_a_written_conflict_keeps_both_sides(work: Workspace, style: str) -> None:
    project = work.made(ECHO)
    edit(project / TOOL, "return kwargs['text']", "return 'mine'")
    changed = {**ECHO["custom_tools"][0], "implementation": "return 'theirs'"}
    answer = update(work, "--conflict", style, "--form", form_with(custom_tools=[changed]))
    assert answer.code == 5, answer
    text = (project / TOOL).read_text()
    rejected = project / (TOOL + ".rej")
    assert "return 'mine'" in text
    if style == "inline":
        assert text.count("<<<<<<< yours") == text.count(">>>>>>> update") == 1
        assert "return 'theirs'" in text
        assert not rejected.exists()
    else:
        assert "<<<<<<<" not in text
        assert "return 'theirs'" in rejected.read_text()
    assert json.loads((project / ".crafter/proof.json").read_text())["level"] == "none"
    assert update(work).data["status"] == "unchanged", "the conflict is settled by whoever edits the file"


def test_a_deleted_file_stays_deleted(work: Workspace) -> None:
    project = work.made(ECHO)
    (project / "AGENTS.md").unlink()
    assert update(work).data["status"] == "unchanged"
    deeds = done(update(work, "--set", "description=Echoes what it hears"))
    assert deeds["AGENTS.md"] == "gone"
    assert not (project / "AGENTS.md").exists()


def test_a_removed_tool_goes_unless_it_was_edited(work: Workspace) -> None:
    project = work.made({**ECHO, "custom_tools": [*ECHO["custom_tools"], second_tool(), {**second_tool(), "name": "whisper"}]})
    edit(project / "src/tools/shout.py", "upper()", "upper() + '!'")
    deeds = done(update(work, "--form", form_with(custom_tools=ECHO["custom_tools"])))
    assert deeds["src/tools/shout.py"] == "release"
    assert deeds["src/tools/whisper.py"] == "remove"
    assert "+ '!'" in (project / "src/tools/shout.py").read_text()
    assert not (project / "src/tools/whisper.py").exists()
    assert "src/tools/shout.py" not in json.loads((project / ".crafter/lock.json").read_text())["files"]


def test_a_strangers_file_is_in_the_way(work: Workspace) -> None:
    project = work.made(ECHO)
    (project / "src/tools/shout.py").write_text("mine = 1\n")
    answer = update(work, "--form", form_with(custom_tools=[*ECHO["custom_tools"], second_tool()]))
    assert answer.code == 5, answer
    assert (project / "src/tools/shout.py").read_text() == "mine = 1\n"


def test_the_env_file_is_the_users(work: Workspace) -> None:
    project = work.made({**ECHO, "environment_vars": {"API_KEY": "planted-value-1"}})
    before = (project / ".env").read_bytes()
    answer = update(work, "--env", "API_KEY=planted-value-2", "--set", "version=0.2.0")
    assert (answer.code, answer.codes) == (5, ["update.env_differs"]), answer
    assert (project / ".env").read_bytes() == before
    assert done(update(work, "--env", "API_KEY=planted-value-1", "--set", "version=0.2.0"))
    assert (project / ".env").read_bytes() == before
    assert b"planted-value-2" not in b"".join(bytes_ for _, bytes_ in tree(project, EVERYTHING).values())


def test_a_server_keeps_its_name(work: Workspace) -> None:
    project = work.made(ECHO)
    assert update(work, "--form", form_with(server_name="other-server")).code == 2
    edit(project / "crafter.json", NAME, "other-server")
    assert update(work).code == 3
    assert work.run("update", "nobody").code == 8


def test_the_merged_project_is_what_is_proven(work: Workspace) -> None:
    project = work.made(ECHO, proof="syntax")
    before = tree(project, EVERYTHING)
    (project / TOOL).write_text((project / TOOL).read_text() + "\nthis is no Python\n")
    broken = tree(project, EVERYTHING)
    answer = work.run("update", NAME, "--json", "--proof", "syntax", "--set", "version=0.2.0")
    assert answer.code == 7, answer
    assert tree(project, EVERYTHING) == broken != before


CALLS = ("renameat2", "syncfs", "unlinkat", "mkdirat")


def traced(work: Workspace, *trace: str) -> subprocess.CompletedProcess[str]:
    """An update of the tools, run under strace."""
    words = [CRAFTER, "update", NAME, "--json", "--proof", "none", "--form", form_with(custom_tools=[second_tool()])]
    return subprocess.run(["strace", "-f", "-qq", *trace, *words], cwd=work.folder, env=work.environment, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.skipif(shutil.which("strace") is None, reason="no strace")
def test_a_kill_leaves_the_old_project_or_the_new_one(work: Workspace, tmp_path: Path) -> None:
    project = work.made(ECHO)
    edit(project / "README.md", "# ", "# Mine: ")
    old = tree(project)
    saved = tmp_path / "saved"
    shutil.copytree(work.folder, saved)
    log = tmp_path / "log"
    done_ = traced(work, "-e", f"trace={','.join(CALLS)}", "-o", str(log))
    assert done_.returncode == 0, done_
    new = tree(project)
    assert new != old
    ends = {True: 0, False: 0}
    for call in CALLS:
        for count in range(1, len(re.findall(rf"\b{call}\(", log.read_text())) + 1):
            shutil.rmtree(work.folder)
            shutil.copytree(saved, work.folder)
            killed = traced(work, "-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={call}:signal=SIGKILL:when={count}")
            if killed.returncode in (-9, 137):
                assert work.run("list").code == 0
                found = tree(project)
                assert found in (old, new), (call, count, found.keys() ^ new.keys(), found.keys() ^ old.keys())
                ends[found == new] += 1
                assert update(work, "--form", form_with(custom_tools=[second_tool()])).code == 0, (call, count)
                assert tree(project) == new, (call, count)
                assert not list((work.folder / ".mcp-crafter").glob("updating/*"))
                assert not list((work.folder / ".mcp-crafter").glob("stage/*"))
    assert ends[True] > 5
    assert ends[False] > 5
