"""Search with odd argument names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

if TYPE_CHECKING:
    from ..runtime import Context
    from .args import SearchToolArgs


async def search_tool(ctx: Context, /, **kwargs: Unpack[SearchToolArgs]) -> Any:
    """Search with odd argument names."""
    return [kwargs["query"], kwargs["max-hits"], kwargs.get("class"), kwargs.get("ctx")]
