"""sources by consent, what was read of them, profiles and objections"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.types import UTCDateTime

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing is known by consent yet."""
    op.create_table(
        "source_consents",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _owner(),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("use", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("text_version", sa.String(), nullable=False),
        sa.Column("given_at", UTCDateTime(), nullable=False),
        sa.Column("ends_at", UTCDateTime(), nullable=False),
        sa.Column("withdrawn_at", UTCDateTime(), nullable=True),
    )
    op.create_table(
        "source_files",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _owner(),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("password", sa.LargeBinary(), nullable=True),
        sa.Column("content_blind", sa.String(), nullable=True),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("contents", sa.Uuid(), nullable=True),
        sa.Column("publisher", sa.String(), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("refused", sa.JSON(), nullable=False),
        sa.Column("faults", sa.JSON(), nullable=False),
        sa.Column("begun_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
    )
    op.create_table(
        "source_records",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _owner(),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.UniqueConstraint("applicant_id", "source", name="uq_source_records_applicant_id"),
    )
    op.create_table(
        "signals",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _owner(),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=True),
        sa.Column("at", UTCDateTime(), nullable=False),
    )
    op.create_table(
        "profiles",
        sa.Column("applicant_id", sa.Uuid(), sa.ForeignKey("applicants.id"), primary_key=True),
        sa.Column("wanted_at", UTCDateTime(), nullable=False),
        sa.Column("built_at", UTCDateTime(), nullable=True),
        sa.Column("policy_version", sa.String(), nullable=True),
        sa.Column("catalogue", sa.String(), nullable=True),
        sa.Column("features", sa.JSON(), nullable=False),
        sa.Column("known", sa.JSON(), nullable=False),
    )
    op.create_table(
        "objections",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _owner(),
        sa.Column("feature", sa.String(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
    )
    for table in ("source_consents", "source_files", "source_records", "signals", "objections"):
        op.create_index(f"ix_{table}_applicant_id", table, ["applicant_id"])
    op.create_index("ix_source_consents_ends_at", "source_consents", ["ends_at"])
    op.create_index("ix_source_files_content_blind", "source_files", ["content_blind"])
    op.create_index("ix_source_files_expires_at", "source_files", ["expires_at"])
    op.create_index("ix_signals_at", "signals", ["at"])
    op.create_index("ix_objections_state", "objections", ["state"])


def downgrade() -> None:
    """Drop all of it; files stay in the store until nothing names them."""
    for table in (
        "objections",
        "profiles",
        "signals",
        "source_records",
        "source_files",
        "source_consents",
    ):
        op.drop_table(table)


def _owner() -> sa.Column[object]:
    return sa.Column("applicant_id", sa.Uuid(), sa.ForeignKey("applicants.id"), nullable=False)
