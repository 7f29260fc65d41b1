"""jobs have a lane and kinds that name the work; offers have a state"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

EVIDENCE = ("id_card_front", "id_card_back", "licence", "face_video", "voice_clip")

jobs = sa.table("jobs", sa.column("kind", sa.String), sa.column("subject_id", sa.Uuid))
evidence = sa.table("evidence", sa.column("id", sa.Uuid), sa.column("kind", sa.String))
applications = sa.table("applications", sa.column("id", sa.Uuid), sa.column("state", sa.String))
offers = sa.table(
    "offers",
    sa.column("state", sa.String),
    sa.column("accepted_at", sa.DateTime),
    sa.column("application_id", sa.Uuid),
)


def upgrade() -> None:
    """Add the columns; what was queued before goes on under the new kinds."""
    # Native ALTERs: a batch on SQLite would copy tables that others refer to.
    op.add_column("jobs", sa.Column("lane", sa.String(), nullable=False, server_default="analysis"))
    op.execute(sa.update(jobs).where(jobs.c.kind.in_(EVIDENCE)).values(kind="analyse_evidence"))
    op.execute(sa.update(jobs).where(jobs.c.kind == "call").values(kind="analyse_verification"))
    op.add_column("offers", sa.Column("state", sa.String(), nullable=False, server_default="open"))
    accepted = offers.c.accepted_at.is_not(None)
    op.execute(sa.update(offers).where(accepted).values(state="accepted"))
    # A database that was taken down to 0013 holds applications whose offer had expired.
    over = sa.select(applications.c.id).where(applications.c.state == "expired")
    gone = offers.c.accepted_at.is_(None) & offers.c.application_id.in_(over)
    op.execute(sa.update(offers).where(gone).values(state="expired"))
    op.create_index("ix_offers_state", "offers", ["state"])


def downgrade() -> None:
    """Drop the columns; jobs take the kind of their evidence again."""
    op.drop_index("ix_offers_state", "offers")
    op.drop_column("offers", "state")
    kind = sa.select(evidence.c.kind).where(evidence.c.id == jobs.c.subject_id).scalar_subquery()
    op.execute(sa.update(jobs).where(jobs.c.kind == "analyse_evidence").values(kind=kind))
    op.execute(sa.update(jobs).where(jobs.c.kind == "analyse_verification").values(kind="call"))
    op.drop_column("jobs", "lane")
