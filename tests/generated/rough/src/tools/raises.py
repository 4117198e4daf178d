"""Fails in the way that is asked for."""

import asyncio
import sys
from typing import Any

from ..runtime import Denied, ToolError


async def raises(how: str) -> Any:
    match how:
        case "words":
            raise ToolError("no such city", data={"reason": "unknown_city"})
        case "denied":
            raise Denied("not today", reason="closed", retry_after=1.23456)
        case "value":
            raise ValueError("the secret of API_KEY is s3cr3t-value")
        case "exit":
            sys.exit(3)
        case "interrupt":
            raise KeyboardInterrupt
        case "cancelled":
            raise asyncio.CancelledError
        case "timeout":
            raise TimeoutError
        case "group":
            async with asyncio.TaskGroup() as group:
                group.create_task(raises("value"))
        case "depth":
            return await raises("depth")
    return None
