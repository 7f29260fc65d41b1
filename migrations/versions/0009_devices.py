"""devices on which applicants sign in"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.types import UTCDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create `devices`."""
    op.create_table(
        "devices",
        sa.Column("device_blind", sa.String(), nullable=False),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("seen_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["applicant_id"], ["applicants.id"], name=op.f("fk_devices_applicant_id_applicants")
        ),
        sa.PrimaryKeyConstraint("device_blind", "applicant_id", name=op.f("pk_devices")),
    )
    op.create_index(op.f("ix_devices_applicant_id"), "devices", ["applicant_id"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("devices")
