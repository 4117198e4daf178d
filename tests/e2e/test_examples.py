"""Every example becomes a proven server, and its tools answer."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import sqlite3
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest

from conftest import ROOT, Workspace
from mcp import Client

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


@pytest.fixture
def copied(work: Workspace, tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """A proven project in an empty folder, without its workspace; and an environment with Python and uv."""
    project = work.made(ROOT / "examples/weather.json", proof="full")
    copy = tmp_path / "elsewhere" / "copied"
    shutil.copytree(project, copy)
    shutil.rmtree(work.folder)
    uv = next(Path(work.environment["XDG_CACHE_HOME"]).glob("mcp-crafter/uv/*/uv"))
    return copy, {**work.environment, "PATH": f"{uv.parent}:{work.environment['PATH']}"}


def test_copy_answers_by_its_mcp_json(copied: tuple[Path, dict[str, str]]) -> None:
    """`.mcp.json` starts it and it answers, with nothing of the crafter."""
    copy, environment = copied
    server = json.loads((copy / ".mcp.json").read_text())["mcpServers"]["weather-api"]
    hello = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}}
    done = subprocess.run([server["command"], *server["args"]], cwd=copy, env=environment, input=json.dumps(hello) + "\n",
                          capture_output=True, text=True, timeout=120, check=False)
    assert '"weather-api"' in done.stdout, done.stderr


async def weather_at(port: int, mode: str) -> str:
    """What the tool says over HTTP."""
    async with Client(f"http://127.0.0.1:{port}/mcp", mode=mode, read_timeout_seconds=20, cache=None) as client:
        result = await client.call_tool("get_weather", {"city": "Oslo"})
    return str(result.content[0].text)


def eventually(port: int, mode: str, text: str) -> bool:
    """Whether the tool comes to say `text`; the server may be starting."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with suppress(Exception):
            if asyncio.run(weather_at(port, mode)) == text:
                return True
        time.sleep(0.3)
    return False


def test_copy_answers_by_its_dev_script(copied: tuple[Path, dict[str, str]]) -> None:
    """`scripts/dev.sh` serves in both eras, starts again after an edit, and ends on SIGTERM."""
    copy, environment = copied
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with subprocess.Popen([copy / "scripts/dev.sh", "--port", str(port)], env=environment, stdin=subprocess.DEVNULL) as script:
        try:
            for mode in ("legacy", "2026-07-28"):
                assert eventually(port, mode, "Weather for Oslo: 72°F")
            tool = copy / "src/tools/get_weather.py"
            tool.write_text(tool.read_text("utf-8").replace("72°F", "edited"), "utf-8")
            assert eventually(port, "2026-07-28", "Weather for Oslo: edited")
        finally:
            script.terminate()
            assert script.wait(10) == 0
