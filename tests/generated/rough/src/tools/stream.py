"""A generator, which no tool can be."""

from collections.abc import AsyncIterator


async def stream() -> AsyncIterator[str]:
    yield "one"
