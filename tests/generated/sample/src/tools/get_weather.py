"""Get current weather for a city."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

if TYPE_CHECKING:
    from ..runtime import Context
    from .args import GetWeatherArgs


async def get_weather(ctx: Context, /, **kwargs: Unpack[GetWeatherArgs]) -> Any:
    """Get current weather for a city."""
    return f"Weather for {kwargs['city']}: 72°F"
