"""Endpoints, deliveries and attempts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "webhooks_0001"
down_revision = None
branch_labels = ("webhooks",)
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "webhooks_endpoints",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("events", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("disabled", sa.Text()),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("old_secret", sa.Text()),
        sa.Column("old_until", sa.Double()),
        sa.PrimaryKeyConstraint("id", name="pk_webhooks_endpoints"),
    )
    op.create_index("ix_webhooks_endpoints_owner", "webhooks_endpoints", ["owner"])
    op.create_table(
        "webhooks_deliveries",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("endpoint_id", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("next_at", sa.Double(), nullable=False),
        sa.Column("leased_by", sa.Text()),
        sa.Column("leased_until", sa.Double()),
        sa.ForeignKeyConstraint(
            ["endpoint_id"],
            ["webhooks_endpoints.id"],
            name="fk_webhooks_deliveries_endpoint_id_webhooks_endpoints",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_webhooks_deliveries"),
    )
    for name, columns in (
        ("due", ["status", "next_at"]),
        ("owner", ["owner", "created_at"]),
        ("endpoint", ["endpoint_id"]),
    ):
        op.create_index(f"ix_webhooks_deliveries_{name}", "webhooks_deliveries", columns)
    op.create_table(
        "webhooks_attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("status", sa.Integer()),
        sa.Column("error", sa.Text()),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["webhooks_deliveries.id"],
            name="fk_webhooks_attempts_delivery_id_webhooks_deliveries",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_webhooks_attempts"),
    )
    op.create_index("ix_webhooks_attempts_delivery", "webhooks_attempts", ["delivery_id"])


def downgrade() -> None:
    """Drop them, with all messages that wait."""
    for table in ("webhooks_attempts", "webhooks_deliveries", "webhooks_endpoints"):
        op.drop_table(table)
