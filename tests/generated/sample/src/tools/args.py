"""Argument types of the tools, made from the form; overwritten when the form changes."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class GetWeatherArgs(TypedDict):
    """Arguments of `get_weather`."""

    city: str
    units: Literal["metric", "imperial"]


class ForecastArgs(TypedDict):
    """Arguments of `forecast`."""

    city: str
    days: int
    notes: NotRequired[str | None]


SearchToolArgs = TypedDict(
    "SearchToolArgs",
    {"query": str, "max-hits": int, "class": NotRequired[str], "ctx": NotRequired[Any]},
)
"""Arguments of `search-tool`."""


class TodoArgs(TypedDict):
    """Arguments of `todo`."""


class ConfirmArgs(TypedDict):
    """Arguments of `confirm`."""

    what: str
