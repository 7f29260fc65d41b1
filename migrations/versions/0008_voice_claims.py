"""owners who confirm with their voice, beside callers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.types import UTCDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let a call belong to an applicant as well as to staff."""
    moment = UTCDateTime()
    with op.batch_alter_table("calls") as calls:
        calls.alter_column("staff_id", new_column_name="asker_id", existing_type=sa.Uuid())
        calls.add_column(
            sa.Column("asker_kind", sa.String(), nullable=False, server_default="staff")
        )
        calls.add_column(sa.Column("purpose", sa.String(), nullable=False, server_default="caller"))
        calls.add_column(sa.Column("used_at", moment, nullable=True))


def downgrade() -> None:
    """Delete the calls of applicants, which the older schema cannot hold."""
    op.execute("DELETE FROM calls WHERE asker_kind <> 'staff'")
    with op.batch_alter_table("calls") as calls:
        calls.drop_column("used_at")
        calls.drop_column("purpose")
        calls.drop_column("asker_kind")
        calls.alter_column("asker_id", new_column_name="staff_id", existing_type=sa.Uuid())
