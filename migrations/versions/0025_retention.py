"""accounts are closed and erased, files end before their rows, legal holds"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.types import UTCDateTime

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

COLUMNS = (
    *(("applicants", name) for name in ("closed_at", "records_until", "erased_at")),
    ("evidence", "file_destroyed_at"),
    ("calls", "file_destroyed_at"),
)


def upgrade() -> None:
    """Add the columns and `legal_holds`."""
    moment = UTCDateTime()
    for table, column in COLUMNS:  # native ALTERs: others refer to these tables
        op.add_column(table, sa.Column(column, moment, nullable=True))
    op.create_index(op.f("ix_applicants_closed_at"), "applicants", ["closed_at"])
    op.create_table(
        "legal_holds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("placed_at", moment, nullable=False),
        sa.Column("lifted_at", moment, nullable=True),
        sa.ForeignKeyConstraint(
            ["applicant_id"], ["applicants.id"], name=op.f("fk_legal_holds_applicant_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_holds")),
    )
    op.create_index(op.f("ix_legal_holds_applicant_id"), "legal_holds", ["applicant_id"])


def downgrade() -> None:
    """Drop them; what was erased stays erased."""
    op.drop_table("legal_holds")
    op.drop_index(op.f("ix_applicants_closed_at"), "applicants")
    for table, column in reversed(COLUMNS):
        op.drop_column(table, column)
