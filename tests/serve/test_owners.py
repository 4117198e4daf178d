"""Several callers of one server: each sees what it made, the owner sees everything."""

from __future__ import annotations

import asyncio
import json
import subprocess
from pathlib import Path
from typing import Any

import httpx2
import pytest
from serving import CRAFTER, FORM, MODES, calling, made, on_port, problems

TOKENS = {"ada": "token-of-ada-0123456789", "eve": "token-of-eve-0123456789", "owner": "token-of-the-owner-012345"}
NAME = FORM["server_name"]


@pytest.mark.parametrize("mode", MODES)
def test_what_others_made_is_not_there(tmp_path: Path, environment: dict[str, str], mode: str) -> None:
    tokens = tmp_path / "tokens"
    tokens.write_text("# who may call\n" + "".join(f"{name}:{token}\n" for name, token in TOKENS.items()))
    work = tmp_path / "work"
    work.mkdir()

    async def looks(name: str, build_id: str) -> dict[str, Any]:
        async with calling(url, TOKENS[name], mode) as client:
            seen = {
                "status": await client.call_tool("get_build_status", {"build_id": build_id}),
                "list": (await client.call_tool("list_servers", {})).structured_content["servers"],
                "info": await client.call_tool("get_server_info", {"server_name": NAME}),
                "none": await client.call_tool("get_server_info", {"server_name": "weather-apx"}),
                "resources": [str(r.uri) for r in (await client.list_resources()).resources],
            }
            for uri in (f"crafter://builds/{build_id}/log", f"crafter://servers/{NAME}/form", f"crafter://servers/{NAME}/files/README.md"):
                try:
                    seen[uri] = str(await client.read_resource(uri))
                except Exception as error:  # whatever the refusal is called
                    seen[uri] = f"refused: {error}"
            return seen

    async def talk() -> tuple[dict[str, Any], dict[str, Any], dict[str, Any], list[Any]]:
        async with calling(url, TOKENS["ada"], mode) as ada:
            build_id = (await made(ada, "create_mcp_server", {**FORM, "idempotency_key": "one"}))["build_id"]
        eve, mine, owner = await looks("eve", build_id), await looks("ada", build_id), await looks("owner", build_id)
        async with calling(url, TOKENS["eve"], mode) as client:
            tries = [await client.call_tool("update_server", {"server_name": NAME, "updates": {"version": "6.6.6"}}),
                     await client.call_tool("delete_server", {"server_name": NAME, "confirm": True}),
                     await client.call_tool("create_mcp_server", {**FORM, "idempotency_key": "one"})]
        async with calling(url, TOKENS["owner"], mode) as client:  # whose update does not take it from ada
            await made(client, "update_server", {"server_name": NAME, "updates": {"version": "0.2.0"}})
        async with calling(url, TOKENS["ada"], mode) as client:
            tries.append(await client.call_tool("delete_server", {"server_name": NAME, "confirm": True}))
        return eve, mine, owner, tries

    with on_port(work, environment, "--proof", "none", "--token-file", str(tokens)) as url:
        eve, mine, owner, tries = asyncio.run(talk())
        assert httpx2.post(url, json={}, headers={"authorization": "Bearer ada:" + TOKENS["ada"]}).status_code == 401
    for seen in (mine, owner):
        assert seen["status"].structured_content["status"] == "success" and not seen["info"].is_error
        assert [server["name"] for server in seen["list"]] == [NAME]
        assert not [said for said in seen.values() if str(said).startswith("refused")], seen
    assert [p["code"] for p in problems(eve["status"])] == ["build.unknown"]
    assert eve["list"] == [] and not [uri for uri in eve["resources"] if NAME in uri]
    assert problems(eve["info"])[0]["message"] == problems(eve["none"])[0]["message"].replace("weather-apx", NAME)
    assert NAME not in str(problems(eve["none"])), "a hint would name it"
    assert all(str(said).startswith("refused") for uri, said in eve.items() if uri.startswith("crafter:")), eve
    assert [[p["code"] for p in problems(one)] for one in tries[:3]] == [["server.unknown"], ["server.unknown"], ["server.exists"]]
    assert tries[3].structured_content["status"] == "success"


@pytest.mark.parametrize(("text", "said"), [("ada:short", "too short"), ("ada:0123456789abcdef\nnobody", "NAME:TOKEN"), ("\n", "no bearer token")])
def test_a_bad_token_file_stops_the_server(tmp_path: Path, environment: dict[str, str], text: str, said: str) -> None:
    (tmp_path / "tokens").write_text(text)
    words = [CRAFTER, "serve", "--http", "0", "-C", str(tmp_path), "--token-file", str(tmp_path / "tokens")]
    ran = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=30, check=False)
    assert ran.returncode == 2 and said in ran.stderr, ran


def test_the_command_line_sees_everything(tmp_path: Path, environment: dict[str, str]) -> None:
    tokens = tmp_path / "tokens"
    tokens.write_text(f"ada:{TOKENS['ada']}\n")
    with on_port(tmp_path, environment, "--proof", "none", "--token-file", str(tokens)) as url:

        async def talk() -> None:
            async with calling(url, TOKENS["ada"]) as client:
                await made(client, "create_mcp_server", FORM)

        asyncio.run(talk())
    ran = subprocess.run([CRAFTER, "list", "--json", "-C", str(tmp_path)], env=environment, capture_output=True, text=True, timeout=30, check=True)
    assert [server["name"] for server in json.loads(ran.stdout)["data"]["servers"]] == [NAME]
