"""Values that callers store, and those of repositories."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "persistence_0001"
down_revision = None
branch_labels = ("persistence",)
depends_on = None

NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "persistence_values",
        sa.Column("collection", NAME, nullable=False),
        sa.Column("owner", NAME, nullable=False),
        sa.Column("key", NAME, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("collection", "owner", "key", name="pk_persistence_values"),
    )


def downgrade() -> None:
    """Drop it, with everything that was stored."""
    op.drop_table("persistence_values")
