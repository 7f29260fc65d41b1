"""links by which an onboarding goes on on another device, and the sessions that come of them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.types import UTCDateTime

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing was handed over before, and no session is confined to an onboarding."""
    op.create_table(
        "handovers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("onboarding_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["onboarding_id"], ["onboardings.id"], name=op.f("fk_handovers_onboarding_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handovers")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_handovers_token_hash")),
    )
    op.create_index(op.f("ix_handovers_onboarding_id"), "handovers", ["onboarding_id"])
    op.create_index(op.f("ix_handovers_expires_at"), "handovers", ["expires_at"])
    op.add_column("onboardings", sa.Column("handed_over_at", UTCDateTime(), nullable=True))
    op.add_column("sessions", sa.Column("confined_to", sa.Uuid(), nullable=True))


def downgrade() -> None:
    """Drop it all; sessions that were confined end, for nothing would confine them then."""
    op.execute(
        sa.text(
            "DELETE FROM refresh_tokens WHERE session_id IN"
            " (SELECT id FROM sessions WHERE confined_to IS NOT NULL)"
        )
    )
    op.execute(sa.text("DELETE FROM sessions WHERE confined_to IS NOT NULL"))
    op.drop_column("sessions", "confined_to")
    op.drop_column("onboardings", "handed_over_at")
    op.drop_table("handovers")
