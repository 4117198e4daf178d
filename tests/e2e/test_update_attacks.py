"""What a repository, a stray file or a second process does to an update stays harmless."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from typing import Any

import pytest

from conftest import ECHO, Answer, Workspace, tree

NAME = ECHO["server_name"]
ID = "01a20475-8ae0-729a-8302-944038bf0995"
EVERYTHING = ()


def update(work: Workspace, *words: str) -> Answer:
    """`update` without a proof."""
    return work.run("update", NAME, "--json", "--non-interactive", "--proof", "none", *words)


def plant(work: Workspace, name: str, path: str, before: str) -> None:
    """A list of changes as a cloned repository may bring it."""
    entry = work.folder / f".mcp-crafter/updating/{name}-{ID}"
    (entry / "new").mkdir(parents=True)
    (entry / "seal").touch()
    (entry / "new" / path).write_text("evil")
    step = {"path": path, "before": before, "after": hashlib.sha256(b"evil").hexdigest(), "access": "normal"}
    (entry / "changes.json").write_text(json.dumps({"format": 1, "name": name, "seal": "", "steps": [step]}))


@pytest.mark.parametrize(("name", "path", "before"), [(".git", "config", "*"), (".git", "config", ""), (NAME, "conftest.py", "")])
def test_a_list_of_changes_from_elsewhere_is_not_carried_out(work: Workspace, name: str, path: str, before: str) -> None:
    project = work.made(ECHO)
    (work.folder / ".git").mkdir()
    old = tree(project, EVERYTHING)
    plant(work, name, path, before)
    answer = work.run("list", "--json")
    assert answer.code == 0, answer
    assert "update.foreign" in [warning["code"] for warning in answer.envelope["warnings"]]
    assert f"updating/{name}-{ID}" in answer.out
    assert not list((work.folder / ".git").iterdir())
    refused = update(work, "--set", "version=0.2.0")
    assert (refused.code, refused.codes) == (5, ["update.foreign"])
    assert tree(project, EVERYTHING) == old
    shutil.rmtree(work.folder / f".mcp-crafter/updating/{name}-{ID}")
    assert update(work, "--set", "version=0.2.0").code == 0


@pytest.mark.parametrize("mode", [0o770, 0o707])
def test_a_state_folder_that_others_may_write_to_is_refused(work: Workspace, mode: int) -> None:
    work.made(ECHO)
    (work.folder / ".mcp-crafter").chmod(mode)
    answer = work.run("list", "--json")
    assert answer.codes == ["state.foreign_owner"], answer


def test_nothing_of_the_state_folder_gets_into_version_control(work: Workspace) -> None:
    work.made(ECHO)
    subprocess.run(["git", "init", "-q"], cwd=work.folder, check=True)
    listed = subprocess.run(["git", "status", "--porcelain", "-uall"], cwd=work.folder, check=True, capture_output=True, text=True).stdout
    assert NAME in listed
    assert ".mcp-crafter" not in listed


def test_a_file_in_the_way_of_a_folder_is_named_before_anything_is_done(work: Workspace) -> None:
    project = work.made(ECHO)
    (project / "k8s").write_text("mine\n")
    old = tree(project, EVERYTHING)
    for _ in range(4):
        answer = update(work, "--deploy", "docker,kubernetes")
        assert answer.code == 5, answer
        assert "k8s is in the way" in answer.out
        assert tree(project, EVERYTHING) == old
    assert work.run("list").code == 0
    (project / "k8s").unlink()
    assert update(work, "--deploy", "docker,kubernetes").code == 0


@pytest.mark.parametrize("path", ["uv.lock", ".crafter/proof.json"])
def test_a_folder_where_a_file_of_ours_would_be_is_not_deleted(work: Workspace, path: str) -> None:
    project = work.made(ECHO)
    (project / path).unlink(missing_ok=True)
    (project / path).mkdir()
    (project / path / "mine").write_text("mine\n")
    answer = update(work, "--set", "version=0.2.0")
    assert answer.code == 5, answer
    assert (project / path / "mine").read_text() == "mine\n"


def test_lost_locked_versions_are_told_of(work: Workspace) -> None:
    project = work.made(ECHO)
    (project / "uv.lock").write_text("version = 1\n")
    for words in (("--dry-run",), ()):
        answer = update(work, "--set", "version=0.2.0", *words)
        assert {"path": "uv.lock", "what": "remove"}.items() <= next(f for f in answer.data["files"] if f["path"] == "uv.lock").items()
        assert "update.lock_removed" in [warning["code"] for warning in answer.envelope["warnings"]]


def with_key(work: Workspace) -> Any:
    """A project with one secret value in its .env."""
    return work.made({**ECHO, "environment_vars": {"API_KEY": "planted-value-1"}})


def test_a_new_secret_value_gets_behind_those_in_the_env_file(work: Workspace) -> None:
    project = with_key(work)
    before = (project / ".env").read_text()
    assert update(work, "--env", "OTHER_TOKEN=planted-value-2").code == 0
    assert (project / ".env").read_text() == before + "OTHER_TOKEN=planted-value-2\n"
    form = json.loads((project / "crafter.json").read_text())
    form["environment_vars"]["THIRD_TOKEN"] = "planted-value-3"
    (project / "crafter.json").write_text(json.dumps(form))
    assert update(work).code == 0
    assert (project / ".env").read_text().endswith("\nTHIRD_TOKEN=planted-value-3\n")
    assert (project / ".env").stat().st_mode & 0o777 == 0o600


def test_another_value_than_in_the_env_file_changes_nothing(work: Workspace) -> None:
    project = with_key(work)
    form = json.loads((project / "crafter.json").read_text())
    form["environment_vars"]["API_KEY"] = "planted-value-2"
    (project / "crafter.json").write_text(json.dumps(form))
    old = tree(project, EVERYTHING)
    for words in ((), ("--env", "API_KEY=planted-value-3")):
        answer = update(work, *words)
        assert (answer.code, answer.codes) == (5, ["update.env_differs"]), answer
        assert tree(project, EVERYTHING) == old


def test_private_files_are_not_read(work: Workspace) -> None:
    project = work.made(ECHO)
    (project / "data").mkdir()
    for path in ("data/db.sqlite", "dump.bin"):
        with (project / path).open("wb") as file:
            file.truncate(300 << 20)
    assert update(work, "--set", "version=0.2.0").code == 0


@pytest.mark.parametrize("path", [".env", ".git/config", "uv.lock", ".crafter/proof.json"])
def test_a_lock_that_lists_what_is_never_ours_is_refused(work: Workspace, path: str) -> None:
    project = with_key(work)
    (project / path).parent.mkdir(exist_ok=True)
    (project / path).write_text("mine\n")
    lock = json.loads((project / ".crafter/lock.json").read_text())
    lock["files"][path] = {"digest": hashlib.sha256(b"mine\n").hexdigest(), "access": "normal", "owner": "crafter", "parts": []}
    (project / ".crafter/lock.json").write_text(json.dumps(lock))
    answer = update(work, "--set", "version=0.2.0")
    assert (answer.code, answer.codes) == (3, ["lock.format"])
    assert (project / path).read_text() == "mine\n"
