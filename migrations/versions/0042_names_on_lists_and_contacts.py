"""names on lists and of accounts in any writing, askings of the courts' list, contacts"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.types import UTCDateTime

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

HIT_COLUMNS = ("outcome", "writing", "birth", "number")


def upgrade() -> None:
    """Entries and accounts of before have no names here; a job keeps those of accounts."""
    op.create_table(
        "listed_names",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["list_entries.id"]),
        sa.PrimaryKeyConstraint("entry_id"),
    )
    op.create_table(
        "listed_name_keys",
        sa.Column("key_blind", sa.String(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["listed_names.entry_id"]),
        sa.PrimaryKeyConstraint("key_blind", "entry_id"),
    )
    op.create_index("ix_listed_name_keys_entry_id", "listed_name_keys", ["entry_id"])
    op.create_table(
        "account_names",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("onboarding_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["applicant_id"], ["applicants.id"]),
        sa.ForeignKeyConstraint(["onboarding_id"], ["onboardings.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_account_names_applicant_id", "account_names", ["applicant_id"])
    op.create_index("ix_account_names_onboarding_id", "account_names", ["onboarding_id"])
    op.create_table(
        "account_name_keys",
        sa.Column("key_blind", sa.String(), nullable=False),
        sa.Column("name_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["name_id"], ["account_names.id"]),
        sa.PrimaryKeyConstraint("key_blind", "name_id"),
    )
    op.create_index("ix_account_name_keys_name_id", "account_name_keys", ["name_id"])
    op.create_table(
        "court_askings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("asking", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("ms", sa.Integer(), nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("application_id", "asking"),
    )
    op.create_table(
        "contact_preferences",
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("channels", sa.JSON(), nullable=False),
        sa.Column("from_hour", sa.Integer(), nullable=False),
        sa.Column("until_hour", sa.Integer(), nullable=False),
        sa.Column("opted_out_at", UTCDateTime(), nullable=True),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["applicant_id"], ["applicants.id"]),
        sa.PrimaryKeyConstraint("applicant_id"),
    )
    op.create_table(
        "contacts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("product", sa.String(), nullable=False),
        sa.Column("response", sa.Double(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("refusal", sa.String(), nullable=True),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("not_after", UTCDateTime(), nullable=False),
        sa.Column("declined_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["applicant_id"], ["applicants.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_contacts_applicant_at", "contacts", ["applicant_id", "at"])
    for column in HIT_COLUMNS:
        op.add_column("list_hits", sa.Column(column, sa.String(), nullable=True))


def downgrade() -> None:
    """Drop them."""
    for column in reversed(HIT_COLUMNS):
        op.drop_column("list_hits", column)
    for table in ("contacts", "contact_preferences", "court_askings"):
        op.drop_table(table)
    for table in ("account_name_keys", "account_names", "listed_name_keys", "listed_names"):
        op.drop_table(table)
