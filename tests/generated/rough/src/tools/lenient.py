"""Written as people write: no async, a default of its own, a lambda around a coroutine."""

from typing import Any


async def _answer(city: str, units: str = "metric") -> Any:
    return f"{city} in {units}"


lenient = lambda city: _answer(city)  # noqa: E731, PLW0108
