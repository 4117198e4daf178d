"""Resources: fixed text, functions, templates, and a list that may be empty."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from src.main import ROOT
from src.runtime import App, Context, Manifest, NotFound, Peer, ToolError
from src.runtime.manifest import ResourceSpec

pytestmark = pytest.mark.anyio
SAMPLE = Manifest.load(ROOT / "manifest.json")


async def read(uri: str, *specs: ResourceSpec) -> Any:
    app = App(replace(SAMPLE, resources=specs or SAMPLE.resources), package="src")
    return (await app.read_resource(uri, Context(app, Peer("ann"))))["contents"]


async def test_text_is_served_as_it_is() -> None:
    text = 'line one\n  line two {x} "q"\n'
    expected = [{"uri": "notes://today", "mimeType": "text/plain", "text": text}]
    assert await read("notes://today") == expected


async def test_a_function_makes_the_resources_of_a_template() -> None:
    contents = await read("weather://monday")
    assert contents[0]["text"] == '{"day":"monday","weather":"snow"}'
    assert contents[0]["mimeType"] == "application/json"


async def test_empty_text_is_text() -> None:
    spec = ResourceSpec({"uri": "a://b", "name": "b"}, text="")
    assert (await read("a://b", spec))[0]["text"] == ""


async def test_a_missing_function_says_so() -> None:
    spec = ResourceSpec({"uri": "a://b", "name": "b"}, function="nowhere")
    with pytest.raises(ToolError, match="src/resources/nowhere.py cannot be loaded"):
        await read("a://b", spec)


async def test_an_unknown_uri() -> None:
    with pytest.raises(NotFound):
        await read("nothing://here")


def test_an_empty_list_is_declared() -> None:
    assert "resources" in App(replace(SAMPLE, resources=()), package="src").offers
