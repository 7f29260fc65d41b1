"""the audit tree's right edge beside each checkpoint"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add `audit_checkpoints.edge`."""
    op.add_column("audit_checkpoints", sa.Column("edge", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("audit_checkpoints", "edge")
