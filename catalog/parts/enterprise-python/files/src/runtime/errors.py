"""What tools and modules may raise, and what the caller makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping


REFUSED = 4290
"""JSON-RPC code of a refusal outside tools/call: an application's, so outside -32768…-32000."""


class ToolError(Exception):
    """A failure that the caller should read: its words become a result with `isError: true`."""

    def __init__(self, message: str, *, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.data = dict(data or {})

    @property
    def reason(self) -> str:
        """One word for figures and logs."""
        return str(self.data.get("reason", "error"))


class Denied(ToolError):  # noqa: N818 - reads as what happened
    """A refusal, such as a missing scope; `retry_after` in seconds if waiting helps."""

    def __init__(self, message: str, *, reason: str, retry_after: float | None = None) -> None:
        wait = {} if retry_after is None else {"retryAfter": round(retry_after, 3)}
        super().__init__(message, data={"reason": reason, **wait})


class NotFound(ToolError):  # noqa: N818
    """No such tool, resource or prompt."""


class Invalid(ToolError):  # noqa: N818
    """Arguments that do not fit; `errors` says for each what is wrong, as `path: message`."""

    def __init__(self, name: str, errors: list[str]) -> None:
        text = f"Invalid arguments for {name}:\n" + "\n".join(errors)
        super().__init__(text, data={"reason": "invalid_arguments"})
        self.errors = errors


class Signal(Exception):  # noqa: N818
    """Not a failure: a word from inside a call to the transport that carries it."""

    reason: ClassVar[str]


class InputRequired(Signal):
    """The caller must answer `requests` and call again, bringing `state` along."""

    reason = "input_required"

    def __init__(self, requests: dict[str, Any], state: str | None) -> None:
        super().__init__("input required")
        self.requests = requests
        self.state = state


class MissingCapability(Signal):
    """The caller's program cannot do what the call needs, for example `elicitation`."""

    reason = "missing_capability"

    def __init__(self, capability: str) -> None:
        super().__init__(f"The client did not declare the {capability!r} capability")
        self.capability = capability
