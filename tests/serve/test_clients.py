"""Clients that people use: the official SDK in TypeScript, both majors, and the Inspector's command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import packages
import pytest
from serving import CRAFTER, FORM, TOKEN, on_port

NAME = FORM["server_name"]
TOOLS = {"create_mcp_server", "update_server", "get_build_status", "list_servers", "get_server_info", "delete_server"}
UNPROVEN = ("--proof", "none")
HOWS = [(1, "legacy"), (2, "legacy"), (2, "auto"), (2, "modern")]


@pytest.fixture(scope="module", autouse=True)
def clients() -> None:
    """All of them are there."""
    packages.install()


@pytest.fixture
def url(tmp_path: Path, environment: dict[str, str]) -> Iterator[str]:
    """A server on a port that proves nothing: what is proven, other tests see."""
    with on_port(tmp_path, environment, *UNPROVEN) as url:
        yield url


def judge(seen: dict[str, Any], folder: Path) -> None:
    """Everything that craft.mjs does has the end that it should."""
    assert seen["server"]["name"] == "mcp-crafter" and set(seen["tools"]) == TOOLS
    pointers = {d["pointer"] for d in json.loads(seen["refused"]["content"][0]["text"])["diagnostics"]}
    assert seen["refused"]["isError"] and {"/server_name", "/complexty"} <= pointers
    assert seen["created"]["status"] == "success", seen["created"]
    assert "Oslo" in seen["answer"]["content"][0]["text"] and not seen["answer"].get("isError"), seen["answer"]
    assert seen["updated"]["structuredContent"]["status"] == "success", seen["updated"]
    # Client 2 forgets a call at its answer, and with it the notices that came in the same read: not all get through to us.
    assert seen["progress"] and seen["progress"] == sorted(seen["progress"]), seen["progress"]
    assert seen["unchanged"]["structuredContent"]["status"] == "unchanged"
    assert seen["info"]["form"]["version"] == "0.2.0" and seen["info"]["tools"] == ["get_weather"]
    assert seen["unconfirmed"]["isError"] and "trash" in seen["unconfirmed"]["content"][0]["text"]
    assert seen["deleted"]["structuredContent"]["status"] == "success" and not (folder / NAME).exists()
    assert seen["unknown"]["isError"] and "server.unknown" in seen["unknown"]["content"][0]["text"]


@pytest.mark.parametrize(("sdk", "mode"), HOWS)
def test_typescript_crafts_over_stdio(tmp_path: Path, environment: dict[str, str], sdk: int, mode: str) -> None:
    how = {"sdk": sdk, "mode": mode, "command": CRAFTER, "folder": str(tmp_path), "form": FORM, "more": UNPROVEN}
    judge(packages.talk(how, environment), tmp_path)


@pytest.mark.parametrize(("sdk", "mode"), HOWS)
def test_typescript_crafts_over_http(tmp_path: Path, environment: dict[str, str], url: str, sdk: int, mode: str) -> None:
    how = {"sdk": sdk, "mode": mode, "command": CRAFTER, "folder": str(tmp_path), "form": FORM, "url": url, "token": TOKEN}
    judge(packages.talk(how, environment), tmp_path)


def inspect(*words: str, environment: dict[str, str]) -> dict[str, Any]:
    """What the Inspector's command line says of one request."""
    manner = ("--format", "json", "--quiet", "--connect-timeout", "120000")
    said = packages.run(packages.INSPECTOR, "--cli", *words, *manner, environment=environment)
    return json.loads(said)["result"]


@pytest.mark.parametrize("era", ["legacy", "auto", "modern"])
def test_the_inspector_crafts_over_http(tmp_path: Path, environment: dict[str, str], url: str, era: str) -> None:
    crafter = ("--server-url", url, "--transport", "http", "--header", f"Authorization: Bearer {TOKEN}", "--protocol-era", era)

    def call(tool: str, **arguments: Any) -> dict[str, Any]:
        words = ("--method", "tools/call", "--tool-name", tool, "--tool-args-json", json.dumps(arguments))
        return inspect(*crafter, *words, environment=environment)["structuredContent"]

    listed = inspect(*crafter, "--method", "tools/list", environment=environment)["tools"]
    assert {tool["name"] for tool in listed} == TOOLS
    build_id = call("create_mcp_server", **FORM)["build_id"]
    for _ in range(60):
        status = call("get_build_status", build_id=build_id)["status"]
        if status not in ("pending", "in_progress"):
            break
    assert status == "success"
    cache = f"XDG_CACHE_HOME={environment['XDG_CACHE_HOME']}"  # which the Inspector does not hand on by itself
    started = (CRAFTER, "run", NAME, "-C", str(tmp_path), "-e", cache, "--protocol-era", era)
    words = ("--method", "tools/call", "--tool-name", "get_weather", "--tool-args-json", '{"city": "Oslo"}')
    answer = inspect(*started, *words, environment=environment)
    assert "Oslo" in answer["content"][0]["text"] and not answer.get("isError"), answer
    updated = call("update_server", server_name=NAME, updates={"version": "0.2.0"}, idempotency_key="from-the-inspector")
    assert updated["kind"] == "update" and not updated["diagnostics"], updated
    again = call("update_server", server_name=NAME, updates={"version": "0.2.0"}, idempotency_key="from-the-inspector")
    assert again["build_id"] == updated["build_id"]
    assert call("delete_server", server_name=NAME, confirm=True)["status"] == "success"
    assert not (tmp_path / NAME).exists()


@pytest.mark.parametrize("era", ["legacy", "auto", "modern"])
def test_the_inspector_finds_nothing_wrong_with_our_schemas(tmp_path: Path, environment: dict[str, str], era: str) -> None:
    words = (CRAFTER, "serve", "-C", str(tmp_path), "--method", "tools/list", "--strict", "--protocol-era", era)
    assert {tool["name"] for tool in inspect(*words, environment=environment)["tools"]} == TOOLS
