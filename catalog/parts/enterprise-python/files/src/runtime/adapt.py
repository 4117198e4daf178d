"""Calls functions the way they are written: with `ctx` or without, async or plain."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import anyio.to_thread

from .errors import Denied

if TYPE_CHECKING:
    from .call import Context

Run = Callable[["Context", dict[str, Any]], Awaitable[Any]]
MAX_THREADS = 40
_threads = threading.BoundedSemaphore(MAX_THREADS)


def adapt(function: Callable[..., Any]) -> Run:
    """Any function as `run(ctx, arguments)`.

    `ctx` is passed if the first parameter has that name. Named parameters instead of `**kwargs`
    get the arguments they name. A plain function runs in a thread of its own.
    """
    if inspect.isasyncgenfunction(function) or inspect.isgeneratorfunction(function):
        raise TypeError(
            f"{function.__name__} is a generator: return a value, and use ctx.progress on the way"
        )
    bound = binder(function)

    async def in_loop(ctx: Context, arguments: dict[str, Any]) -> Any:
        return await bound(ctx, arguments)()

    async def in_thread(ctx: Context, arguments: dict[str, Any]) -> Any:
        value = await _threaded(bound(ctx, arguments))
        return await value if inspect.isawaitable(value) else value

    return in_loop if inspect.iscoroutinefunction(function) else in_thread


def binder(function: Callable[..., Any]) -> Callable[[Context, dict[str, Any]], Callable[[], Any]]:
    """Binds a function to `ctx` and to those of the arguments that it takes."""
    parameters = list(inspect.signature(function).parameters.values())
    wants_ctx = bool(parameters) and _is_ctx(parameters[0])
    takes_all = any(p.kind is p.VAR_KEYWORD for p in parameters)
    names = {p.name for p in parameters[wants_ctx:]}

    def bound(ctx: Context, arguments: dict[str, Any]) -> Callable[[], Any]:
        known = {k: v for k, v in arguments.items() if takes_all or k in names}
        return partial(function, ctx, **known) if wants_ctx else partial(function, **known)

    return bound


def _is_ctx(parameter: inspect.Parameter) -> bool:
    positional = (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
    return parameter.name == "ctx" and parameter.kind in positional


async def _threaded(function: Callable[[], Any]) -> Any:
    """Run in a thread; a call that times out leaves its thread behind, so those are counted."""
    if not _threads.acquire(blocking=False):
        raise Denied("Too many calls are still running; try later.", reason="busy", retry_after=1)

    def run() -> Any:
        try:
            return function()
        finally:
            _threads.release()

    return await anyio.to_thread.run_sync(run, abandon_on_cancel=True, limiter=_limiter())


def _limiter() -> anyio.CapacityLimiter:
    return anyio.CapacityLimiter(1)  # the count above is the limit
