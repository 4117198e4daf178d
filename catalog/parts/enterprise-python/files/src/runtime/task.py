"""One task: a tool call that runs on after its caller was told to ask again later."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import anyio
import mcp_types as types
from mcp.shared.exceptions import MCPError
from pydantic import TypeAdapter, ValidationError

from .content import as_json
from .peer import Peer
from .perform import paused

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from .content import Result

log = logging.getLogger(__name__)
POLL_MS = 1000
"""How often callers are advised to ask."""
ANSWERED = ("elicitation", "sampling", "roots")
"""Kinds of questions that a program may declare it answers."""
_ANSWER: TypeAdapter[Any] = TypeAdapter(types.InputResponse)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(slots=True, eq=False)
class Task:
    """One call that runs, or has ended, apart from the request that began it."""

    owner: tuple[str, str]
    """The caller's name and program: for everyone else there is no such task."""
    ttl_seconds: float
    id: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    status: str = "working"
    message: str | None = None
    created: str = field(default_factory=_now)
    updated: str = field(default_factory=_now)
    outcome: dict[str, Any] = field(default_factory=dict)
    """How it ended: `result` or `error`."""
    size: int = 0
    """Bytes of the outcome."""
    known: bool = False
    """Whether the caller has heard of it; until then its questions can go the direct way."""
    direct: bool = False
    """Whether a question goes that way: the caller waits for it."""
    asked: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)
    scope: anyio.CancelScope = field(default_factory=anyio.CancelScope)
    news: anyio.Event = field(default_factory=anyio.Event)
    ended: anyio.Event = field(default_factory=anyio.Event)
    left: anyio.Event = field(default_factory=anyio.Event)
    """Set when nothing of it runs any more, which may be later."""

    @property
    def running(self) -> bool:
        """Whether it may still change."""
        return self.status in {"working", "input_required"}

    def move(self, status: str, message: str | None = None, **outcome: Any) -> None:
        """Change the status, unless the task has ended already."""
        if not self.running:
            return
        self.status, self.message, self.updated = status, message, _now()
        self.outcome, self.size = outcome, len(as_json(outcome)) if outcome else 0
        self._tell()
        if not self.running:
            self.ended.set()
            self.scope.cancel()

    def say(self, message: str) -> None:
        """Show how far it is."""
        if self.running:
            self.message, self.updated = message.encode("utf-8", "replace").decode(), _now()

    def _tell(self) -> None:
        self.news.set()
        self.news = anyio.Event()

    async def ask(self, requests: Mapping[str, Any]) -> dict[str, Any]:
        """Show the questions to whoever polls, and wait until each is answered."""
        self.asked |= requests
        self.move("input_required")
        with paused():
            while not requests.keys() <= self.answers.keys():
                await self.news.wait()
        if self.asked.keys() <= self.answers.keys():
            self.move("working")
        return {key: self.answers[key] for key in requests}

    def answer(self, responses: Mapping[str, Any]) -> None:
        """Take answers to questions that are open; others are of no interest."""
        for key in responses.keys() & self.asked.keys() - self.answers.keys():
            try:
                answer = _ANSWER.validate_python(responses[key])
            except ValidationError as error:
                raise MCPError(types.INVALID_PARAMS, f"{key}: not an answer") from error
            self.answers[key] = answer.model_dump(by_alias=True, mode="json", exclude_none=True)
        self._tell()

    def wire(self) -> Result:
        """What tasks/get shows."""
        shown: Result = {
            "taskId": self.id,
            "status": self.status,
            "createdAt": self.created,
            "lastUpdatedAt": self.updated,
            "ttlMs": round(self.ttl_seconds * 1000),
            "pollIntervalMs": POLL_MS,
        }
        if self.message is not None:
            shown["statusMessage"] = self.message
        if self.status == "input_required":
            shown["inputRequests"] = {k: v for k, v in self.asked.items() if k not in self.answers}
        return shown | self.outcome

    async def run(self, work: Callable[[], Awaitable[Result]]) -> None:
        """Do the work, and keep what came of it."""
        try:
            with self.scope:
                result = await work()
        except MCPError as error:
            self._fail(error.error)
        except Exception:  # whatever it is, the caller must hear that it is over
            log.exception("a task failed")
            self._fail(types.ErrorData(code=types.INTERNAL_ERROR, message="Internal error"))
        else:
            if not self.scope.cancelled_caught:
                self._succeed(result)
        finally:
            self.left.set()

    def _succeed(self, result: Result) -> None:
        if result.get("resultType") == "input_required" and not self.direct:
            words = "A task cannot be called again with answers"
            self._fail(types.ErrorData(code=types.INTERNAL_ERROR, message=words))
        else:
            self.move("completed", result=result)

    def _fail(self, error: types.ErrorData) -> None:
        self.move("failed", error.message, error=error.model_dump(exclude_none=True))


@dataclass(slots=True, kw_only=True)
class TaskPeer(Peer):
    """Who began a task, after the request is over: progress is the task's status message."""

    task: Task
    able: frozenset[str]
    carried: Mapping[str, str]

    @classmethod
    def of(cls, peer: Peer, task: Task) -> TaskPeer:
        """What is left of `peer`."""
        return cls(
            principal=peer.principal,
            scopes=peer.scopes,
            via=peer.via,
            expires_at=peer.expires_at,
            trusted=peer.trusted,
            client=peer.client,
            task=task,
            able=frozenset(kind for kind in ANSWERED if peer.can(kind)),
            carried=peer.trace,
        )

    @property
    def trace(self) -> Mapping[str, str]:
        """That of the request which began the task."""
        return self.carried

    async def progress(self, done: float, total: float | None, message: str | None) -> None:
        """Shown to whoever polls."""
        self.task.say(message or (f"{done:g}" if total is None else f"{done:g} of {total:g}"))

    def can(self, capability: str) -> bool:
        """What the request declared that began the task."""
        return capability in self.able
