"""templates name the weights that made them, and are bound to these"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; templates of before stay bound as they were."""
    op.add_column("templates", sa.Column("models", sa.String(), nullable=True))


def downgrade() -> None:
    """Drop the column: templates that were made with it do not open any more."""
    op.drop_column("templates", "models")
