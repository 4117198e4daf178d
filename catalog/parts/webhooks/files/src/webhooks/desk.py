"""What callers may do with their webhooks; nobody sees or touches those of others."""

from __future__ import annotations

import base64
import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, func, or_, select, update

from ..runtime import Denied, Invalid, ToolError
from .models import DEAD, DELIVERED, PENDING, Attempt, Delivery, Endpoint
from .outbox import new_id, now
from .signing import new_secret

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncSession

MAX_SHOWN_ATTEMPTS = 20


class NoWebhook(ToolError):  # noqa: N818 - reads as what happened
    """No such webhook or delivery, or not the caller's: nobody learns which."""

    def __init__(self, what: str = "webhook") -> None:
        super().__init__(f"No such {what}.", data={"reason": "not_found"})


class Desk:
    """The webhooks of one owner, within one transaction."""

    def __init__(self, session: AsyncSession, owner: str) -> None:
        self._session = session
        self._owner = owner

    async def register(
        self, url: str, events: Sequence[str], description: str, most: int
    ) -> dict[str, Any]:
        """A new endpoint; the only answer, besides `rotate`, that shows its secret."""
        mine = select(func.count()).where(Endpoint.owner == self._owner)
        if (await self._session.execute(mine)).scalar_one() >= most:
            raise Denied(
                f"There are {most} webhooks already; delete one.", reason="too_many_webhooks"
            )
        endpoint = Endpoint(
            id=new_id("wh"),
            owner=self._owner,
            url=url,
            events=json.dumps(sorted(set(events))),
            description=description,
            created_at=await now(self._session),
            secret=new_secret(),
        )
        self._session.add(endpoint)
        return _shown(endpoint) | {"secret": endpoint.secret}

    async def listed(self) -> list[dict[str, Any]]:
        """All endpoints, without their secrets."""
        found = select(Endpoint).where(Endpoint.owner == self._owner).order_by(Endpoint.created_at)
        return [_shown(endpoint) for endpoint in (await self._session.execute(found)).scalars()]

    async def delete(self, webhook: str) -> None:
        """Remove an endpoint, its history and what waits for it."""
        endpoint = await self._mine(webhook)
        await self._session.execute(delete(Endpoint).where(Endpoint.id == endpoint.id))

    async def rotate(self, webhook: str, overlap: float) -> dict[str, Any]:
        """A new secret; the old one signs as well for `overlap` seconds."""
        endpoint = await self._mine(webhook)
        moment = await now(self._session)
        endpoint.old_secret = endpoint.secret if overlap > 0 else None
        endpoint.old_until = moment + overlap if overlap > 0 else None
        endpoint.secret = new_secret()
        until = _time(endpoint.old_until) if endpoint.old_until else None
        return {"webhook": webhook, "secret": endpoint.secret, "old_secret_valid_until": until}

    async def send(
        self, event: str, data_json: str, webhook: str | None, most: int
    ) -> dict[str, Any]:
        """Put a message for every endpoint that wants the event into the outbox."""
        moment = await now(self._session)
        wanted = [e for e in await self._active(webhook) if _wants(e, event)]
        waiting = select(func.count()).where(
            Delivery.owner == self._owner, Delivery.status == PENDING
        )
        if (await self._session.execute(waiting)).scalar_one() + len(wanted) > most:
            raise Denied("Too many deliveries wait already.", reason="outbox_full", retry_after=60)
        message = new_id("msg")
        head = json.dumps({"type": event, "timestamp": _time(moment)}, ensure_ascii=False)
        body = f'{head[:-1]},"data":{data_json}}}'
        deliveries = [
            Delivery(
                id=new_id("dl"),
                endpoint_id=endpoint.id,
                owner=self._owner,
                message=message,
                event=event,
                body=body,
                status=PENDING,
                failures=0,
                created_at=moment,
                next_at=moment,
            )
            for endpoint in wanted
        ]
        self._session.add_all(deliveries)
        return {"message": message, "deliveries": [delivery.id for delivery in deliveries]}

    async def replay(self, delivery: str | None, webhook: str | None) -> list[str]:
        """Send a finished delivery again, or all dead ones of an endpoint; same message id."""
        chosen = [Delivery.owner == self._owner]
        if delivery is not None:
            chosen += [Delivery.id == delivery, Delivery.status.in_((DEAD, DELIVERED))]
        if webhook is not None:
            endpoint = await self._mine(webhook)
            endpoint.disabled = None
            chosen += [Delivery.endpoint_id == webhook]
            chosen += [] if delivery is not None else [Delivery.status == DEAD]
        again = {"status": PENDING, "failures": 0, "next_at": await now(self._session)}
        found = await self._session.execute(
            update(Delivery).where(*chosen).values(again).returning(Delivery.id)
        )
        replayed = list(found.scalars())
        if delivery is not None and not replayed:
            raise NoWebhook("finished delivery")
        return replayed

    async def history(
        self, webhook: str | None, status: str | None, cursor: str | None, limit: int
    ) -> dict[str, Any]:
        """Deliveries, newest first, each with its last attempts, and a cursor if there are more."""
        chosen: list[ColumnElement[bool]] = [Delivery.owner == self._owner]
        if webhook is not None:
            chosen.append(Delivery.endpoint_id == (await self._mine(webhook)).id)
        if status is not None:
            chosen.append(Delivery.status == status)
        if cursor is not None:
            at, last = _place(cursor)
            same = and_(Delivery.created_at == at, Delivery.id > last)
            chosen.append(or_(Delivery.created_at < at, same))
        newest = Delivery.created_at.desc()
        query = select(Delivery).where(*chosen).order_by(newest, Delivery.id).limit(limit + 1)
        found = (await self._session.execute(query)).scalars().all()
        deliveries = found[:limit]
        tried = await self._attempts([delivery.id for delivery in deliveries])
        told = [_told(delivery, tried.get(delivery.id, [])) for delivery in deliveries]
        more = {"next_cursor": _cursor(deliveries[-1])} if len(found) > limit else {}
        return {"deliveries": told, **more}

    async def _attempts(self, deliveries: list[str]) -> dict[str, list[dict[str, Any]]]:
        query = select(Attempt).where(Attempt.delivery_id.in_(deliveries)).order_by(Attempt.id)
        found: dict[str, list[dict[str, Any]]] = {}
        for attempt in (await self._session.execute(query)).scalars():
            line = {"at": _time(attempt.at), "seconds": attempt.seconds}
            line |= {"status": attempt.status} if attempt.status is not None else {}
            line |= {"error": attempt.error} if attempt.error is not None else {}
            found.setdefault(attempt.delivery_id, []).append(line)
        return found

    async def _active(self, webhook: str | None) -> list[Endpoint]:
        if webhook is not None:
            endpoint = await self._mine(webhook)
            if endpoint.disabled is not None:
                words = f"The webhook is disabled: {endpoint.disabled}. Replay it to enable it."
                raise ToolError(words, data={"reason": "disabled"})
            return [endpoint]
        query = select(Endpoint).where(Endpoint.owner == self._owner, Endpoint.disabled.is_(None))
        return list((await self._session.execute(query)).scalars())

    async def _mine(self, webhook: str) -> Endpoint:
        query = select(Endpoint).where(Endpoint.id == webhook, Endpoint.owner == self._owner)
        endpoint = (await self._session.execute(query)).scalar_one_or_none()
        if endpoint is None:
            raise NoWebhook
        return endpoint


def _cursor(delivery: Delivery) -> str:
    place = json.dumps([delivery.created_at, delivery.id])
    return base64.urlsafe_b64encode(place.encode()).decode()


def _place(cursor: str) -> tuple[float, str]:
    try:
        at, last = json.loads(base64.urlsafe_b64decode(cursor))
        return float(at), str(last)
    except (ValueError, TypeError, RecursionError) as error:
        raise Invalid("webhook_history", ["cursor: is none that was returned"]) from error


def _wants(endpoint: Endpoint, event: str) -> bool:
    """An endpoint without a list wants everything; `order.*` stands for all that begins so."""
    patterns: list[str] = json.loads(endpoint.events)
    return not patterns or any(
        event == p or (p.endswith(".*") and event.startswith(p[:-1])) for p in patterns
    )


def _shown(endpoint: Endpoint) -> dict[str, Any]:
    return {
        "webhook": endpoint.id,
        "url": endpoint.url,
        "events": json.loads(endpoint.events),
        "description": endpoint.description,
        "created_at": _time(endpoint.created_at),
    } | ({"disabled": endpoint.disabled} if endpoint.disabled else {})


def _told(delivery: Delivery, attempts: list[dict[str, Any]]) -> dict[str, Any]:
    told = {
        "delivery": delivery.id,
        "webhook": delivery.endpoint_id,
        "message": delivery.message,
        "event": delivery.event,
        "status": delivery.status,
        "created_at": _time(delivery.created_at),
        "attempts": attempts[-MAX_SHOWN_ATTEMPTS:],
    }
    again = delivery.status == PENDING and delivery.failures
    return told | ({"next_attempt_at": _time(delivery.next_at)} if again else {})


def _time(seconds: float) -> str:
    moment = dt.datetime.fromtimestamp(seconds, dt.UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
