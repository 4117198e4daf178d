"""Resources: what manifest.json lists under `resources`, as fixed text or made by a function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..runtime import Module

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ..runtime import App


class Resources(Module):
    """Serves them; the functions are in src/resources, one file each.

    Option `completions`: values for variables, by template and variable.
    """

    def setup(self, app: App) -> None:
        """Register each resource and template; with none, the empty list is served."""
        app.offers.add("resources")
        for spec in app.manifest.resources:
            if spec.function is not None:
                app.resource(spec.wire, app.load.function("resources", spec.function))
            else:
                app.resource(spec.wire, _always(spec.text or ""))
        for template, variables in self.options.get("completions", {}).items():
            for name, values in variables.items():
                app.choices(template, name, values)


def _always(text: str) -> Callable[..., Awaitable[str]]:
    async def read() -> str:
        return text

    return read


MODULE = Resources
