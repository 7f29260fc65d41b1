"""find sessions by their device"""

from __future__ import annotations

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Index the devices of sessions."""
    op.create_index(op.f("ix_sessions_device_key"), "sessions", ["device_key"])


def downgrade() -> None:
    """Drop the index."""
    op.drop_index(op.f("ix_sessions_device_key"), "sessions")
