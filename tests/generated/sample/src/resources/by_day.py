"""The weather of one day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..runtime import Context


async def by_day(ctx: Context, /, **kwargs: Any) -> Any:
    """The weather of one day."""
    return {"day": kwargs["day"], "weather": "snow"}
