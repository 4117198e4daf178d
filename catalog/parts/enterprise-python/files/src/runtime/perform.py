"""Runs a function of the user's so that whatever happens ends in a value or in a `ToolError`."""

from __future__ import annotations

import asyncio
import logging
import secrets
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import anyio

from .errors import Signal, ToolError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

log = logging.getLogger(__name__)
ANSWER_SECONDS = 600.0
"""How long a call waits for an answer to one of its questions."""
_CLOCK: ContextVar[anyio.CancelScope] = ContextVar("clock")


async def perform(
    name: str, seconds: float, work: Callable[[], Awaitable[Any]], *, show_errors: bool
) -> Any:
    """The value of `work()`, which has `seconds` to finish."""
    try:
        with anyio.move_on_after(seconds) as scope:  # goes on below if the time was not enough
            outer = _CLOCK.set(scope)
            try:
                return await work()
            finally:
                _CLOCK.reset(outer)
    except (ToolError, Signal):
        raise
    except NotImplementedError as error:
        words = str(error) or f"{name} is not implemented yet"
        raise ToolError(words, data={"reason": "not_implemented"}) from error
    except BaseException as error:
        if _is_cancellation(error):
            raise
        raise _unexpected(name, error, show_errors=show_errors) from error
    raise ToolError(
        f"{name} took longer than {seconds:g} s and was stopped", data={"reason": "timeout"}
    )


@contextmanager
def paused() -> Iterator[None]:
    """While a person thinks, a call's time stands still; but no one may think for ever."""
    scope = _CLOCK.get(None) or anyio.CancelScope()
    left = scope.deadline - anyio.current_time()
    scope.deadline = anyio.current_time() + ANSWER_SECONDS
    try:
        yield
    finally:
        scope.deadline = anyio.current_time() + left


def _is_cancellation(error: BaseException) -> bool:
    """Whether the caller went away, as opposed to a tool that raised CancelledError itself."""
    task = asyncio.current_task()
    cancelled = isinstance(error, asyncio.CancelledError)
    return cancelled and task is not None and task.cancelling() > 0


def _unexpected(name: str, error: BaseException, *, show_errors: bool) -> ToolError:
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    reference = secrets.token_hex(4)
    log.error("%s failed (reference %s)", name, reference, exc_info=error)
    kind = type(error).__name__
    words = f"{kind}: {error}" if show_errors else kind
    return ToolError(
        f"{name} failed: {words} (reference {reference})",
        data={"reason": "exception", "reference": reference},
    )
