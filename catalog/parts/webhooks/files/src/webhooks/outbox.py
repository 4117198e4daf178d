"""The outbox: messages wait in the database until a process has claimed and delivered them.

A claim is a lease: nobody else sends the delivery until it ends, and it ends by itself when the
process that holds it dies. Times are those of the database where it has a clock.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, or_, select, text, update

from .models import DEAD, DELIVERED, PENDING, Attempt, Delivery, Endpoint

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.ext.asyncio import AsyncSession

    from .client import Answer


@dataclass(frozen=True, slots=True)
class Job:
    """One claimed delivery, with all that sending needs."""

    id: str
    endpoint: str
    url: str
    message: str
    body: str
    failures: int
    secrets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one attempt."""

    at: float
    seconds: float
    answer: Answer | None
    error: str | None
    """Why it failed, in words that name no address; None after success."""
    final: bool = False
    """Whether trying again is pointless."""


def new_id(prefix: str) -> str:
    """An identifier that nobody can guess."""
    return f"{prefix}_{secrets.token_urlsafe(16)}"


async def now(session: AsyncSession) -> float:
    """Seconds since 1970 by the clock that all processes share."""
    if session.get_bind().dialect.name == "postgresql":
        found = await session.execute(text("SELECT extract(epoch FROM clock_timestamp())"))
        return float(found.scalar_one())
    return time.time()


async def is_due(session: AsyncSession) -> bool:
    """Whether there is something to claim."""
    moment = await now(session)
    found = await session.execute(select(Delivery.id).where(*_claimable(moment)).limit(1))
    return found.first() is not None


async def claim(
    session: AsyncSession, who: str, seconds: float, most: int, busy: Collection[str]
) -> list[Job]:
    """Up to `most` due deliveries, now leased to `who`; none to endpoints in `busy`."""
    moment = await now(session)
    chosen = (
        select(Delivery)
        .where(*_claimable(moment), Delivery.endpoint_id.not_in(busy))
        .order_by(Delivery.next_at)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    deliveries = (await session.execute(chosen)).scalars().all()
    wanted = {delivery.endpoint_id for delivery in deliveries}
    found = await session.execute(select(Endpoint).where(Endpoint.id.in_(wanted)))
    endpoints = {endpoint.id: endpoint for endpoint in found.scalars()}
    jobs = []
    for delivery in deliveries:
        endpoint = endpoints.get(delivery.endpoint_id)
        if endpoint is None:  # deleted this moment, and its deliveries with it
            continue
        delivery.leased_by, delivery.leased_until = who, moment + seconds
        jobs.append(_job(delivery, endpoint, moment))
    return jobs


async def settle(
    session: AsyncSession, job: Job, who: str, outcome: Outcome, wait: float | None
) -> None:
    """Write down an attempt; the delivery is done, dead, or due again after `wait` seconds.

    Nothing happens when the lease was lost meanwhile: whoever has it now writes its own attempt.
    """
    moment = await now(session)
    failed = outcome.error is not None
    dead = failed and (wait is None or outcome.final)
    values: dict[str, Any] = {
        "status": DEAD if dead else PENDING if failed else DELIVERED,
        "failures": job.failures + failed,
        "leased_by": None,
        "leased_until": None,
        "next_at": moment + (wait or 0.0),
    }
    mine = update(Delivery).where(Delivery.id == job.id, Delivery.leased_by == who).values(values)
    if (await session.execute(mine.returning(Delivery.id))).first() is None:
        return
    status = outcome.answer.status if outcome.answer else None
    session.add(
        Attempt(
            delivery_id=job.id,
            at=outcome.at,
            seconds=round(outcome.seconds, 3),
            status=status,
            error=outcome.error,
        )
    )


async def release(session: AsyncSession, who: str) -> None:
    """Give all leases back, so that another process need not wait for their end."""
    mine = update(Delivery).where(Delivery.leased_by == who)
    await session.execute(mine.values(leased_by=None, leased_until=None))


async def disable(session: AsyncSession, endpoint: str, why: str) -> None:
    """Send an endpoint nothing more; what waits for it is dead."""
    await session.execute(update(Endpoint).where(Endpoint.id == endpoint).values(disabled=why))
    waiting = (Delivery.endpoint_id == endpoint, Delivery.status == PENDING)
    await session.execute(update(Delivery).where(*waiting).values(status=DEAD))


async def forget(session: AsyncSession, before: float) -> None:
    """Delete what was delivered or given up before a moment, and secrets that were rotated away."""
    old = (Delivery.status != PENDING, Delivery.next_at < before)
    await session.execute(delete(Delivery).where(*old))
    over = update(Endpoint).where(Endpoint.old_until < await now(session))
    await session.execute(over.values(old_secret=None, old_until=None))


def _claimable(moment: float) -> tuple[Any, ...]:
    free = or_(Delivery.leased_until.is_(None), Delivery.leased_until < moment)
    return (Delivery.status == PENDING, Delivery.next_at <= moment, free)


def _job(delivery: Delivery, endpoint: Endpoint, moment: float) -> Job:
    keys = [endpoint.secret]
    if endpoint.old_secret and (endpoint.old_until or 0.0) > moment:
        keys.append(endpoint.old_secret)
    return Job(
        id=delivery.id,
        endpoint=endpoint.id,
        url=endpoint.url,
        message=delivery.message,
        body=delivery.body,
        failures=delivery.failures,
        secrets=tuple(keys),
    )
