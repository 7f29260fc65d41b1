"""an upload that begins in time holds the challenge that it answers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.types import UTCDateTime

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add `held_by` and `lost_at` to challenges: none of those drawn before is held, or lost."""
    op.add_column("challenges", sa.Column("held_by", sa.Uuid(), nullable=True))
    op.add_column("challenges", sa.Column("lost_at", UTCDateTime(), nullable=True))


def downgrade() -> None:
    """Drop both: an answer has to arrive within the challenge's time, and all draws count."""
    op.drop_column("challenges", "lost_at")
    op.drop_column("challenges", "held_by")
