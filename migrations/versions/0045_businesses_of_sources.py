"""the business that a file, a record and a profile are of"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

TABLES = ("source_files", "source_records", "profiles")
# Of an account that had one business only, it is that. Of others it is not known: what they
# sent is not used until it is sent again.
ONLY_ONE = """
UPDATE {table} SET business = (
  SELECT MIN(code_blind) FROM onboardings
  WHERE onboardings.applicant_id = {table}.applicant_id AND onboardings.decision = 'approved'
  HAVING COUNT(DISTINCT code_blind) = 1
)
"""


def upgrade() -> None:
    """What was sent before is of the account's one business."""
    for table in TABLES:
        op.add_column(table, sa.Column("business", sa.String(), nullable=True))
        op.execute(ONLY_ONE.format(table=table))


def downgrade() -> None:
    """Everything counts for whatever business an account has."""
    for table in TABLES:
        op.drop_column(table, "business")
