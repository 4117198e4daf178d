"""Several callers of one server without authentication's machinery: whoever the header X-Caller names."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from conftest import Server

PROTOCOL = "2026-07-28"
ENVELOPE = {"io.modelcontextprotocol/protocolVersion": PROTOCOL, "io.modelcontextprotocol/clientCapabilities": {}}
MODULE = '''
from ..runtime import Module, Peer

class Callers(Module):
    def setup(self, app):
        async def authenticate(connection):
            return Peer(connection.headers["x-caller"])
        app.authenticate = authenticate

MODULE = Callers
'''
_ids = itertools.count(1)


def with_callers(project: Path) -> Path:
    """The project, believing the header X-Caller."""
    (project / "src/modules/callers.py").write_text(MODULE, encoding="utf-8")
    path = project / "src/manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["modules"].insert(0, {"name": "callers", "options": {}})
    path.write_text(json.dumps(manifest), encoding="utf-8")
    return project


def ask(server: Server, method: str, caller: str = "ann", **params: Any) -> dict[str, Any]:
    """The result of one request of the protocol's 2026-07-28 revision."""
    message = {"jsonrpc": "2.0", "id": next(_ids), "method": method, "params": {**params, "_meta": ENVELOPE}}
    headers = {
        "Content-Type": "application/json", "Accept": "application/json, text/event-stream", "X-Caller": caller,
        "MCP-Protocol-Version": PROTOCOL, "Mcp-Method": method}
    if name := params.get("name") or params.get("uri"):
        headers["Mcp-Name"] = name
    with urlopen(Request(server.url, json.dumps(message).encode(), headers), timeout=30) as answer:
        body = json.loads(answer.read())
    assert "result" in body, body
    return dict(body["result"])


def call(server: Server, tool: str, caller: str = "ann", /, **arguments: Any) -> Any:
    """What a tool returns: its structured value, else its text; `Failed` when it is an error."""
    result = ask(server, "tools/call", caller, name=tool, arguments=arguments)
    text = result["content"][0].get("text", "") if result["content"] else ""
    if result.get("isError"):
        raise Failed(text, result.get("_meta", {}).get("com.mcp-crafter/error", {}))
    return result.get("structuredContent", text)


class Failed(Exception):  # noqa: N818
    """A tool's error: its words and its data."""

    def __init__(self, words: str, data: dict[str, Any]) -> None:
        super().__init__(words)
        self.data = data
