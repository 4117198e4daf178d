"""Prompts are filled with the caller's arguments; values are proposed for them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from conftest import MANIFEST
from src.runtime import App, Context, Invalid
from src.runtime.manifest import ModuleSpec, PromptSpec

pytestmark = pytest.mark.anyio
WIRE = {"name": "review", "arguments": [{"name": "what", "required": True}]}
TEXT = "Review {what}, not {{what}} or {other}."


async def test_a_prompt_is_filled() -> None:
    content: dict[str, Any] = {"type": "text", "text": TEXT}
    prompts = (PromptSpec(WIRE, ({"role": "user", "content": content},)),)
    options = {"completions": {"review": {"what": ["code", "text"]}}}
    modules = (ModuleSpec("prompts", options),)
    mine = replace(MANIFEST, modules=modules, tools=(), resources=(), prompts=prompts)
    app = App(mine, package="src")
    ctx = Context(app, app.owner)
    result = await app.get_prompt("review", {"what": "{this}"}, ctx)
    assert result["messages"][0]["content"]["text"].startswith("Review {this}, not {")
    assert app.completions["review", "what"]("te") == ["text"]
    with pytest.raises(Invalid, match="what: is required"):
        await app.get_prompt("review", {}, ctx)
