"""`install` and `inspect`: clients learn of servers, and their files lose nothing."""

from __future__ import annotations

import json
import stat
import subprocess
from pathlib import Path
from typing import Any

from program import World

SECRET = "planted-secret-value"
TOOL = {"name": "echo", "description": "Say it\nagain", "parameters": {"text": {"type": "string"}, "loud": {"type": "boolean", "default": False}},
        "implementation": "return kwargs['text']"}
FILES = {
    "claude-code": (".claude.json", ".mcp.json", "mcpServers", {"type": "stdio"}),
    "claude-desktop": (".config/Claude/claude_desktop_config.json", "", "mcpServers", {}),
    "cursor": (".cursor/mcp.json", ".cursor/mcp.json", "mcpServers", {}),
    "vscode": (".config/Code/User/mcp.json", ".vscode/mcp.json", "servers", {"type": "stdio"}),
}


def program(crafter: str) -> str:
    """What runs at last: the launcher of a checkout steps aside for what it built."""
    path = Path(crafter).resolve()
    is_launcher = path.read_bytes().startswith(b"#!")
    return str(path.parents[1] / "build/release/bin/mcp-crafter" if is_launcher else path)


def entry(world: World, client: str, *args: str) -> dict[str, Any]:
    """What a client's file should say."""
    return {**FILES[client][3], "command": program(world.crafter), "args": [*args, "-C", str(world.root)]}


def every_client_learns_of_the_crafter(world: World) -> None:
    for client, (home, project, member, _) in FILES.items():
        expected = {member: {"mcp-crafter": entry(world, client, "serve")}}
        dry = world.run("install", client, "--dry-run")
        assert dry.code == 0 and json.loads(dry.out) == expected and not (world.folder / home).exists(), dry
        done = world.run("install", client, "--json")
        assert done.envelope["data"]["status"] == "installed" and done.envelope["data"]["path"] == str(world.folder / home), done
        assert json.loads((world.folder / home).read_text()) == expected
        again = world.run("install", client)
        assert again.code == 0 and "already" in again.err and json.loads((world.folder / home).read_text()) == expected, again
        answer = world.run("install", client, "--project")
        if project:
            assert answer.code == 0 and json.loads((world.root / project).read_text()) == expected, answer
        else:
            assert answer.code == 2 and "--project" in answer.err, answer
    elsewhere = world.folder / "elsewhere"
    world.run("install", "vscode", env={"XDG_CONFIG_HOME": str(elsewhere)})
    assert (elsewhere / "Code/User/mcp.json").is_file()
    assert not (world.root / ".mcp-crafter").exists(), "telling a client makes no workspace"


def a_clients_file_loses_nothing(world: World) -> None:
    path = world.folder / ".cursor/mcp.json"
    path.parent.mkdir()
    text = '{\n    "theme": 1.50,\n    "mcpServers": {\n        "other": {"command": "x", "env": {"K": "' + SECRET + '"}}\n    },\n    "big": 18446744073709551615\n}\n'
    path.write_text(text)
    path.chmod(0o600)
    assert world.run("install", "cursor").code == 0
    after = path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    front, back = text.split('"other"')
    assert after.startswith(front.rstrip()) and after.endswith('"other"' + back), after
    assert set(json.loads(after)["mcpServers"]) == {"other", "mcp-crafter"}
    dry = world.run("install", "cursor", "--dry-run", "--json")
    assert SECRET not in dry.out + dry.err, "nobody else's settings are shown"
    mine = json.loads(after)
    mine["mcpServers"]["mcp-crafter"] |= {"command": "/old", "env": {"KEEP": "me"}}
    path.write_text(json.dumps(mine))
    taken = world.run("install", "cursor")
    assert taken.code == 5 and f"{path}:1:" in taken.err and "--force" in taken.err, taken
    assert json.loads(path.read_text()) == mine
    assert world.run("install", "cursor", "--force").code == 0
    forced = json.loads(path.read_text())
    assert forced["mcpServers"]["mcp-crafter"] == {**entry(world, "cursor", "serve"), "env": {"KEEP": "me"}}, forced
    assert forced["mcpServers"]["other"] == mine["mcpServers"]["other"] and forced["big"] == mine["big"]


def broken_files_are_left_alone(world: World) -> None:
    path = world.root / ".vscode/mcp.json"
    path.parent.mkdir()
    for text, place in [('{\n  "servers": {},\n}\n', "2:16"), ('{\n  // mine\n  "servers": {}}\n', "2:3"), ('{"servers": []}', "1:13"), ("[]", "")]:
        path.write_text(text)
        answer = world.run("install", "vscode", "--project", "--force")
        assert answer.code == 5 and f"{path}:{place}: error".replace("::", ":") in answer.err, answer
        assert path.read_text() == text
    path.unlink()
    path.symlink_to(world.file("real.json", "{}"))
    assert world.run("install", "vscode", "--project").code == 5 and (world.folder / "real.json").read_text() == "{}"


def a_client_learns_of_a_server(world: World) -> None:
    form = {"server_name": "shown", "complexity": "simple", "environment_vars": {"API_KEY": SECRET}, "custom_tools": [TOOL]}
    assert world.run("create", "--form", json.dumps(form), "--proof", "none").code == 0
    assert SECRET in (world.root / "shown/.env").read_text()
    for client in FILES:
        answer = world.run("install", client, "shown", "--json")
        assert answer.code == 0 and SECRET not in answer.out, answer
        text = (world.folder / FILES[client][0]).read_text()
        assert SECRET not in text and json.loads(text)[FILES[client][2]] == {"shown": entry(world, client, "run", "shown")}, text
    assert world.run("install", "cursor", "shwn").code == 8
    unknown = world.run("install", "claude-codes")
    assert unknown.code == 2 and '"claude-code"' in unknown.err, unknown
    assert world.run("install", "cursor", env={"HOME": ""}).code == 9

    started = json.loads((world.folder / ".cursor/mcp.json").read_text())["mcpServers"]["shown"]  # as a client would, from anywhere
    hello = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
    message = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello}) + "\n"
    ran = subprocess.run([started["command"], *started["args"]], input=message, cwd="/", env=world.environment, capture_output=True, text=True, timeout=120, check=False)
    assert json.loads(ran.stdout)["result"]["serverInfo"]["name"] == "shown", ran


def inspecting_a_server(world: World) -> None:
    form = {"server_name": "shown", "complexity": "simple", "capabilities": ["tools", "resources", "prompts"], "version": "3.2.1", "custom_tools": [TOOL],
            "custom_resources": [{"uri": "notes://today", "name": "today", "text": "rain"}],
            "custom_prompts": [{"name": "ask", "messages": [{"role": "user", "content": {"type": "text", "text": "Hello"}}]}]}
    assert world.run("create", "--form", json.dumps(form), "--proof", "none").code == 0
    answer = world.run("inspect", "shown", "--json", seconds=600)
    data = answer.envelope["data"]
    assert [tool["name"] for tool in data["tools"]] == ["echo"] and data["tools"][0]["inputSchema"]["required"] == ["text"], data
    assert "notes://today" in [resource["uri"] for resource in data["resources"]], data
    assert "ask" in [prompt["name"] for prompt in data["prompts"]], data
    assert {"tools", "resources", "prompts"} <= set(data["server"]["capabilities"]), data
    plain = world.run("inspect", "shown")
    assert plain.code == 0 and plain.out.startswith("shown 3.2.1\n"), plain
    assert any(line.split("  ")[1:] and "text, [loud]" in line and "Say it" in line for line in plain.out.splitlines()), plain
    assert world.run("inspect", "nobody").code == 8


CASES = [
    every_client_learns_of_the_crafter,
    a_clients_file_loses_nothing,
    broken_files_are_left_alone,
    a_client_learns_of_a_server,
    inspecting_a_server,
]
