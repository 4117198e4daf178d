"""Every example becomes a proven server, and its tools answer."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from conftest import ROOT, Workspace

EXAMPLES = sorted((ROOT / "examples").iterdir())


def prepare_data(name: str, project: Path) -> None:
    """What an example's tools look at."""
    if name == "sqlite-explorer":
        with sqlite3.connect(project / "data.db") as database:
            database.execute("CREATE TABLE cities (name TEXT, people INTEGER)")
            database.execute("INSERT INTO cities VALUES ('Oslo', 717710)")
    if name == "team-notes":
        (project / "notes").mkdir()
        (project / "notes/ideas.md").write_text("# Ideas\nProve what you generate.\n", "utf-8")


CALLS = {
    "weather": ("get_weather", {"city": "Oslo"}, 0, "Weather for Oslo: 72°F"),
    "weather-call": ("get_weather", {"city": "Oslo"}, 1, "not implemented"),
    "sqlite-explorer": ("query", {"sql": "SELECT name FROM cities"}, 0, "Oslo"),
    "team-notes": ("search_notes", {"text": "generate"}, 0, "Prove what you generate."),
}


def test_every_example_has_a_call() -> None:
    assert {path.stem for path in EXAMPLES} == set(CALLS)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_example_is_proven_and_answers(work: Workspace, path: Path) -> None:
    answer = work.create(path, proof="full")
    assert answer.code == 0, answer
    project = Path(answer.data["path"])
    assert answer.data["proof"]["level"] == "full"
    assert (project / "uv.lock").is_file()
    assert json.loads((project / ".crafter/proof.json").read_text())["steps"]
    prepare_data(path.stem, project)
    tool, arguments, code, text = CALLS[path.stem]
    called = work.run("call", project.name, tool, json.dumps(arguments))
    assert called.code == code, called
    assert text in called.out + called.err


def test_specification_forms_are_verbatim() -> None:
    """The two forms of the specification parse and mean what it shows."""
    call = json.loads((ROOT / "examples/weather-call.json").read_text())
    assert call["tool"] == "create_mcp_server"
    assert call["arguments"]["custom_tools"][0]["implementation"] == "# Weather API implementation here"
    form = json.loads((ROOT / "examples/weather.json").read_text())
    assert form["custom_tools"][0]["implementation"] == "return f'Weather for {kwargs[\"city\"]}: 72°F'"


def test_project_stands_alone(work: Workspace, tmp_path: Path) -> None:
    """Copied elsewhere, with nothing of the crafter: `.mcp.json` starts it and it answers."""
    import subprocess

    project = work.made(ROOT / "examples/weather.json", proof="full")
    copy = tmp_path / "elsewhere" / "copied"
    shutil.copytree(project, copy)
    shutil.rmtree(work.folder)
    server = json.loads((copy / ".mcp.json").read_text())["mcpServers"]["weather-api"]
    uv = next(Path(work.environment["XDG_CACHE_HOME"]).glob("mcp-crafter/uv/*/uv"))
    hello = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}}
    environment = {**work.environment, "PATH": f"{uv.parent}:{work.environment['PATH']}"}
    done = subprocess.run([server["command"], *server["args"]], cwd=copy, env=environment, input=json.dumps(hello) + "\n",
                          capture_output=True, text=True, timeout=120, check=False)
    assert '"weather-api"' in done.stdout, done.stderr
