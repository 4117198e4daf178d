"""Prompts: what manifest.json lists under `prompts`, with the caller's arguments put in."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

from ..runtime import Module

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from ..runtime import App


class Prompts(Module):
    """Serves them. Option `completions`: values for arguments, by prompt and argument."""

    def setup(self, app: App) -> None:
        """Register each prompt; with none, the empty list is served."""
        app.offers.add("prompts")
        for spec in app.manifest.prompts:
            names = [argument["name"] for argument in spec.wire.get("arguments", ())]
            app.prompt(spec.wire, _filler(names, spec.messages))
            chosen = self.options.get("completions", {}).get(spec.wire["name"], {})
            for name in filter(chosen.get, names):
                app.choices(spec.wire["name"], name, chosen[name])


def _filler(
    names: Sequence[str], messages: Sequence[Mapping[str, Any]]
) -> Callable[..., Awaitable[list[dict[str, Any]]]]:
    """Puts values in for `{name}`; `{{name}}` and all other braces stay what they are."""
    choices = "|".join(re.escape(name) for name in names) or "(?!)"
    placeholder = re.compile(rf"\{{\{{(?:{choices})\}}\}}|\{{({choices})\}}")

    async def fill(**arguments: str) -> list[dict[str, Any]]:
        filled = [copy.deepcopy(dict(message)) for message in messages]
        for message in filled:
            content = message["content"]
            if content.get("type") == "text":
                content["text"] = placeholder.sub(
                    lambda found: arguments.get(found[1], "") if found[1] else found[0],
                    content["text"],
                )
        return filled

    return fill


MODULE = Prompts
