"""who waits longest is served first"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.database

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = storage.database.UTCDateTime(timezone=True)
    with op.batch_alter_table("jobs") as table:
        table.add_column(sa.Column("since", moment, nullable=True))
    op.execute("UPDATE jobs SET since = created_at")
    with op.batch_alter_table("jobs") as table:
        table.alter_column("since", existing_type=moment, nullable=False)
        table.create_index(op.f("ix_jobs_since"), ["since"])


def downgrade() -> None:
    with op.batch_alter_table("jobs") as table:
        table.drop_index(op.f("ix_jobs_since"))
        table.drop_column("since")
