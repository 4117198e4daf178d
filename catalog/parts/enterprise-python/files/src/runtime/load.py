"""Imports the user's files; one that cannot be imported must not take the server down."""

from __future__ import annotations

import importlib
import logging
from typing import TYPE_CHECKING, Any

from .adapt import adapt
from .errors import ToolError

if TYPE_CHECKING:
    from collections.abc import Callable


log = logging.getLogger(__name__)


class Loader:
    """Finds functions in the packages of a project, and remembers what was broken."""

    def __init__(self, package: str) -> None:
        self._package = package
        self.broken: dict[str, str] = {}
        self.prepare: list[Callable[[Callable[..., Any]], Callable[..., Any]]] = []
        """What modules do to each function of the user's."""

    def module(self, name: str) -> Any:
        """The class that src/modules/NAME.py declares as `MODULE`."""
        return importlib.import_module(f"{self._package}.modules.{name}").MODULE

    def function(self, folder: str, name: str) -> Callable[..., Any]:
        """The function `name` of src/FOLDER/NAME.py, or one that says why there is none."""

        def find() -> Callable[..., Any]:
            module = importlib.import_module(f"{self._package}.{folder}.{name}")
            function: Callable[..., Any] = getattr(module, name)
            for step in self.prepare:
                function = step(function)
            return function

        return self.usable(f"src/{folder}/{name}.py", find)

    def usable(self, where: str, find: Callable[[], Callable[..., Any]]) -> Callable[..., Any]:
        """What `find` finds, if it can be called; a failure is kept in `broken`."""
        try:
            function = find()
            adapt(function)
        except (Exception, SystemExit) as error:  # the file is the user's: anything may happen
            log.exception("%s cannot be loaded", where)
            reason = f"{where} cannot be loaded: {type(error).__name__}: {error}"
            self.broken[where] = reason
        else:
            return function

        async def explain() -> Any:
            raise ToolError(reason, data={"reason": "not_loaded"})

        return explain
