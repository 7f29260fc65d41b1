"""the sources that an application was made by, and the value that an objection contests"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Applications and objections of before say neither."""
    op.add_column("applications", sa.Column("sources", sa.JSON(), nullable=True))
    op.add_column("objections", sa.Column("value", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Decisions keep what they rested on."""
    op.drop_column("objections", "value")
    op.drop_column("applications", "sources")
