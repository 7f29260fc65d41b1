"""an owner confirms by voice or by face"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Say by which means; a face is asked to act, and reads no digits."""
    with op.batch_alter_table("calls") as calls:
        calls.add_column(sa.Column("means", sa.String(), nullable=False, server_default="voice"))
        calls.add_column(sa.Column("cues", sa.JSON(), nullable=True))
        calls.alter_column("digits", existing_type=sa.String(), nullable=True)


def downgrade() -> None:
    """Keep that there were confirmations by face; what they asked goes."""
    op.execute(sa.text("UPDATE calls SET digits = '' WHERE digits IS NULL"))
    with op.batch_alter_table("calls") as calls:
        calls.alter_column("digits", existing_type=sa.String(), nullable=False)
        calls.drop_column("cues")
        calls.drop_column("means")
