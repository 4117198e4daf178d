"""The crafter as an MCP server: the official client makes, follows, reads and deletes servers with it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx2
import pytest
from mcp.client.streamable_http import streamable_http_client
from serving import FORM, MODES, TOKEN, ended, stdio

from mcp import Client

TOOLS = ["create_mcp_server", "update_server", "get_build_status", "list_servers", "get_server_info", "delete_server"]


async def craft(client: Client) -> dict[str, Any]:
    """Everything that is asked of one connection; collected first, judged by the caller."""
    seen: dict[str, Any] = {"tools": [tool.name for tool in (await client.list_tools()).tools]}
    seen["refused"] = await client.call_tool("create_mcp_server", {"server_name": "X", "complexty": "simple"})
    seen["created"] = await client.call_tool("create_mcp_server", FORM)
    seen["ended"] = await ended(client, seen["created"].structured_content["build_id"])
    seen["listed"] = (await client.call_tool("list_servers", {})).structured_content
    seen["info"] = (await client.call_tool("get_server_info", {"server_name": "weather-api"})).structured_content
    seen["again"] = await client.call_tool("create_mcp_server", FORM)
    seen["file"] = (await client.read_resource("crafter://servers/weather-api/files/src/tools/get_weather.py")).contents[0].text
    seen["log"] = (await client.read_resource(f"crafter://builds/{seen['ended']['build_id']}/log")).contents[0].text
    seen["catalog"] = json.loads((await client.read_resource("crafter://catalog")).contents[0].text)
    seen["schema"] = json.loads((await client.read_resource("crafter://schema/form")).contents[0].text)
    seen["prompt"] = (await client.get_prompt("design_server", {"purpose": "notes"})).messages[0].content.text
    seen["unconfirmed"] = await client.call_tool("delete_server", {"server_name": "weather-api"})
    seen["deleted"] = await client.call_tool("delete_server", {"server_name": "weather-api", "confirm": True})
    return seen


def judge(seen: dict[str, Any], folder: Path) -> None:
    assert set(TOOLS) == set(seen["tools"])
    refused = seen["refused"]
    pointers = {d["pointer"] for d in json.loads(refused.content[0].text)["diagnostics"]}
    assert refused.is_error and {"/server_name", "/complexty"} <= pointers
    created = seen["created"]
    assert not created.is_error
    assert json.loads(created.content[0].text) == created.structured_content
    assert created.structured_content["path"] == str(folder / "weather-api")
    assert seen["ended"]["status"] == "success", seen["ended"]
    assert [server["name"] for server in seen["listed"]["servers"]] == ["weather-api"]
    assert seen["info"]["proof"]["level"] == "full"
    assert seen["again"].is_error and "exists" in seen["again"].content[0].text
    assert "async def get_weather" in seen["file"]
    assert "100 % success" in seen["log"]
    assert {part["name"] for part in seen["catalog"]["capabilities"]} >= {"tools", "caching"}
    assert "server_name" in seen["schema"]["required"]
    assert "notes" in seen["prompt"]
    assert seen["unconfirmed"].is_error and "trash" in seen["unconfirmed"].content[0].text
    assert seen["deleted"].structured_content["status"] == "success"
    assert not (folder / "weather-api").exists()


@pytest.mark.parametrize("mode", MODES)
def test_a_model_crafts_over_stdio(tmp_path: Path, environment: dict[str, str], mode: str) -> None:
    async def talk() -> dict[str, Any]:
        async with Client(stdio(tmp_path, environment), mode=mode, read_timeout_seconds=60, cache=None) as client:
            return await craft(client)

    judge(asyncio.run(talk()), tmp_path)


@pytest.mark.parametrize("mode", MODES)
def test_a_model_crafts_over_http(tmp_path: Path, over_http: str, mode: str) -> None:
    async def talk() -> dict[str, Any]:
        http = httpx2.AsyncClient(headers={"Authorization": f"Bearer {TOKEN}"}, timeout=60)
        async with http, Client(streamable_http_client(over_http, http_client=http), mode=mode, cache=None) as client:
            return await craft(client)

    judge(asyncio.run(talk()), tmp_path)


@pytest.mark.parametrize("mode", MODES)
def test_progress_is_told_to_who_asks(tmp_path: Path, environment: dict[str, str], mode: str) -> None:
    heard: list[float] = []

    async def hear(done: float, _total: float | None, _message: str | None) -> None:
        heard.append(done)

    async def talk() -> Any:
        async with Client(stdio(tmp_path, environment), mode=mode, read_timeout_seconds=60, cache=None) as client:
            return await client.call_tool("create_mcp_server", FORM, progress_callback=hear)

    result = asyncio.run(talk())
    assert result.structured_content["status"] == "success"
    assert heard == sorted(heard) and {10, 50, 85, 95} <= set(heard)


@pytest.mark.parametrize("token", [None, "wrong", TOKEN + "x", TOKEN[:-1], TOKEN.upper()])
def test_without_the_token_nobody_gets_in(over_http: str, token: str | None) -> None:
    headers = {} if token is None else {"authorization": f"Bearer {token}"}
    answer = httpx2.post(over_http, json={"jsonrpc": "2.0", "id": 1, "method": "ping"}, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_files_that_are_not_ours_are_not_read(tmp_path: Path, environment: dict[str, str]) -> None:
    form = {**FORM, "environment_vars": {"API_KEY": "planted-secret-value"}}

    async def talk() -> list[str]:
        said = []
        async with Client(stdio(tmp_path, environment), mode="legacy", read_timeout_seconds=60, cache=None) as client:
            created = await client.call_tool("create_mcp_server", form)
            await ended(client, created.structured_content["build_id"])
            for path in (".env", "../.mcp-crafter/state.db", "/etc/passwd", ".crafter/proof.json", "src/../.env"):
                try:
                    said.append(str(await client.read_resource(f"crafter://servers/weather-api/files/{path}")))
                except Exception as error:  # whatever the refusal is called
                    said.append(f"refused: {error}")
        return said

    said = asyncio.run(talk())
    assert (tmp_path / "weather-api/.env").read_text().find("planted-secret-value") > 0
    assert all(one.startswith("refused") for one in said), said
