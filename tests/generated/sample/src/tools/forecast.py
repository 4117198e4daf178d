"""Forecast for some days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

if TYPE_CHECKING:
    from ..runtime import Context
    from .args import ForecastArgs


async def forecast(ctx: Context, /, **kwargs: Unpack[ForecastArgs]) -> Any:
    """Forecast for some days."""
    await ctx.progress(1, kwargs["days"], "asked the sky")
    await ctx.log("info", {"city": kwargs["city"]})
    return {"city": kwargs["city"], "days": [70.5] * kwargs["days"]}
