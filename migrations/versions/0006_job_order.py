"""jobs in the order of their waiting"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.types import UTCDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add `jobs.since`, the moment from which a job waits; older jobs wait since their creation."""
    moment = UTCDateTime()
    with op.batch_alter_table("jobs") as table:
        table.add_column(sa.Column("since", moment, nullable=True))
    op.execute("UPDATE jobs SET since = created_at")
    with op.batch_alter_table("jobs") as table:
        table.alter_column("since", existing_type=moment, nullable=False)
        table.create_index(op.f("ix_jobs_since"), ["since"])


def downgrade() -> None:
    """Drop `jobs.since`."""
    with op.batch_alter_table("jobs") as table:
        table.drop_index(op.f("ix_jobs_since"))
        table.drop_column("since")
