"""Users, their logins, and attempts to log in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "authentication_0001"
down_revision = None
branch_labels = ("authentication",)
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "authentication_users",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("password", sa.String(255), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_authentication_users"),
    )
    op.create_table(
        "authentication_logins",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("handle", sa.String(32), nullable=False),
        sa.Column("user", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.Column("revoked", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user"],
            ["authentication_users.name"],
            name="fk_authentication_logins_user_authentication_users",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_authentication_logins"),
        sa.UniqueConstraint("handle", name="uq_authentication_logins_handle"),
    )
    op.create_index("ix_authentication_logins_user", "authentication_logins", ["user"])
    op.create_table(
        "authentication_attempts",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("full_again", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_authentication_attempts"),
    )


def downgrade() -> None:
    """Drop them, with all users."""
    op.drop_table("authentication_attempts")
    op.drop_table("authentication_logins")
    op.drop_table("authentication_users")
