"""ended consents, signals as received, sizes of rows, contacts that may be emptied"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.types import UTCDateTime

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What follows from a withdrawal was done with it; of what ended by time it is still to do."""
    op.add_column("source_consents", sa.Column("ended_at", UTCDateTime(), nullable=True))
    op.execute("UPDATE source_consents SET ended_at = withdrawn_at")
    op.add_column("source_files", sa.Column("packed_bytes", sa.Integer(), nullable=True))
    op.add_column("signals", sa.Column("received_at", UTCDateTime(), nullable=True))
    op.execute("UPDATE signals SET received_at = at")
    with op.batch_alter_table("signals") as table:
        table.alter_column("received_at", existing_type=UTCDateTime(), nullable=False)
    op.create_index("ix_signals_received_at", "signals", ["received_at"])
    with op.batch_alter_table("contacts") as table:
        table.alter_column("product", existing_type=sa.String(), nullable=True)
        table.alter_column("response", existing_type=sa.Double(), nullable=True)


def downgrade() -> None:
    """Drop them; of contacts that were emptied nothing is known again."""
    op.execute("UPDATE contacts SET product = '' WHERE product IS NULL")
    op.execute("UPDATE contacts SET response = 0 WHERE response IS NULL")
    with op.batch_alter_table("contacts") as table:
        table.alter_column("product", existing_type=sa.String(), nullable=False)
        table.alter_column("response", existing_type=sa.Double(), nullable=False)
    op.drop_index("ix_signals_received_at", "signals")
    op.drop_column("signals", "received_at")
    op.drop_column("source_files", "packed_bytes")
    op.drop_column("source_consents", "ended_at")
