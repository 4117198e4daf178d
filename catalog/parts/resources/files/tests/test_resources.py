"""Resources are read as they were written; values are proposed for variables of templates."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conftest import MANIFEST
from src.runtime import App, Context, NotFound
from src.runtime.manifest import ModuleSpec, ResourceSpec

pytestmark = pytest.mark.anyio
FIXED = ResourceSpec({"uri": "x://fixed", "name": "fixed"}, text="Hello")
FAMILY = ResourceSpec({"uriTemplate": "x://of/{name}", "name": "family"}, function="not_there")


async def test_resources_are_read() -> None:
    options = {"completions": {"x://of/{name}": {"name": ["Ann", "Bob"]}}}
    modules, resources = (ModuleSpec("resources", options),), (FIXED, FAMILY)
    mine = replace(MANIFEST, modules=modules, tools=(), resources=resources, prompts=())
    app = App(mine, package="src")
    ctx = Context(app, app.owner)
    read = await app.read_resource("x://fixed", ctx)
    assert read["contents"][0]["text"] == "Hello"
    assert app.completions["x://of/{name}", "name"]("a") == ["Ann"]
    assert app.load.broken  # there is no such function
    with pytest.raises(NotFound):
        await app.read_resource("x://nothing", ctx)
