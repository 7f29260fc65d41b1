"""an owner asks for a person instead of face and voice, and a reviewer says how they saw them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.types import UTCDateTime

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody asked for a person before, and no verdict says how its owner was seen."""
    op.add_column("onboardings", sa.Column("person_asked_at", UTCDateTime(), nullable=True))
    op.add_column("verdicts", sa.Column("seen", sa.String(), nullable=True))


def downgrade() -> None:
    """Drop both: cases of owners who asked for a person stay in review."""
    op.drop_column("verdicts", "seen")
    op.drop_column("onboardings", "person_asked_at")
