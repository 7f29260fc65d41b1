"""photos of one paper are merged, and owners correct names"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.types import UTCDateTime

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add `merged_facts` to evidence, empty for what was sent before, and `name_corrections`."""
    op.add_column("evidence", sa.Column("merged_facts", sa.LargeBinary(), nullable=True))
    op.create_table(
        "name_corrections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("onboarding_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["onboarding_id"], ["onboardings.id"], name=op.f("fk_name_corrections_onboarding_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_name_corrections")),
    )
    op.create_index(
        op.f("ix_name_corrections_onboarding_id"), "name_corrections", ["onboarding_id"]
    )


def downgrade() -> None:
    """Drop both: papers say what their newest photo says, and names are as they were read."""
    op.drop_table("name_corrections")
    op.drop_column("evidence", "merged_facts")
