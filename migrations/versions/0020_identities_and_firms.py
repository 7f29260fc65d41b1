"""people and firms have a row each; an application belongs to an onboarding"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.types import UTCDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

onboardings = sa.table(
    "onboardings",
    sa.column("id", sa.Uuid),
    sa.column("applicant_id", sa.Uuid),
    sa.column("decision", sa.String),
    sa.column("started_at", UTCDateTime),
    sa.column("decided_at", UTCDateTime),
    sa.column("number_blind", sa.String),
    sa.column("code_blind", sa.String),
)
applications = sa.table(
    "applications",
    sa.column("applicant_id", sa.Uuid),
    sa.column("onboarding_id", sa.Uuid),
    sa.column("made_at", UTCDateTime),
)


def upgrade() -> None:
    """Create both tables and fill them from the onboardings; bind applications to theirs."""
    for table, key in (("identities", "number_blind"), ("firms", "code_blind")):
        made = op.create_table(
            table,
            sa.Column(key, sa.String(), nullable=False),
            sa.Column("seen_at", UTCDateTime(), nullable=False),
            sa.PrimaryKeyConstraint(key, name=op.f(f"pk_{table}")),
        )
        value = onboardings.c[key]
        first_seen = sa.select(value, sa.func.min(onboardings.c.started_at)).group_by(value)
        known = first_seen.where(value.is_not(None))
        op.execute(sa.insert(made).from_select([key, "seen_at"], known))
    # No foreign key: SQLite adds none to a table later, and a batch would copy a table that others
    # refer to.
    op.add_column("applications", sa.Column("onboarding_id", sa.Uuid(), nullable=True))
    op.create_index(op.f("ix_applications_onboarding_id"), "applications", ["onboarding_id"])
    # The onboarding that was in force when an application was made; else the newest of the account.
    in_force = (onboardings.c.decision == "approved") & (
        onboardings.c.decided_at <= applications.c.made_at
    )
    op.execute(sa.update(applications).values(onboarding_id=_newest(in_force)))
    unbound = sa.update(applications).where(applications.c.onboarding_id.is_(None))
    op.execute(unbound.values(onboarding_id=_newest(sa.true())))


def downgrade() -> None:
    """Drop them."""
    op.drop_index(op.f("ix_applications_onboarding_id"), "applications")
    op.drop_column("applications", "onboarding_id")
    op.drop_table("firms")
    op.drop_table("identities")


def _newest(condition: sa.ColumnElement[bool]) -> sa.ScalarSelect[object]:
    """The newest onboarding of an application's account that meets a condition."""
    return (
        sa.select(onboardings.c.id)
        .where(onboardings.c.applicant_id == applications.c.applicant_id, condition)
        .order_by(onboardings.c.started_at.desc())
        .limit(1)
        .scalar_subquery()
    )
