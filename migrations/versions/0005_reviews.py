"""cases that wait for a person, and verdicts"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.types import UTCDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create `verdicts`; keep the automatic decision beside the reviewed one."""
    moment = UTCDateTime()
    with op.batch_alter_table("onboardings") as table:
        table.add_column(sa.Column("automatic", sa.String(), nullable=True))
        table.add_column(sa.Column("claimed_by", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("claimed_until", moment, nullable=True))
        table.add_column(sa.Column("reviewed_at", moment, nullable=True))
        table.create_index(op.f("ix_onboardings_decision"), ["decision"])
    op.execute("UPDATE onboardings SET automatic = decision")
    op.create_table(
        "verdicts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("onboarding_id", sa.Uuid(), nullable=False),
        sa.Column("reviewer", sa.Uuid(), nullable=False),
        sa.Column("judgement", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["onboarding_id"],
            ["onboardings.id"],
            name=op.f("fk_verdicts_onboarding_id_onboardings"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verdicts")),
        sa.UniqueConstraint(
            "onboarding_id", "reviewer", name=op.f("uq_verdicts_onboarding_id_reviewer")
        ),
    )
    op.create_index(op.f("ix_verdicts_onboarding_id"), "verdicts", ["onboarding_id"])


def downgrade() -> None:
    """Drop `verdicts` and what reviews added to `onboardings`."""
    op.drop_table("verdicts")
    # No batch: on SQLite it would drop and copy a table that foreign keys refer to, which fails.
    op.drop_index(op.f("ix_onboardings_decision"), "onboardings")
    for column in ("automatic", "claimed_by", "claimed_until", "reviewed_at"):
        op.drop_column("onboardings", column)
