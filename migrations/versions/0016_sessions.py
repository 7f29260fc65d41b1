"""sessions of applicants and staff; refresh tokens belong to one"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from migrations.types import UTCDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

tokens = sa.table(
    "refresh_tokens",
    sa.column("id", sa.Uuid),
    sa.column("family", sa.Uuid),
    sa.column("session_id", sa.Uuid),
    sa.column("applicant_id", sa.Uuid),
    sa.column("expires_at", UTCDateTime()),
    sa.column("revoked_at", UTCDateTime()),
)
sessions = sa.table(
    "sessions",
    sa.column("id", sa.Uuid),
    sa.column("holder_kind", sa.String),
    sa.column("holder_id", sa.Uuid),
    sa.column("address_prefix", sa.String),
    sa.column("created_at", UTCDateTime()),
    sa.column("last_seen_at", UTCDateTime()),
    sa.column("expires_at", UTCDateTime()),
    sa.column("ended_at", UTCDateTime()),
    sa.column("end_reason", sa.String),
)
applicants = sa.table("applicants", sa.column("id", sa.Uuid))


def upgrade() -> None:
    """Make the table; each family of tokens becomes a session that has ended.

    The sessions of before are bound to no device, and nothing can bind them now: owners sign in
    again, with a code.
    """
    op.create_table(
        "sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("holder_kind", sa.String(), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("device_key", sa.String(), nullable=True),
        sa.Column("address_prefix", sa.String(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("last_seen_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("end_reason", sa.String(), nullable=True),
        sa.Column("stepped_up_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_holder_id"), "sessions", ["holder_id"])
    now = sa.literal(datetime.now(UTC), UTCDateTime())
    last = sa.func.max(tokens.c.expires_at)
    families = sa.select(
        tokens.c.family,
        sa.literal("applicant"),
        tokens.c.applicant_id,
        sa.literal(""),
        now,  # when it began was not kept
        now,
        last,
        now,
        sa.literal("replaced"),
    ).group_by(tokens.c.family, tokens.c.applicant_id)
    op.execute(sa.insert(sessions).from_select([column.name for column in sessions.c], families))
    op.drop_index(op.f("ix_refresh_tokens_family"), "refresh_tokens")
    op.execute("ALTER TABLE refresh_tokens RENAME COLUMN family TO session_id")
    with op.batch_alter_table("refresh_tokens") as batch:
        batch.drop_constraint(op.f("fk_refresh_tokens_applicant_id"), type_="foreignkey")
        for column in ("applicant_id", "expires_at", "revoked_at"):
            batch.drop_column(column)
        name = op.f("fk_refresh_tokens_session_id")
        batch.create_foreign_key(name, "sessions", ["session_id"], ["id"])
    op.create_index(op.f("ix_refresh_tokens_session_id"), "refresh_tokens", ["session_id"])


def downgrade() -> None:
    """Give each token back what its session says; tokens of nobody that is known are dropped."""
    known = (
        sa.select(sessions.c.id)
        .join(applicants, applicants.c.id == sessions.c.holder_id)
        .where(sessions.c.holder_kind == "applicant")
    )
    op.execute(sa.delete(tokens).where(tokens.c.session_id.not_in(known)))
    op.add_column("refresh_tokens", sa.Column("applicant_id", sa.Uuid(), nullable=True))
    op.add_column("refresh_tokens", sa.Column("expires_at", UTCDateTime(), nullable=True))
    op.add_column("refresh_tokens", sa.Column("revoked_at", UTCDateTime(), nullable=True))
    pairs = {"applicant_id": "holder_id", "expires_at": "expires_at", "revoked_at": "ended_at"}
    values = {
        name: sa.select(sessions.c[source])
        .where(sessions.c.id == tokens.c.session_id)
        .scalar_subquery()
        for name, source in pairs.items()
    }
    op.execute(sa.update(tokens).values(values))
    op.drop_index(op.f("ix_refresh_tokens_session_id"), "refresh_tokens")
    with op.batch_alter_table("refresh_tokens") as batch:
        batch.drop_constraint(op.f("fk_refresh_tokens_session_id"), type_="foreignkey")
        batch.alter_column("applicant_id", existing_type=sa.Uuid(), nullable=False)
        batch.alter_column("expires_at", existing_type=UTCDateTime(), nullable=False)
        name = op.f("fk_refresh_tokens_applicant_id")
        batch.create_foreign_key(name, "applicants", ["applicant_id"], ["id"])
    op.execute("ALTER TABLE refresh_tokens RENAME COLUMN session_id TO family")
    op.create_index(op.f("ix_refresh_tokens_family"), "refresh_tokens", ["family"])
    op.drop_table("sessions")
