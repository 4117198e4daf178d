"""Tables: endpoints, deliveries (the outbox and its history), and every attempt."""

from __future__ import annotations

from sqlalchemy import Double, ForeignKey, Index, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from ..storage import Base

PENDING, DELIVERED, DEAD = "pending", "delivered", "dead"


class Endpoint(Base):
    """Where messages of one owner go. Times are seconds since 1970."""

    __tablename__ = "webhooks_endpoints"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    owner: Mapped[str] = mapped_column(Text, index=True)
    url: Mapped[str] = mapped_column(Text)
    events: Mapped[str] = mapped_column(Text)
    """A JSON list of event types; an empty one stands for all."""
    description: Mapped[str] = mapped_column(Text)
    created_at: Mapped[float] = mapped_column(Double)
    disabled: Mapped[str | None] = mapped_column(Text)
    """Why nothing is sent any more."""
    secret: Mapped[str] = mapped_column(Text)
    old_secret: Mapped[str | None] = mapped_column(Text)
    old_until: Mapped[float | None] = mapped_column(Double)


class Delivery(Base):
    """A message on its way to one endpoint."""

    __tablename__ = "webhooks_deliveries"
    __table_args__ = (
        Index("ix_webhooks_deliveries_due", "status", "next_at"),
        Index("ix_webhooks_deliveries_owner", "owner", "created_at"),
        Index("ix_webhooks_deliveries_endpoint", "endpoint_id"),
    )

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    endpoint_id: Mapped[str] = mapped_column(ForeignKey(Endpoint.id, ondelete="CASCADE"))
    owner: Mapped[str] = mapped_column(Text)
    message: Mapped[str] = mapped_column(Text)
    """The `webhook-id`: the same for all endpoints and attempts."""
    event: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    failures: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[float] = mapped_column(Double)
    next_at: Mapped[float] = mapped_column(Double)
    leased_by: Mapped[str | None] = mapped_column(Text)
    leased_until: Mapped[float | None] = mapped_column(Double)


class Attempt(Base):
    """One try; what the receiver answered is not kept, only its status."""

    __tablename__ = "webhooks_attempts"
    __table_args__ = (Index("ix_webhooks_attempts_delivery", "delivery_id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    delivery_id: Mapped[str] = mapped_column(ForeignKey(Delivery.id, ondelete="CASCADE"))
    at: Mapped[float] = mapped_column(Double)
    seconds: Mapped[float] = mapped_column(Double)
    status: Mapped[int | None] = mapped_column(Integer)
    error: Mapped[str | None] = mapped_column(Text)
