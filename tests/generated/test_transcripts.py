"""What clients say and what the server answers, whole: the files in transcripts/, on both transports.

Run with UPDATE=1 to write down what is answered now; read the difference before you commit it.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from client import Http, Stdio, legacy, modern

FILES = Path(__file__).parent / "transcripts"
SAYING = {"modern": modern, "legacy": legacy}
EXCHANGES = {era: json.loads((FILES / f"{era}.json").read_text("utf-8")) for era in SAYING}
CASES = [(era, number) for era in SAYING for number in range(len(EXCHANGES[era]))]
LAST_TASK = "$task"
"""In a request: the task that this transport's server began last."""
TASKS: dict[str, str] = {}
SERVER_INFO = "io.modelcontextprotocol/serverInfo"


def name_of(case: tuple[str, int]) -> str:
    """What a case is about."""
    era, number = case
    request = EXCHANGES[era][number]["request"]
    params = request.get("params", {})
    what = params.get("name", params.get("uri", ""))
    return f"{era} {number} {request['method']} {what} {json.dumps(params.get('arguments'))[:20]}"


@pytest.mark.parametrize("transport", ["stdio", "http"])
@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_exchange(case: tuple[str, int], transport: str, stdio: Stdio, http: Http) -> None:
    era, number = case
    exchange = EXCHANGES[era][number]
    server: Stdio | Http = stdio if transport == "stdio" else http
    request = exchange["request"]
    params = request.get("params", {})
    if params.get("taskId") == LAST_TASK:
        params = params | {"taskId": TASKS[transport]}
    messages = server.ask(SAYING[era](request["method"], number, **params))
    if (begun := messages[-1].get("result", {})).get("resultType") == "task":
        TASKS[transport] = begun["taskId"]
    heard = [plain(m, era) for m in messages]
    if os.environ.get("UPDATE"):
        exchange["answer"] = heard
        text = json.dumps(EXCHANGES[era], indent=1, ensure_ascii=False)
        (FILES / f"{era}.json").write_text(text + "\n", "utf-8")
    assert json.dumps(heard) == json.dumps(exchange["answer"])  # the order of keys included


def plain(message: dict[str, Any], era: str) -> dict[str, Any]:
    """Without what is the same everywhere, or different every time."""
    message = {k: v for k, v in message.items() if k not in {"jsonrpc", "id"}}
    result = message.get("result", {})
    if era == "modern" and "result" in message:
        assert result["_meta"].pop(SERVER_INFO)["name"] == "weather-api"
        result["_meta"] or result.pop("_meta")
    text = re.sub(r'(reference"?:? ?"?)[0-9a-f]{8}', r"\1xxxxxxxx", json.dumps(message))
    text = re.sub(r'("taskId": ")[\w-]{32}"', r'\1$task"', text)
    text = re.sub(r'((?:created|lastUpdated)At": ")[0-9T:.-]+Z"', r'\1…"', text)
    return dict(json.loads(text))
