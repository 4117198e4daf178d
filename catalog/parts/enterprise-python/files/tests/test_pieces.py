"""Pieces of the runtime: workers that ask each other, connections that end, bad manifests."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from src.runtime import Manifest, Settings
from src.runtime.identity import serve_until
from src.runtime.manifest import ManifestError
from src.runtime.siblings import answer_siblings, ask_siblings

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.types import Receive, Scope, Send

pytestmark = pytest.mark.anyio


async def test_workers_answer_each_other(tmp_path: Path) -> None:
    def worker(number: int) -> Settings:
        return Settings(workers=3, worker=number, workers_folder=str(tmp_path))

    async def answer() -> bytes:
        return b"one"

    task = asyncio.create_task(answer_siblings(worker(1), "figures", answer))
    while not (tmp_path / "figures.1").exists():  # noqa: ASYNC110 - it comes from the other side
        await asyncio.sleep(0.01)
    heard = await ask_siblings(worker(0), "figures")
    task.cancel()
    await asyncio.wait([task])
    assert heard == {1: b"one"}  # nobody is number 2


START: dict[str, Any] = {"type": "http.response.start", "status": 200, "headers": []}
PART: dict[str, Any] = {"type": "http.response.body", "body": b"x", "more_body": True}


@pytest.mark.parametrize(
    ("kind", "begun", "ended"),
    [
        ("http", [], ["http.response.start", "http.response.body"]),
        ("http", [START], ["http.response.body"]),
        ("http", [START, PART], ["http.response.body"]),
        ("http", [START, PART | {"more_body": False}], []),
        ("websocket", [], ["websocket.close"]),
    ],
)
async def test_connections_end_with_their_permission(
    kind: str, begun: list[dict[str, Any]], ended: list[str]
) -> None:
    sent: list[Any] = []

    async def inner(_scope: Scope, _receive: Receive, send: Send) -> None:
        for message in begun:
            await send(message)
        await asyncio.sleep(10)

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.disconnect"}

    await serve_until(time.time() + 0.05, inner, {"type": kind}, receive, send)
    assert [message["type"] for message in sent[len(begun) :]] == ended


GOOD: dict[str, Any] = {"format": 1, "server": {"name": "a", "version": "1"}}
TOOL = {"function": "a", "wire": {"name": "a", "inputSchema": {}}}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"format": 2}, "format 1"),
        ({"typo": 1}, "unknown keys"),
        ({"server": 1}, "not an object"),
        ({"server": {"name": "a"}}, "missing keys"),
        ({"options": {"typo": 1}}, "unknown keys"),
        ({"tools": [TOOL, TOOL]}, "same name"),
        ({"tools": [TOOL | {"cache": {}}]}, "cache"),
    ],
)
def test_a_bad_manifest_is_refused(tmp_path: Path, change: dict[str, Any], words: str) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(GOOD | change), encoding="utf-8")
    with pytest.raises(ManifestError, match=words):
        Manifest.load(path)
    path.write_text("{", encoding="utf-8")
    with pytest.raises(ManifestError):
        Manifest.load(path)
