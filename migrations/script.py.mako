"""${message}"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.types import UTCDateTime
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """TODO: what changes."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """TODO: what is undone, and which data are lost."""
    ${downgrades if downgrades else "pass"}
