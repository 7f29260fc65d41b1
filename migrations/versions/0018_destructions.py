"""what is destroyed outside of the database is kept until it is done"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.types import UTCDateTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create `destructions`."""
    moment = UTCDateTime()
    op.create_table(
        "destructions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("applicant_id", sa.Uuid(), nullable=True),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("file_count", sa.Integer(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("faces", sa.JSON(), nullable=False),
        sa.Column("keys", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("done_at", moment, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_destructions")),
    )
    for column in ("applicant_id", "at", "done_at"):
        op.create_index(op.f(f"ix_destructions_{column}"), "destructions", [column])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("destructions")
