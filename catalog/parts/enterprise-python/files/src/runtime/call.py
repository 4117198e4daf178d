"""What travels through the modules: the call, and the context that tools work with."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .content import Result
from .errors import InputRequired, MissingCapability
from .perform import paused

if TYPE_CHECKING:
    from .app import App
    from .manifest import ToolSpec
    from .module import Module
    from .peer import Peer
    from .task import Task

_CAPABILITY = {
    "elicitation/create": "elicitation",
    "sampling/createMessage": "sampling",
    "roots/list": "roots",
}


@dataclass(slots=True)
class Call:
    """One call on its way through the modules."""

    kind: str
    """`tools/call`, `resources/read` or `prompts/get`; check it before you touch a call."""
    name: str
    """The tool, the prompt, or the resource's URI (template) as in the manifest."""
    arguments: dict[str, Any]
    context: Context
    tool: ToolSpec | None = None
    notes: dict[str, str] = field(default_factory=dict)
    """What modules tell each other and the log, for example `cache: hit`."""


Next = Callable[[Call], Awaitable[Result]]


@dataclass(slots=True)
class Context:
    """What a tool, resource or prompt may use besides its arguments."""

    app: App
    peer: Peer
    answers: dict[str, Any] = field(default_factory=dict)
    """What the caller has answered so far, by the keys given to `ask`."""
    state: str | None = None
    """What `ask` was given to remember."""
    task: Task | None = None
    """The task that this call is about to become, or is."""

    @property
    def principal(self) -> str:
        """Who calls."""
        return self.peer.principal

    @property
    def scopes(self) -> frozenset[str]:
        """What the caller is allowed to do."""
        return self.peer.scopes

    def module(self, name: str) -> Module:
        """Another capability, for example `ctx.module("persistence")`."""
        return self.app.modules[name]

    async def progress(
        self, done: float, total: float | None = None, message: str | None = None
    ) -> None:
        """Report progress, if the caller wants to know; without known secrets."""
        await self.peer.progress(done, total, message and self.app.redact(message))

    async def log(self, level: str, data: Any) -> None:
        """Send a log message to the caller, if it wants that level; without known secrets."""
        await self.peer.log(level, self.app.redact.within(data))

    def can(self, capability: str) -> bool:
        """Whether the caller declared `elicitation`, `sampling` or `roots` for this call."""
        return self.peer.can(capability)

    def need(self, capability: str) -> None:
        """End the call if the caller lacks a capability."""
        if not self.can(capability):
            raise MissingCapability(capability)

    async def ask(
        self,
        requests: Mapping[str, Mapping[str, Any]],
        *,
        state: str | None = None,
        before_task: bool = False,
    ) -> dict[str, Any]:
        """Ask the user (elicitation), the model (sampling) or the client (roots).

        A request is `{"method": "elicitation/create", "params": {...}}`; the answers come back
        under the same keys. Since 2026-07-28 the call ends here the first time and runs again from
        its beginning once there are answers: do nothing irreversible before `ask`. A task waits
        for its answers instead; `before_task` asks the usual way if the call is no task yet.
        """
        for request in requests.values():
            self.need(_CAPABILITY[str(request["method"])])
        if not self.peer.modern:
            with paused():
                return {key: await self.peer.answer(request) for key, request in requests.items()}
        missing = {key: dict(value) for key, value in requests.items() if key not in self.answers}
        if missing and self.task is not None:
            if not before_task or self.task.known:
                self.answers |= await self.task.ask(missing)
                missing = {}
            else:
                self.task.direct = True
        if missing:
            raise InputRequired(missing, self._packed(state))
        self.state = state if state is not None else self.state
        return {key: self.answers[key] for key in requests}

    def resume(self, state: str | None, responses: Mapping[str, Any]) -> None:
        """Take up earlier answers; `state` is what `ask` packed, unsealed by the transport."""
        if state is not None:
            packed = json.loads(state)
            self.answers = packed["answers"]
            self.state = packed["state"]
        self.answers |= responses

    def _packed(self, state: str | None) -> str | None:
        if not self.answers and state is None:
            return None
        return json.dumps({"answers": self.answers, "state": state})
