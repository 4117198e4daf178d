"""${message}."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "${up_revision}"
down_revision = ${'"%s"' % down_revision if down_revision else None}
branch_labels = ${'("%s",)' % branch_labels[0] if branch_labels else None}
depends_on = None


def upgrade() -> None:
    """Go on from the revision before."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Go back to it."""
    ${downgrades if downgrades else "pass"}
