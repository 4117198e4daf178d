"""Starts and stops the modules, keeps background work alive, and knows whether all is well."""

from __future__ import annotations

import logging
import os
import time
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any

import anyio
import anyio.abc

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping

    from .manifest import Variable
    from .module import Module

log = logging.getLogger(__name__)
FIRST_RETRY_S = 0.5
LAST_RETRY_S = 30.0
STEADY_S = 60.0
"""A task that ran this long starts again without delay."""
REMEMBERED_S = 1.0
"""Probes may come from anywhere and often: they ask the modules once in this time."""


class Life:
    """The time between start and stop."""

    def __init__(
        self,
        modules: Mapping[str, Module],
        variables: tuple[Variable, ...],
        broken: Mapping[str, str],
    ) -> None:
        self._modules = modules
        self._variables = variables
        self._broken = broken
        self._group: anyio.abc.TaskGroup | None = None
        self._failing: dict[str, str] = {}
        self._known: tuple[float, dict[str, str]] = (0.0, {})
        self.started = False
        self._is_ending = False

    @asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        """Start the modules in order; stop those that started, in reverse, whatever happens."""
        if unset := self._unset():
            log.warning("not ready: set %s", ", ".join(unset))
        async with AsyncExitStack() as stack:
            self._group = await stack.enter_async_context(anyio.create_task_group())
            stack.callback(self._group.cancel_scope.cancel)
            for module in self._modules.values():
                await module.start()
                stack.push_async_callback(module.stop)
            self.started = True
            try:
                yield
            finally:
                self.started = False
                self._is_ending = True

    def spawn(self, name: str, function: Callable[[], Awaitable[None]]) -> None:
        """Run until the server stops; after a crash log it, report not ready, and try again."""
        self.soon(self._supervise, name, function)

    def soon(self, function: Callable[..., Coroutine[Any, Any, None]], *arguments: object) -> None:
        """Run beside everything else; the function must not fail."""
        if self._group is None:
            raise RuntimeError("background work begins in Module.start(), when the loop runs")
        self._group.start_soon(function, *arguments)

    async def _supervise(self, name: str, function: Callable[[], Awaitable[None]]) -> None:
        delay = FIRST_RETRY_S
        while True:
            began = time.monotonic()
            self._failing.pop(name, None)
            try:
                await function()
            except Exception as error:  # whatever it is, the server goes on
                if self._is_ending:  # what it works with was closed
                    return
                log.exception("%s failed", name)
                self._failing[name] = f"{type(error).__name__}: {error}"
            else:
                return
            steady = time.monotonic() - began > STEADY_S
            delay = FIRST_RETRY_S if steady else min(delay * 2, LAST_RETRY_S)
            await anyio.sleep(delay)

    async def problems(self) -> dict[str, str]:
        """Why the server is not ready, by what is concerned; empty when all is well."""
        since, known = self._known
        if self.started and time.monotonic() - since < REMEMBERED_S:
            return known
        found = {**self._broken, **self._failing}
        found |= dict.fromkeys(self._unset(), "required, but not set")
        if not self.started:
            found["server"] = "not started"
        for name, module in self._modules.items():
            if (problem := await module.problem()) is not None:
                found[name] = problem
        if found != known and found:
            log.warning("not ready: %s", found)
        self._known = (time.monotonic(), found)
        return found

    def _unset(self) -> list[str]:
        return [v.name for v in self._variables if v.required and not _is_set(v.name)]


def _is_set(name: str) -> bool:
    return bool(os.environ.get(name) or os.environ.get(f"{name}_FILE"))
