"""Blocks the event loop."""

import time


async def block(seconds: float) -> str:
    time.sleep(seconds)
    return "done"
