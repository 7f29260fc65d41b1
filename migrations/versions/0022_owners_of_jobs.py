"""whose work a job is"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Jobs of before are nobody's: they wait for no other job."""
    op.add_column("jobs", sa.Column("owner_id", sa.Uuid(), nullable=True))
    op.create_index(op.f("ix_jobs_owner_id"), "jobs", ["owner_id"])


def downgrade() -> None:
    """Forget whose they are."""
    op.drop_index(op.f("ix_jobs_owner_id"), "jobs")
    op.drop_column("jobs", "owner_id")
