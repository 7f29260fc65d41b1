"""events about several people are found by each of them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

TABLE = "audit_event_persons"


def upgrade() -> None:
    """Make the table; events of before name one person each."""
    op.create_table(
        TABLE,
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("onboarding_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("event_id", "applicant_id", name=op.f("pk_audit_event_persons")),
    )
    for column in ("applicant_id", "onboarding_id"):
        op.create_index(op.f(f"ix_audit_event_persons_{column}"), TABLE, [column])


def downgrade() -> None:
    """Drop it: what the events' bytes say of people stays."""
    op.drop_table(TABLE)
