"""What the server serves: tools, resources, resource templates, prompts, completions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from .adapt import adapt
from .errors import NotFound
from .schema import Schema

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from .adapt import Run
    from .manifest import ToolSpec

_VARIABLE = re.compile(r"\{(\+?)([A-Za-z0-9_.]+)\}")


@dataclass(slots=True)
class Tool:
    """A served tool."""

    spec: ToolSpec
    input: Schema
    output: Schema | None
    run: Run


@dataclass(slots=True)
class Entry:
    """A served resource, resource template or prompt."""

    wire: Mapping[str, Any]
    run: Run


class Registry:
    """Filled while the server is put together; all of it may also come and go later."""

    def __init__(self) -> None:
        self.tools: dict[str, Tool] = {}
        self.resources: dict[str, Entry] = {}
        self.templates: dict[str, tuple[_Template, Entry]] = {}
        self.prompts: dict[str, Entry] = {}
        self.completions: dict[tuple[str, str], Callable[[str], list[str]]] = {}
        self.offers: set[str] = set()
        """`resources`, `prompts`: what the server declares, even when the list is empty."""

    def tool(self, spec: ToolSpec, function: Callable[..., Any]) -> None:
        """Serve a tool: `function(ctx, **arguments)` or `function(**arguments)`, async or plain."""
        output = spec.wire.get("outputSchema")
        self.tools[spec.name] = Tool(
            spec,
            Schema(spec.wire["inputSchema"], "arguments"),
            Schema(output, "result") if output is not None else None,
            adapt(function),
        )

    def drop_tool(self, name: str) -> None:
        """Stop serving a tool."""
        del self.tools[name]

    def resource(self, wire: Mapping[str, Any], function: Callable[..., Any]) -> None:
        """Serve a resource at `wire["uri"]`, or all that match `wire["uriTemplate"]`."""
        self.offers.add("resources")
        entry = Entry(wire, adapt(function))
        if "uri" in wire:
            self.resources[wire["uri"]] = entry
        else:
            self.templates[wire["uriTemplate"]] = (_Template(wire["uriTemplate"]), entry)

    def drop_resource(self, uri: str) -> None:
        """Stop serving a resource, or a template by its `uriTemplate`."""
        del (self.resources if uri in self.resources else self.templates)[uri]

    def prompt(self, wire: Mapping[str, Any], function: Callable[..., Any]) -> None:
        """Serve a prompt; the function returns its messages."""
        self.offers.add("prompts")
        self.prompts[wire["name"]] = Entry(wire, adapt(function))

    def drop_prompt(self, name: str) -> None:
        """Stop serving a prompt."""
        del self.prompts[name]

    def completion(self, ref: str, argument: str, function: Callable[[str], list[str]]) -> None:
        """Complete one argument of the prompt, or variable of the resource template, named `ref`.

        `function` gets what was typed so far and returns the values that fit, the best first.
        """
        self.completions[ref, argument] = function

    def choices(self, ref: str, argument: str, values: Sequence[str]) -> None:
        """Complete an argument from a list: values that begin with what was typed come first."""
        self.completion(ref, argument, partial(_fitting, tuple(values)))

    def find(self, uri: str) -> tuple[str, Entry, dict[str, str]]:
        """The resource behind a URI: its name in the manifest, itself, and its variables."""
        if uri in self.resources:
            return uri, self.resources[uri], {}
        for name, (template, entry) in self.templates.items():
            if (variables := template.match(uri)) is not None:
                return name, entry, variables
        raise NotFound(f"Resource not found: {uri}")


def _fitting(values: tuple[str, ...], typed: str) -> list[str]:
    wanted = typed.casefold()
    fitting = [value for value in values if wanted in value.casefold()]
    return sorted(fitting, key=lambda value: not value.casefold().startswith(wanted))


class _Template:
    """A URI template with `{name}` (one path segment) and `{+name}` (any text), as in RFC 6570."""

    def __init__(self, text: str) -> None:
        pattern, end = "", 0
        self._names = []
        for variable in _VARIABLE.finditer(text):
            pattern += re.escape(text[end : variable.start()])
            pattern += "(.+)" if variable[1] else "([^/?#]+)"
            self._names.append(variable[2])
            end = variable.end()
        self._pattern = re.compile(pattern + re.escape(text[end:]))

    def match(self, uri: str) -> dict[str, str] | None:
        found = self._pattern.fullmatch(uri)
        if found is None:
            return None
        return dict(zip(self._names, map(unquote, found.groups()), strict=True))
