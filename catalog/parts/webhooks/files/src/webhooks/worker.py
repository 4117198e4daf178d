"""Delivers what waits in the outbox."""

from __future__ import annotations

import logging
import ssl
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import anyio
import h11

from ..runtime import ToolError
from . import outbox
from .client import Answer, post, tls
from .guard import Guard, Refused
from .outbox import Job, Outcome
from .schedule import RETRIES, wait_after
from .signing import headers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractAsyncContextManager

    from anyio.abc import TaskGroup
    from sqlalchemy.ext.asyncio import AsyncSession

    Transaction = Callable[..., AbstractAsyncContextManager[AsyncSession]]

log = logging.getLogger(__name__)
CONCURRENCY = 16
PER_ENDPOINT = 4
"""Deliveries at once; one endpoint that hangs must not hold up the others."""
POLL_S = 1.0
"""How often to look for what other processes left, or what is due again."""
LEASE_MARGIN_S = 5.0
"""Beyond the time limit of an attempt: to resolve a name and to write down the outcome."""
DRAIN_S = 1.0
FORGET_S = 600.0
GONE = 410


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to try; see the part's options."""

    timeout: float = 15.0
    """Seconds for one attempt."""
    retries: Sequence[float] = RETRIES
    history_days: float = 30.0


class Worker:
    """One per process; any number of them work on one outbox."""

    def __init__(
        self, transaction: Transaction, guard: Guard, agent: str, patience: Patience
    ) -> None:
        self._transaction = transaction
        self._guard = guard
        self._agent = agent
        self._timeout = patience.timeout
        self._retries = patience.retries
        self._history = patience.history_days * 86_400
        self._who = ""
        self._tls = tls()
        self._running: dict[str, str] = {}
        self._wake = anyio.Event()
        self._scope: anyio.CancelScope | None = None
        self._ended = anyio.Event()
        self._stopping = False
        self._forgotten = 0.0
        self.sent = self.failed = 0

    def wake(self) -> None:
        """There is something new."""
        self._wake.set()

    @property
    def running(self) -> int:
        """Deliveries in progress."""
        return len(self._running)

    async def run(self) -> None:
        """Deliver until `stop`."""
        self._who = outbox.new_id("worker")  # here, so that forked processes differ
        self._ended = ended = anyio.Event()
        try:
            with anyio.CancelScope() as self._scope:
                async with anyio.create_task_group() as group:
                    while not self._stopping:
                        await self._round(group)
        finally:
            ended.set()

    async def stop(self) -> None:
        """Claim nothing more, let deliveries finish for a moment, give the leases back.

        Afterwards nothing uses the database any more.
        """
        self._stopping = True
        self.wake()
        if self._scope is None:
            return
        with anyio.move_on_after(DRAIN_S):
            await self._ended.wait()
        self._scope.cancel()
        await self._ended.wait()
        try:
            async with self._transaction() as session:
                await outbox.release(session, self._who)
        except ToolError as error:
            log.warning("leases of webhooks end by themselves: %s", error)

    async def _round(self, group: TaskGroup) -> None:
        try:
            jobs = await self._claimed()
            if time.monotonic() - self._forgotten > FORGET_S:
                self._forgotten = time.monotonic()
                await self._forget()
        except ToolError as error:
            log.warning("webhooks wait: %s", error)
            jobs = []
        for job in jobs:
            self._running[job.id] = job.endpoint
            group.start_soon(self._work, job)
        if not jobs:
            with anyio.move_on_after(POLL_S):
                await self._wake.wait()
            self._wake = anyio.Event()

    async def _claimed(self) -> list[Job]:
        room = CONCURRENCY - len(self._running)
        if room <= 0:
            return []
        async with self._transaction(read_only=True) as session:
            if not await outbox.is_due(session):
                return []
        counted = Counter(self._running.values())
        busy = [endpoint for endpoint, count in counted.items() if count >= PER_ENDPOINT]
        seconds = self._timeout + LEASE_MARGIN_S
        async with self._transaction() as session:
            return await outbox.claim(session, self._who, seconds, min(room, PER_ENDPOINT), busy)

    async def _forget(self) -> None:
        async with self._transaction() as session:
            await outbox.forget(session, await outbox.now(session) - self._history)

    async def _work(self, job: Job) -> None:
        try:
            outcome = await self._attempt(job)
            await self._settle(job, outcome)
        except ToolError as error:
            log.warning("the outcome of %s cannot be written down: %s", job.id, error)
        except Exception:  # one delivery must not end the others; its lease ends by itself
            log.exception("the delivery %s failed unexpectedly", job.id)
        finally:
            del self._running[job.id]
            self.wake()

    async def _settle(self, job: Job, outcome: Outcome) -> None:
        failed = outcome.error is not None
        self.failed += failed
        self.sent += not failed
        wanted = outcome.answer.retry_after if outcome.answer else None
        wait = wait_after(job.failures + 1, self._retries, wanted) if failed else None
        async with self._transaction() as session:
            await outbox.settle(session, job, self._who, outcome, wait)
            if outcome.answer is not None and outcome.answer.status == GONE:
                await outbox.disable(session, job.endpoint, "the receiver answered 410 Gone")

    async def _attempt(self, job: Job) -> Outcome:
        at, began = time.time(), time.monotonic()
        answer: Answer | None = None
        error: str | None = None
        try:
            with anyio.fail_after(self._timeout):
                answer = await self._send(job, int(at))
        except Refused as no:
            error = str(no)
        except TimeoutError:
            error = f"no answer within {self._timeout:g} s"
        except ssl.SSLError:
            error = "no secure connection: the certificate or the protocol is not good"
        except OSError:
            error = "no connection"
        except h11.ProtocolError:
            error = "the answer is not HTTP"
        if answer is not None and not 200 <= answer.status < 300:  # noqa: PLR2004 - success
            error = f"status {answer.status}"
        gone = answer is not None and answer.status == GONE
        return Outcome(at, time.monotonic() - began, answer, error, final=gone)

    async def _send(self, job: Job, seconds: int) -> Answer:
        target = self._guard.read(job.url)
        addresses = await self._guard.pin(target)
        body = job.body.encode()
        sent = headers(job.message, seconds, body, job.secrets)
        sent |= {"content-type": "application/json", "user-agent": self._agent}
        return await post(target, addresses, sent, body, self._tls)
