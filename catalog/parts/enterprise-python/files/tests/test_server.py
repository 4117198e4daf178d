"""What must hold for this server: read from manifest.json, so that new tools are covered too."""

from __future__ import annotations

import ast
import json
from typing import TYPE_CHECKING, Any

import anyio
import pytest
from jsonschema import Draft202012Validator
from mcp import MCPError

from conftest import ERAS, MANIFEST, MODULES, connected, every, needs
from example import example
from src.main import ROOT, build

if TYPE_CHECKING:
    from src.runtime import ToolSpec

pytestmark = pytest.mark.anyio

INVALID_PARAMS = -32602
PATIENCE_S = 10
TOOLS = {tool.name: tool for tool in MANIFEST.tools}
PROBED = [
    name
    for name, tool in TOOLS.items()
    if tool.probe
    and tool.task != "required"
    and not tool.wire.get("annotations", {}).get("destructiveHint")
]
DEMANDING = [
    name
    for name, tool in TOOLS.items()
    if tool.wire["inputSchema"].get("required") and tool.task != "required"
]
FIXED = [spec.wire["uri"] for spec in MANIFEST.resources if "uri" in spec.wire]
PROMPTS = {spec.wire["name"]: spec for spec in MANIFEST.prompts}


def arguments_for(tool: ToolSpec) -> dict[str, Any]:
    """The tool's example, or one made from its schema."""
    schema = tool.wire["inputSchema"]
    arguments = dict(tool.example) if tool.example is not None else example(schema)
    if not Draft202012Validator(schema).is_valid(arguments):
        pytest.skip(f"no example of {tool.name}'s arguments: give it one in the form")
    return dict(arguments)


# ---- what is served is what was asked for -----------------------------------------------------


@pytest.mark.parametrize("era", ERAS)
async def test_the_server_says_who_it_is(era: str) -> None:
    async with connected(era) as (_, client):
        info = client.server_info
    assert info is not None
    assert (info.name, info.version) == (MANIFEST.server.name, MANIFEST.server.version)


@pytest.mark.parametrize("era", ERAS)
async def test_tools_are_listed_as_written(era: str) -> None:
    async with connected(era) as (_, client):
        listed = await every(client.list_tools, "tools")
    shown = [tool.model_dump(by_alias=True, exclude_unset=True) for tool in listed]
    assert [got["name"] for got in shown[: len(TOOLS)]] == list(TOOLS)
    for tool, got in zip(TOOLS.values(), shown, strict=False):
        wanted = dict(tool.wire)
        if era != ERAS[0] and wanted.get("outputSchema", {}).get("type") != "object":
            wanted.pop("outputSchema", None)  # older clients know objects only
        assert got == wanted
        for key in ("inputSchema", "outputSchema"):  # in these the order of keys counts
            assert json.dumps(got.get(key)) == json.dumps(wanted.get(key))


@pytest.mark.parametrize("name", TOOLS)
def test_schemas_are_schemas(name: str) -> None:
    wire = TOOLS[name].wire
    Draft202012Validator.check_schema(wire["inputSchema"])
    Draft202012Validator.check_schema(wire.get("outputSchema", {}))
    assert wire["inputSchema"]["type"] == "object"


@pytest.mark.parametrize("name", [n for n, tool in TOOLS.items() if not tool.module])
def test_the_file_of_a_tool_defines_it(name: str) -> None:
    function = TOOLS[name].function
    text = (ROOT / "tools" / f"{function}.py").read_text(encoding="utf-8")
    defined = [
        n for n in ast.parse(text).body if isinstance(n, ast.AsyncFunctionDef | ast.FunctionDef)
    ]
    assert function in [node.name for node in defined]


def test_everything_can_be_loaded() -> None:
    app = build()
    assert app.load.broken == {}
    assert list(app.modules) == MODULES


# ---- calling tools ----------------------------------------------------------------------------


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("name", PROBED)
async def test_a_tool_answers_its_example(name: str, era: str) -> None:
    arguments, result = arguments_for(TOOLS[name]), None
    async with connected(era) as (_, client):
        with anyio.move_on_after(PATIENCE_S):
            result = await client.call_tool(name, arguments)
    if result is None:
        pytest.skip(f"{name} took longer than {PATIENCE_S} s")
    error = (result.meta or {}).get("com.mcp-crafter/error", {})
    if error.get("reason") in {"not_implemented", "exception", "timeout", "unavailable"}:
        pytest.skip(f"{name}: {result.content[0].text}")  # type: ignore[union-attr]
    assert error.get("reason") in {None, "error"}, result.content


@pytest.mark.parametrize("name", DEMANDING)
async def test_a_missing_argument_is_named(name: str) -> None:
    async with connected(ERAS[0]) as (_, client):
        result = await client.call_tool(name, {})
    assert result.is_error
    assert TOOLS[name].wire["inputSchema"]["required"][0] in str(result.content)


@pytest.mark.parametrize("era", ERAS)
async def test_an_unknown_tool_is_a_protocol_error(era: str) -> None:
    async with connected(era) as (_, client):
        with pytest.raises(MCPError) as caught:
            await client.call_tool("no_such_tool", {})
    assert caught.value.code == INVALID_PARAMS


# ---- resources and prompts --------------------------------------------------------------------


@needs("resources")
@pytest.mark.parametrize("era", ERAS)
async def test_resources_are_listed_and_read(era: str) -> None:
    async with connected(era) as (_, client):
        listed = [str(r.uri) for r in await every(client.list_resources, "resources")]
        templates = await every(client.list_resource_templates, "resource_templates")
        texts = {uri: (await client.read_resource(uri)).contents[0] for uri in FIXED}
        with pytest.raises(MCPError):
            await client.read_resource("nothing://here")
    assert listed[: len(FIXED)] == FIXED  # modules may serve more
    assert len(listed) + len(templates) >= len(MANIFEST.resources)
    for spec in MANIFEST.resources:
        if spec.text is not None and "uri" in spec.wire:
            assert texts[spec.wire["uri"]].text == spec.text  # type: ignore[union-attr]


@needs("prompts")
@pytest.mark.parametrize("era", ERAS)
async def test_prompts_are_listed_and_filled(era: str) -> None:
    async with connected(era) as (_, client):
        listed = [prompt.name for prompt in await every(client.list_prompts, "prompts")]
        for name, spec in PROMPTS.items():
            given = {a["name"]: f"value of {a['name']}" for a in spec.wire.get("arguments", ())}
            messages = (await client.get_prompt(name, given)).messages
            assert len(messages) == len(spec.messages)
        with pytest.raises(MCPError):
            await client.get_prompt("no_such_prompt", {})
    assert listed == list(PROMPTS)


# ---- capabilities -----------------------------------------------------------------------------


@needs("caching")
async def test_the_second_call_comes_from_the_cache() -> None:
    cached = [name for name in PROBED if TOOLS[name].cache]
    if not cached:
        pytest.skip("no tool says how long its results may be kept")
    async with connected(ERAS[0]) as (app, client):
        arguments = arguments_for(TOOLS[cached[0]])
        first = await client.call_tool(cached[0], arguments)
        second = await client.call_tool(cached[0], arguments)
        figures = app.modules["caching"].gauges()
    if first.is_error:
        pytest.skip(f"{cached[0]} failed, and failures are not kept")
    assert first.content == second.content
    if figures["failures"]:
        pytest.skip("the cache cannot be reached from here")
    assert (figures["hits"], figures["misses"]) == (1, 1)


@needs("monitoring")
async def test_calls_are_counted() -> None:
    if not DEMANDING:
        pytest.skip("no tool can be called wrongly")
    async with connected(ERAS[0]) as (app, client):
        await client.call_tool(DEMANDING[0], {})
        page: bytes = await app.modules["monitoring"].text()  # type: ignore[attr-defined]
    assert f'name="{DEMANDING[0]}",outcome="invalid_arguments"}} 1.0' in page.decode()
