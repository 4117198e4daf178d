"""Takes its time politely, and reports progress."""

import asyncio
from typing import Any


async def slow(ctx: Any, seconds: float) -> str:
    await ctx.progress(0, seconds, "half a pair: \ud800")
    await ctx.log("warning", {"slow": seconds})
    await asyncio.sleep(seconds)
    return "done"
