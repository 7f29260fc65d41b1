"""no crop of a portrait and no second opinion apart from it"""

from __future__ import annotations

from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was made of portraits until the decision goes; nothing reads it any more."""
    op.execute("DELETE FROM templates WHERE kind IN ('portrait_crop', 'portrait_second')")


def downgrade() -> None:
    """Nothing comes back: a match that would have needed it goes to a person."""
