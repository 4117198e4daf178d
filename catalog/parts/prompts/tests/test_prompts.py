"""Prompts: which braces are filled, and which stay."""

from __future__ import annotations

from typing import Any

import pytest

from src.modules.prompts import _filler

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("text", "given", "filled"),
    [
        ("{code}", {"code": "x"}, "x"),
        ("{code} {code}", {"code": "x"}, "x x"),
        ("{other} {} { code }", {"code": "x"}, "{other} {} { code }"),
        ("{{code}} {{other}}", {"code": "x"}, "{{code}} {{other}}"),
        ("{code}", {"code": "{style} \\1 {code}"}, "{style} \\1 {code}"),
        ("{code}{style}", {"code": "x"}, "x"),
        ("{a.b-c}", {"a.b-c": "x"}, "x"),
        ("{aXb-c}", {"a.b-c": "x"}, "{aXb-c}"),
        ('json: {"a": {code}}', {"code": "1"}, 'json: {"a": 1}'),
        ("{{code} {code}}", {"code": "1"}, "{1 1}"),
    ],
)
async def test_placeholders(text: str, given: dict[str, str], filled: str) -> None:
    messages = [{"role": "user", "content": {"type": "text", "text": text}}]
    answer = await _filler(["code", "style", "a.b-c"], messages)(**given)
    assert answer[0]["content"]["text"] == filled
    assert messages[0]["content"]["text"] == text  # type: ignore[index]


async def test_other_content_stays_as_it_is() -> None:
    image: dict[str, Any] = {"type": "image", "data": "e30=", "mimeType": "image/png"}
    messages = [{"role": "assistant", "content": image}]
    assert await _filler([], messages)() == messages
