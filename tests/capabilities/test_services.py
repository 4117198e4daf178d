"""The services that the other tests stand on are real, and a plain server answers beside them."""

from __future__ import annotations

from pathlib import Path

import pytest
import services

from conftest import Serve, craft
from mcp import Client

TOOL = {"name": "echo", "description": "Says it again", "parameters": {"text": {"type": "string"}}, "implementation": "return kwargs['text']"}


def test_redis_and_postgres_answer(redis_url: str, postgres_url: str) -> None:
    for url in (redis_url, postgres_url):
        assert services.is_open(int(url.rsplit(":", 1)[1].split("/")[0])), url


@pytest.mark.anyio
@pytest.mark.parametrize("mode", ["legacy", "2026-07-28"])
async def test_a_server_without_modules_answers(tmp_path: Path, serve: Serve, mode: str) -> None:
    server = serve(craft(tmp_path, {"capabilities": ["tools"], "custom_tools": [TOOL]}))
    async with Client(server.url, mode=mode) as client:
        result = await client.call_tool("echo", {"text": "hello"})
    assert result.content[0].text == "hello"
