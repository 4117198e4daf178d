"""A model updates a server: what changes, what is kept, what is refused; keys make asking twice safe."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from serving import FORM, MODES, made, problems, stdio

from mcp import Client

NAME = FORM["server_name"]
UNPROVEN = ("--proof", "none")


def talk(folder: Path, environment: dict[str, str], what: Callable[[Client], Awaitable[Any]], mode: str = "legacy", proof: tuple[str, ...] = UNPROVEN) -> Any:
    """What came of a talk over stdio."""

    async def run() -> Any:
        async with Client(stdio(folder, environment, *proof), mode=mode, read_timeout_seconds=60, cache=None) as client:
            return await what(client)

    return asyncio.run(run())


@pytest.mark.parametrize("mode", MODES)
def test_an_update_changes_its_fields_and_nothing_else(tmp_path: Path, environment: dict[str, str], mode: str) -> None:
    heard: list[float] = []

    async def hear(done: float, _total: float | None, _message: str | None) -> None:
        heard.append(done)

    async def what(client: Client) -> Any:
        await made(client, "create_mcp_server", FORM)
        updates = {"version": "0.2.0", "description": "Weather, newer"}
        updated = await client.call_tool("update_server", {"server_name": NAME, "updates": updates}, progress_callback=hear)
        again = await client.call_tool("update_server", {"server_name": NAME, "updates": updates})
        return updated, again, (await client.call_tool("get_server_info", {"server_name": NAME})).structured_content

    updated, again, info = talk(tmp_path, environment, what, mode, ())
    assert not updated.is_error and updated.structured_content["status"] == "success", updated
    assert json.loads(updated.content[0].text) == updated.structured_content
    assert updated.structured_content["kind"] == "update"
    assert heard == sorted(heard) and {10, 50, 85, 95} <= set(heard)
    assert info["form"]["version"] == "0.2.0" and info["form"]["description"] == "Weather, newer"
    assert info["tools"] == ["get_weather"] and info["proof"]["level"] == "full"
    assert info["build_id"] == updated.structured_content["build_id"]
    assert not again.is_error and again.structured_content["status"] == "unchanged"
    assert again.structured_content["build_id"] is None


def test_all_problems_come_at_once(tmp_path: Path, environment: dict[str, str]) -> None:
    async def what(client: Client) -> list[Any]:
        await made(client, "create_mcp_server", FORM)
        calls: list[dict[str, Any]] = [
            {"server_name": NAME, "updates": {"complexty": "simple", "version": "new", "dependencies": ["x @ http://y"]}},
            {"server_nam": NAME, "updates": [1], "idempotency_key": ""},
            {"server_name": "nobody", "updates": {}},
            {"server_name": NAME, "updates": {"server_name": "other"}},
        ]
        return [problems(await client.call_tool("update_server", call)) for call in calls]

    fields, envelope, unknown, renamed = talk(tmp_path, environment, what)
    assert {p["pointer"].split("/")[1] for p in fields} >= {"complexty", "version", "dependencies"}, fields
    assert all(p["hint"] for p in fields if p["pointer"] == "/complexty")
    assert {p["code"] for p in envelope} == {"call.missing", "call.key", "field.type", "field.unknown"}, envelope
    assert [p["code"] for p in unknown] == ["server.unknown"]
    assert [p["code"] for p in renamed] == ["usage.name"]
    assert json.loads((tmp_path / NAME / "crafter.json").read_text())["server_name"] == NAME


def test_a_conflict_is_listed_and_nothing_is_written(tmp_path: Path, environment: dict[str, str]) -> None:
    async def what(client: Client) -> tuple[Any, str, Any]:
        await made(client, "create_mcp_server", FORM)
        edited = tmp_path / NAME / "src/tools/get_weather.py"
        edited.write_text(edited.read_text().replace("return", "return 'mine' or"))
        tool = {**FORM["custom_tools"][0], "implementation": "return 'theirs'"}
        refused = await client.call_tool("update_server", {"server_name": NAME, "updates": {"custom_tools": [tool], "version": "9.0.0"}})
        other = await made(client, "update_server", {"server_name": NAME, "updates": {"version": "0.3.0"}})
        return refused, edited.read_text(), other

    refused, text, other = talk(tmp_path, environment, what)
    listed = problems(refused)
    assert [(p["code"], p["file"]) for p in listed] == [("update.conflict", f"{NAME}/src/tools/get_weather.py")], listed
    assert "--" not in listed[0]["hint"], "flags mean nothing to a model"
    assert "'mine'" in text and "theirs" not in text and "<<<<" not in text
    assert other["kind"] == "update"


def test_those_who_ask_at_once_with_one_key_get_one_build(tmp_path: Path, environment: dict[str, str]) -> None:
    async def what(client: Client) -> list[Any]:
        asked = [client.call_tool("create_mcp_server", {**FORM, "idempotency_key": "all"}) for _ in range(12)]
        return await asyncio.gather(*asked)

    answers = talk(tmp_path, environment, what)
    assert not [answer for answer in answers if answer.is_error], answers
    assert len({answer.structured_content["build_id"] for answer in answers}) == 1


def test_a_key_makes_asking_twice_asking_once(tmp_path: Path, environment: dict[str, str]) -> None:
    keyed = {**FORM, "idempotency_key": "create-1"}
    secret = {**keyed, "environment_vars": {"API_KEY": "planted-secret-value"}}
    named = {**keyed, "environment_vars": {"API_KEY": "", "OTHER_KEY": ""}}
    update = {"server_name": NAME, "updates": {"version": "0.2.0"}, "idempotency_key": "update-1"}

    async def first(client: Client) -> list[str]:
        created = await made(client, "create_mcp_server", secret)
        # values of variables may be secret, and do not count
        twice = await client.call_tool("create_mcp_server", dict(reversed(keyed.items())))
        updated = await made(client, "update_server", update)
        return [created["build_id"], twice.structured_content["build_id"], updated["build_id"]]

    async def later(client: Client) -> list[Any]:
        calls = [("create_mcp_server", keyed), ("update_server", update), ("create_mcp_server", {**keyed, "version": "7.0.0"}),
                 ("update_server", {**update, "updates": {"version": "0.4.0"}}), ("update_server", {**update, "idempotency_key": "create-1"}),
                 ("create_mcp_server", named), ("create_mcp_server", {**keyed, "idempotency_key": "k" * 129})]
        return [await client.call_tool(tool, arguments) for tool, arguments in calls]

    created, twice, updated = talk(tmp_path, environment, first)
    assert created == twice != updated
    same, same_update, *others = talk(tmp_path, environment, later)  # another process
    assert same.structured_content["build_id"] == created and not same.is_error
    assert same_update.structured_content["build_id"] == updated and not same_update.is_error
    codes = [[p["code"] for p in problems(other)] for other in others]
    assert codes == [["build.key"]] * 4 + [["call.key"]], codes
    assert b"planted-secret-value" not in b"".join(p.read_bytes() for p in (tmp_path / ".mcp-crafter").glob("state.db*"))
