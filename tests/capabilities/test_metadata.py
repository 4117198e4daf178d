"""What registries, clients and bundles read: server.json, manifest.json and .mcp.json fit their own schemas."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from conftest import craft
from jsonschema import Draft7Validator, Draft202012Validator

SCHEMAS = Path(__file__).parent / "schemas"
TOOLS = [{"name": "greet", "description": "Greets", "parameters": {"name": {"type": "string"}}, "implementation": "return name"}]
VARIABLES = {"API_KEY": {"secret": True, "required": True, "description": "the key"}, "UNITS": "metric"}
METADATA = [
    {},
    {"author": "Ann", "license": "MIT", "repository": "https://github.com/ann/weather", "remote_url": "https://mcp.example.com/mcp"},
    {"repository": "git@example.com:weather", "author": {"name": "odd"}, "license": 5},
]


def made(folder: Path, metadata: dict[str, Any], **more: Any) -> Path:
    form = {"server_name": "weather-api", "capabilities": ["tools", "monitoring"], "custom_tools": TOOLS, "environment_vars": VARIABLES,
            "options": {"enterprise-python": {"mcpb": True}}, "metadata": {"registry_name": "io.github.ann/weather", **metadata}, **more}
    return craft(folder, form)


def schema(name: str) -> Any:
    return json.loads((SCHEMAS / name).read_text())


@pytest.mark.parametrize("description", ["Weather", "w" * 100, "w" * 101, ""])
@pytest.mark.parametrize("number", range(len(METADATA)))
def test_server_json_fits_the_registry(tmp_path: Path, number: int, description: str) -> None:
    project = made(tmp_path, METADATA[number], description=description, title="The weather", version="1.2.3-rc.1")
    value = json.loads((project / "server.json").read_text())
    errors = [error.message for error in Draft7Validator(schema("server.json")).iter_errors(value)]
    assert not errors
    assert (value["name"], value["version"]) == ("io.github.ann/weather", "1.2.3-rc.1")
    assert value["description"]
    assert ("repository" in value) == (number == 1) == ("remotes" in value)
    value.pop("version")
    assert not Draft7Validator(schema("server.json")).is_valid(value)


@pytest.mark.parametrize("number", range(len(METADATA)))
def test_the_bundle_s_manifest_fits_its_schema(tmp_path: Path, number: int) -> None:
    project = made(tmp_path, METADATA[number], title="The weather")
    value = json.loads((project / "manifest.json").read_text())
    validator = Draft202012Validator(schema("mcpb.json"))
    assert not [error.message for error in validator.iter_errors(value)]
    assert set(value["user_config"]) == set(value["server"]["mcp_config"]["env"]) == {"API_KEY", "UNITS"}
    assert value["user_config"]["API_KEY"] == {"type": "string", "title": "API_KEY", "description": "the key", "required": True, "sensitive": True}
    assert value["user_config"]["UNITS"]["default"] == "metric"
    assert (project / value["server"]["entry_point"]).exists()
    ignored = (project / ".mcpbignore").read_text().split()
    assert {".env", "secrets/", "data/"} <= set(ignored)
    value["server"].pop("entry_point")
    assert not validator.is_valid(value)


def test_no_bundle_unless_wanted(tmp_path: Path) -> None:
    project = craft(tmp_path, {"capabilities": ["tools"]})
    assert not [name for name in ("manifest.json", ".mcpbignore", "server.json") if (project / name).exists()]


def test_clients_start_the_server_from_its_folder(tmp_path: Path) -> None:
    project = craft(tmp_path, {"capabilities": ["tools"]})
    servers = json.loads((project / ".mcp.json").read_text())["mcpServers"]
    assert servers == {"sample": {"command": "uv", "args": ["run", "--frozen", "python", "-m", "src.main"]}}
