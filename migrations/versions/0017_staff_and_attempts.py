"""staff that is disabled, attempts that are counted, last digits"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.types import UTCDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add `staff.disabled_at`, `attempts`, `unmaskings`, and the indexes of last digits.

    Rows that are there have no last digits: a migration holds no key. An account gets those of its
    phone at the owner's next sign-in, an onboarding those of its number when it is read.
    """
    op.add_column("staff", sa.Column("disabled_at", UTCDateTime(), nullable=True))
    op.create_table(
        "attempts",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", sa.JSON(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_attempts")),
    )
    op.create_index(op.f("ix_attempts_expires_at"), "attempts", ["expires_at"])
    op.create_table(
        "unmaskings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["applicant_id"], ["applicants.id"], name=op.f("fk_unmaskings_applicant_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unmaskings")),
    )
    op.create_index(op.f("ix_unmaskings_applicant_id"), "unmaskings", ["applicant_id"])
    op.add_column("applicants", sa.Column("phone_end_blind", sa.String(), nullable=True))
    op.create_index(op.f("ix_applicants_phone_end_blind"), "applicants", ["phone_end_blind"])
    op.add_column("onboardings", sa.Column("number_end_blind", sa.String(), nullable=True))
    op.create_index(op.f("ix_onboardings_number_end_blind"), "onboardings", ["number_end_blind"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index(op.f("ix_onboardings_number_end_blind"), "onboardings")
    op.drop_column("onboardings", "number_end_blind")
    op.drop_index(op.f("ix_applicants_phone_end_blind"), "applicants")
    op.drop_column("applicants", "phone_end_blind")
    op.drop_table("unmaskings")
    op.drop_table("attempts")
    op.drop_column("staff", "disabled_at")
