"""Values that callers store."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "persistence_0001"
down_revision = None
branch_labels = ("persistence",)
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "persistence_values",
        sa.Column("owner", KEY, nullable=False),
        sa.Column("key", KEY, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("owner", "key", name="pk_persistence_values"),
    )


def downgrade() -> None:
    """Drop it, with everything that was stored."""
    op.drop_table("persistence_values")
