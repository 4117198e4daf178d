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
    assert seen["progress"] == sorted(seen["progress"]) and {10, 50, 95} <= set(seen["progress"]), seen["progress"]
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
