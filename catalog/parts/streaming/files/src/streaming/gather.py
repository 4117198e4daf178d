"""Tools that yield: each part goes to the caller at once, the whole is the result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..runtime import ToolError
from ..runtime.adapt import binder
from ..runtime.content import as_json

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from ..runtime import Context


def gathered(function: Callable[..., AsyncIterator[Any]]) -> Callable[..., Awaitable[Any]]:
    """An async generator as a tool.

    What it yields is reported as progress, with the part as the message: text as it is, anything
    else as JSON. The result is all the text, or the list of what was yielded.
    """
    bound = binder(function)

    async def run(ctx: Context, /, **arguments: Any) -> Any:
        limit = ctx.app.manifest.options.max_output_bytes
        parts: list[Any] = []
        size = 0
        async for part in bound(ctx, arguments)():
            text = part if isinstance(part, str) else as_json(part)
            size += len(text)
            if size > limit:
                raise ToolError(
                    f"The answer has more than {limit} bytes.", data={"reason": "too_large"}
                )
            parts.append(part)
            await ctx.progress(len(parts), None, text)
        return "".join(parts) if parts and all(isinstance(p, str) for p in parts) else parts

    return run
