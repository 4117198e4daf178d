"""The tasks extension: a long tool call becomes a task that its caller polls.

Tasks live in this process alone: they end with it, and no other process knows them.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import anyio
import mcp_types as types
from mcp.shared.exceptions import MCPError

from .content import error_result
from .lists import is_modern
from .mcp_peer import McpPeer
from .perform import ANSWER_SECONDS
from .settings import SettingError
from .task import Task, TaskPeer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from mcp.server.context import ServerRequestContext

    from .app import App
    from .call import Context
    from .content import Result
    from .manifest import ToolSpec

    Request = ServerRequestContext[Any, Any]

EXTENSION = "io.modelcontextprotocol/tasks"
GRACE_S = 0.1
"""A call that ends within this time is answered like any other."""
LEAVE_S = 1.0
"""How long the tasks may take to stop when the server does."""
MAX_TASKS = 1000
MAX_OWN = 200
"""Tasks of one caller, ended ones included."""
MAX_OWN_RUNNING = 20
MAX_KEPT_BYTES = 64 << 20
"""No new tasks while the results of ended ones take more than this."""


class TaskParams(types.RequestParams):
    """What tasks/get and tasks/cancel say."""

    task_id: str


class UpdateParams(TaskParams):
    """What tasks/update says."""

    input_responses: dict[str, Any]


class Tasks:
    """All tasks of this process: so many, for so long, each for its owner."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._tasks: dict[str, Task] = {}
        kinds = {tool.spec.task for tool in app.tools.values()} - {"none"}
        alone = app.settings.workers == 1
        if "required" in kinds and not alone:
            raise SettingError(
                "MCP_WORKERS: several workers cannot share tasks, and a tool has task: required"
            )
        self.offered = bool(kinds) and alone
        """Whether clients are told of the extension; else `optional` tools run as usual."""

    def wanted(self, request: Request, spec: ToolSpec) -> bool:
        """Whether this call may become a task; an error if it must and its caller cannot."""
        if spec.task == "none" or not self.offered:
            return False
        if not _declared(request) and spec.task == "required":
            raise _missing(request)
        return _declared(request)

    async def run(
        self, context: Context, spec: ToolSpec, work: Callable[[], Awaitable[Result]]
    ) -> Result:
        """The result of `work()` if there is one soon, else the task that it became."""
        owner = (context.peer.principal, context.peer.client)
        if self._full(owner):
            return error_result(
                "Too many tasks; try again when others have ended.", {"reason": "busy"}
            )
        keep = self._app.manifest.options.task_ttl_seconds
        task = Task(owner, spec.timeout_seconds + ANSWER_SECONDS + keep)
        context.peer, context.task = TaskPeer.of(context.peer, task), task
        self._tasks[task.id] = task
        self._app.life.soon(task.run, work)
        try:
            with anyio.move_on_after(GRACE_S):
                await task.news.wait()
            if task.direct:
                await task.ended.wait()
            task.known = task.running
        finally:
            if not task.known:  # or the caller went away
                del self._tasks[task.id]
                task.move("cancelled")
        if not task.known:
            return _direct(task)
        self._app.life.soon(self._forget, task)
        return {"resultType": "task", **task.wire()}

    def _full(self, owner: tuple[str, str]) -> bool:
        counted = Counter[str]()
        for task in self._tasks.values():
            own = task.owner == owner
            counted.update(own=own, running=own and task.running, bytes=task.size)
        return (
            len(self._tasks) >= MAX_TASKS
            or counted["own"] >= MAX_OWN
            or counted["running"] >= MAX_OWN_RUNNING
            or counted["bytes"] > MAX_KEPT_BYTES
        )

    async def _forget(self, task: Task) -> None:
        await anyio.sleep(task.ttl_seconds)
        task.move("cancelled")
        del self._tasks[task.id]

    async def stop(self) -> None:
        """Cancel what still runs."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.move("cancelled")
        with anyio.move_on_after(LEAVE_S, shield=True):
            for task in tasks:
                await task.left.wait()

    # ---- the methods --------------------------------------------------------------------------

    async def get(self, request: Request, params: TaskParams) -> Result:
        """How a task stands; its result when it has ended."""
        return self._find(request, params).wire()

    async def update(self, request: Request, params: UpdateParams) -> Result:
        """Answers to a task's questions."""
        self._find(request, params).answer(params.input_responses)
        return {}

    async def cancel(self, request: Request, params: TaskParams) -> Result:
        """Stop a task; one that has ended stays as it is."""
        self._find(request, params).move("cancelled")
        return {}

    def _find(self, request: Request, params: TaskParams) -> Task:
        if not is_modern(request):
            raise MCPError(types.METHOD_NOT_FOUND, "Method not found")
        if not _declared(request):
            raise _missing(request)
        http = request.request
        if http is not None and http.headers.get("mcp-name") != params.task_id:
            raise MCPError(types.HEADER_MISMATCH, "The Mcp-Name header must equal params.taskId")
        task = self._tasks.get(params.task_id)
        peer = McpPeer.of(request, self._app.owner)
        if task is None or not task.known or task.owner != (peer.principal, peer.client):
            raise MCPError(types.INVALID_PARAMS, "Task not found")
        return task


def _direct(task: Task) -> Result:
    """What a call comes to that never was a task for its caller."""
    if "result" in task.outcome:
        return dict(task.outcome["result"])
    if "error" in task.outcome:
        raise MCPError(**task.outcome["error"])
    raise MCPError(types.INTERNAL_ERROR, "The server is stopping")


def _declared(request: Request) -> bool:
    """Whether this very request says that its sender knows tasks."""
    able = request.session.client_capabilities if is_modern(request) else None
    return EXTENSION in ((able.extensions if able else None) or {})


def _missing(request: Request) -> MCPError:
    modern = is_modern(request)
    return MCPError(
        types.MISSING_REQUIRED_CLIENT_CAPABILITY if modern else types.INVALID_REQUEST,
        "This needs the tasks extension",
        {"requiredCapabilities": {"extensions": {EXTENSION: {}}}},
    )
