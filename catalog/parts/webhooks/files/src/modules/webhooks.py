"""Webhooks: callers register addresses; events are signed, delivered and retried for days."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ..runtime import Invalid, Module, SettingError
from ..runtime.content import as_json
from ..webhooks import RETRIES, Desk, Guard, Patience, Refused, Worker, read_networks
from .persistence import Persistence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.ext.asyncio import AsyncSession

    from ..runtime import App, Context

EVENT = re.compile(r"[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*")
MAX_EVENT = 128
HOUR_S = 3600.0


class Webhooks(Module):
    """The endpoints and the outbox are in the database; every process works on the outbox."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__(options)
        self.max_bytes = int(options.get("max_payload_bytes", 64 << 10))
        self.max_webhooks = int(options.get("max_webhooks", 50))
        self.max_waiting = int(options.get("max_waiting", 10_000))
        schemes = {"https", "http"} if options.get("allow_http") else {"https"}
        try:
            networks = read_networks(list(options.get("allow_networks", ())))
        except ValueError as error:
            raise SettingError(f"webhooks: allow_networks: {error}") from error
        self.guard = Guard(
            schemes=frozenset(schemes),
            ports=frozenset(options.get("ports", (443,))),
            networks=networks,
        )

    def setup(self, app: App) -> None:
        """Make the worker, which needs the database of persistence."""
        self._app = app
        self._persistence = Persistence.of(app)
        about = app.manifest.server
        self.worker = Worker(
            self._persistence.transaction,
            self.guard,
            f"{about.name}/{about.version}",
            Patience(
                timeout=float(self.options.get("timeout_seconds", 15)),
                retries=tuple(self.options.get("retry_seconds", RETRIES)),
                history_days=float(self.options.get("history_days", 30)),
            ),
        )

    async def start(self) -> None:
        """Begin to deliver."""
        self._app.spawn("webhooks", self._run)

    async def stop(self) -> None:
        """End deliveries in progress, or leave them to others."""
        await self.worker.stop()

    def gauges(self) -> Mapping[str, float]:
        """What this process did."""
        worker = self.worker
        return {"sending": worker.running, "sent": worker.sent, "failed": worker.failed}

    # ---- for the user's tools -----------------------------------------------------------------

    async def send(
        self, owner: str, event: str, data: Any, *, session: AsyncSession | None = None
    ) -> dict[str, Any]:
        """Send an event to the endpoints of `owner` (a caller's `ctx.principal`) that want it.

        With `session`, a transaction of persistence, the event goes out only if that is committed,
        and certainly then. Returns the message's id and those of its deliveries.
        """
        return await self._send(owner, event, data, None, session)

    # ---- for the model ------------------------------------------------------------------------

    async def tool_webhook_register(self, ctx: Context, /, **given: Any) -> dict[str, Any]:
        """Check the address, and keep it."""
        try:
            await self.guard.pin(self.guard.read(given["url"]))
        except Refused as error:
            raise Invalid("webhook_register", [f"url: {error}"]) from error
        async with self._persistence.transaction() as session:
            desk = Desk(session, ctx.principal)
            return await desk.register(
                given["url"], given["events"], given["description"], self.max_webhooks
            )

    async def tool_webhook_trigger(self, ctx: Context, /, **given: Any) -> dict[str, Any]:
        """Send an event to the caller's endpoints."""
        webhook = given.get("webhook")
        return await self._send(ctx.principal, given["event"], given["data"], webhook, None)

    async def tool_webhook_list(self, ctx: Context, /) -> dict[str, Any]:
        """The caller's endpoints."""
        async with self._persistence.transaction(read_only=True) as session:
            return {"webhooks": await Desk(session, ctx.principal).listed()}

    async def tool_webhook_history(self, ctx: Context, /, **given: Any) -> dict[str, Any]:
        """The caller's deliveries, newest first."""
        async with self._persistence.transaction(read_only=True) as session:
            return await Desk(session, ctx.principal).history(
                given.get("webhook"), given.get("status"), given.get("cursor"), given["limit"]
            )

    async def tool_webhook_delete(self, ctx: Context, /, **given: Any) -> dict[str, Any]:
        """Remove an endpoint."""
        async with self._persistence.transaction() as session:
            await Desk(session, ctx.principal).delete(given["webhook"])
        return {"webhook": given["webhook"], "deleted": True}

    async def tool_webhook_rotate_secret(self, ctx: Context, /, **given: Any) -> dict[str, Any]:
        """Replace the secret of an endpoint."""
        async with self._persistence.transaction() as session:
            desk = Desk(session, ctx.principal)
            return await desk.rotate(given["webhook"], given["overlap_hours"] * HOUR_S)

    async def tool_webhook_replay(self, ctx: Context, /, **given: Any) -> dict[str, Any]:
        """Deliver again."""
        delivery, webhook = given.get("delivery"), given.get("webhook")
        if delivery is None and webhook is None:
            raise Invalid("webhook_replay", ["delivery: is required, or webhook"])
        async with self._persistence.transaction() as session:
            replayed = await Desk(session, ctx.principal).replay(delivery, webhook)
        self.worker.wake()
        return {"replayed": replayed}

    # ---- inside -------------------------------------------------------------------------------

    async def _run(self) -> None:
        await self._persistence.ready()
        await self.worker.run()

    async def _send(
        self, owner: str, event: str, data: Any, webhook: str | None, session: AsyncSession | None
    ) -> dict[str, Any]:
        if len(event) > MAX_EVENT or not EVENT.fullmatch(event):
            raise Invalid("webhook_trigger", ["event: is not like order.paid"])
        body = as_json(data)
        if len(body.encode()) > self.max_bytes:
            raise Invalid("webhook_trigger", [f"data: more than {self.max_bytes} bytes"])
        if session is not None:
            return await Desk(session, owner).send(event, body, webhook, self.max_waiting)
        async with self._persistence.transaction() as own:
            sent = await Desk(own, owner).send(event, body, webhook, self.max_waiting)
        self.worker.wake()
        return sent


MODULE = Webhooks
