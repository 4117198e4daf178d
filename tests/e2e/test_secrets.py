"""A secret value is in a 0600 .env and nowhere else: no file, database, output or process list."""

from __future__ import annotations

import json
import stat
from pathlib import Path

from conftest import ECHO, Workspace

PLANTED = [f"planted-value-{n:03d}-x9Qv" for n in range(20)]
FORM = {**ECHO, "environment_vars": {f"SERVICE_{n}_TOKEN": value for n, value in enumerate(PLANTED)} | {"DATABASE_URL": "postgresql://app:planted-password-77@db/app"},
        "deployment_config": {"docker": True, "compose": True, "git": True}}


def holders(folder: Path, texts: list[str]) -> list[str]:
    """Files below that hold one of the texts, the journal and its log among them."""
    found = []
    for path in folder.rglob("*"):
        if path.is_file() and any(text.encode() in path.read_bytes() for text in texts):
            found.append(path.relative_to(folder).as_posix())
    return sorted(found)


def test_secrets_stay_in_env(work: Workspace, tmp_path: Path) -> None:
    form = tmp_path / "form.json"
    form.write_text(json.dumps(FORM))
    answer = work.create(form, proof="full")
    assert answer.code == 0, answer
    texts = [*PLANTED, "planted-password-77"]
    assert holders(work.folder, texts) == ["echo-server/.env"]
    assert stat.S_IMODE((work.folder / "echo-server/.env").stat().st_mode) == 0o600
    assert not [t for t in texts if t in answer.out + answer.err]
    assert ".env" in answer.out + answer.err
    for words in (("status",), ("list",), ("info", "echo-server"), ("check", "echo-server", "--proof", "syntax")):
        said = work.run(*words, "--json")
        assert said.code == 0, said
        assert not [t for t in texts if t in said.out + said.err]
    assert work.run("delete", "echo-server", "--yes").code == 0
    assert holders(work.folder, texts) == []


def test_a_refused_form_does_not_repeat_its_secrets(work: Workspace) -> None:
    answer = work.create({**FORM, "complexity": "huge", "environment_vars": {"API_TOKEN": "planted\nvalue-with-newline"}})
    assert answer.code == 3
    assert "value-with-newline" not in answer.out + answer.err
    assert holders(work.folder, ["value-with-newline"]) == []


def test_placeholders_are_left_blank(work: Workspace) -> None:
    project = work.made({**ECHO, "environment_vars": {"API_KEY": "your-api-key", "OTHER_TOKEN": "changeme"}})
    assert not (project / ".env").exists()
    lines = (project / ".env.example").read_text().splitlines()
    assert "API_KEY=" in lines
    assert "OTHER_TOKEN=" in lines
