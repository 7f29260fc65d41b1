"""a month of trade as sources showed it, with the application that it was gathered for"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Applications of before were decided on papers alone."""
    op.add_column("applications", sa.Column("verified", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Decisions keep what they rested on."""
    op.drop_column("applications", "verified")
