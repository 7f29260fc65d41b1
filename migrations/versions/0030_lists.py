"""lists have reasons, sources, validity, proposals and hits"""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from alembic import op

from migrations.types import UTCDateTime

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

ENTRIES, EARLIER = "list_entries", "earlier"
KINDS = {"id_number": "person", "credit_code": "firm", "phone": "phone"}


def upgrade() -> None:
    """Make the tables; entries of `listed` go to the list `earlier` and stay in force."""
    moment = UTCDateTime()
    entries = op.create_table(
        ENTRIES,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("list_code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value_blind", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("made_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_entries")),
    )
    op.create_index("ix_list_entries_value", ENTRIES, ["kind", "value_blind"])
    op.create_index(op.f("ix_list_entries_list_code"), ENTRIES, ["list_code"])
    op.create_index(op.f("ix_list_entries_state"), ENTRIES, ["state"])
    op.create_table(
        "list_proposals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("change", sa.String(), nullable=False),
        sa.Column("removal_reason", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("proposed_at", moment, nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", moment, nullable=True),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["list_entries.id"], name=op.f("fk_list_proposals_entry_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_proposals")),
    )
    for column in ("entry_id", "state"):
        op.create_index(op.f(f"ix_list_proposals_{column}"), "list_proposals", [column])
    op.create_table(
        "list_hits",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("onboarding_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("found_at", moment, nullable=False),
        sa.Column("cleared_by", sa.String(), nullable=True),
        sa.Column("cleared_at", moment, nullable=True),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["list_entries.id"], name=op.f("fk_list_hits_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["applicant_id"], ["applicants.id"], name=op.f("fk_list_hits_applicant_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_hits")),
        sa.UniqueConstraint("entry_id", "applicant_id", name=op.f("uq_list_hits_entry_id")),
    )
    op.create_index(op.f("ix_list_hits_applicant_id"), "list_hits", ["applicant_id"])
    _carry_over(entries)
    op.drop_table("listed")


def downgrade() -> None:
    """Keep as `listed` what is in force and has no last day; proposals and hits are lost."""
    moment = UTCDateTime()
    listed = op.create_table(
        "listed",
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("value_blind", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("listed_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("purpose", "value_blind", name=op.f("pk_listed")),
    )
    purposes = {kind: purpose for purpose, kind in KINDS.items() if kind != "phone"}
    rows = op.get_bind().execute(
        sa.text(
            "SELECT kind, value_blind, min(source) AS source, min(made_at) AS made_at"
            " FROM list_entries WHERE state = 'in_force' AND valid_until IS NULL"
            " AND kind IN ('person', 'firm') GROUP BY kind, value_blind"
        ).columns(made_at=moment)
    )
    kept = [
        {
            "purpose": purposes[row.kind],
            "value_blind": row.value_blind,
            "source": row.source,
            "listed_at": row.made_at,
        }
        for row in rows
    ]
    if kept:
        op.bulk_insert(listed, kept)
    for table in ("list_hits", "list_proposals", ENTRIES):
        op.drop_table(table)


def _carry_over(entries: sa.Table) -> None:
    moment = UTCDateTime()
    listed = op.get_bind().execute(
        sa.text("SELECT purpose, value_blind, source, listed_at FROM listed").columns(
            listed_at=moment
        )
    )
    rows = [
        {
            "id": uuid.uuid4(),
            "list_code": EARLIER,
            "kind": KINDS[row.purpose],
            "value_blind": row.value_blind,
            "source": row.source,
            "reason": "other",
            "valid_until": None,
            "state": "in_force",
            "made_at": row.listed_at,
        }
        for row in listed
        if row.purpose in KINDS
    ]
    if rows:
        op.bulk_insert(entries, rows)
