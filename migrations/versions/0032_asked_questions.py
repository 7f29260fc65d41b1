"""an owner is asked the question that would settle an unclear declaration"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.types import UTCDateTime

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table of questions."""
    op.create_table(
        "asked_questions",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_asked_questions_application_id")
        ),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_asked_questions")),
    )


def downgrade() -> None:
    """Drop the questions; an application that waits for an answer ends."""
    op.drop_table("asked_questions")
    op.execute(sa.text("UPDATE applications SET state = 'expired' WHERE state = 'asking'"))
