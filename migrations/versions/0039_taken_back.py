"""the session that answered a challenge, and what was taken back of a hand-over"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.types import UTCDateTime

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Which session answered before is not known, and nothing was taken back."""
    op.add_column("challenges", sa.Column("answered_in", sa.Uuid(), nullable=True))
    op.add_column("evidence", sa.Column("taken_back_at", UTCDateTime(), nullable=True))


def downgrade() -> None:
    """Drop both: what was taken back stays superseded."""
    op.drop_column("evidence", "taken_back_at")
    op.drop_column("challenges", "answered_in")
