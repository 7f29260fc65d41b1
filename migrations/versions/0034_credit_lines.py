"""credit lines, draws on them, their payees and notes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.types import UTCDateTime

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add tables; nothing that there is changes."""
    _create_lines()
    _create_draws()
    op.create_table(
        "draw_payees",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("draw_id", sa.Uuid(), nullable=False),
        sa.Column("amount_fen", sa.Integer(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("account", sa.LargeBinary(), nullable=False),
        _refers("draw_payees", "draw_id", "draws"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw_payees")),
    )
    _index("draw_payees", "draw_id")
    op.create_table(
        "draw_notes",
        sa.Column("draw_id", sa.Uuid(), nullable=False),
        sa.Column("sealed_note", sa.LargeBinary(), nullable=False),
        sa.Column("note_sha256", sa.String(), nullable=False),
        sa.Column("template_version", sa.String(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        _refers("draw_notes", "draw_id", "draws"),
        sa.PrimaryKeyConstraint("draw_id", name=op.f("pk_draw_notes")),
    )


def downgrade() -> None:
    """Forget lines and draws."""
    for table in ("draw_notes", "draw_payees", "draws", "credit_lines"):
        op.drop_table(table)


def _create_lines() -> None:
    op.create_table(
        "credit_lines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("onboarding_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("product", sa.String(), nullable=False),
        sa.Column("limit_fen", sa.Integer(), nullable=False),
        sa.Column("max_tenor_months", sa.Integer(), nullable=False),
        sa.Column("annual_rate_bp", sa.Integer(), nullable=False),
        sa.Column("guarantee_bp", sa.Integer(), nullable=False),
        sa.Column("rate_parts", sa.JSON(), nullable=False),
        sa.Column("policy_version", sa.String(), nullable=False),
        sa.Column("opened_at", UTCDateTime(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        _refers("credit_lines", "applicant_id", "applicants"),
        _refers("credit_lines", "application_id", "applications"),
        _refers("credit_lines", "offer_id", "offers"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_lines")),
        sa.UniqueConstraint("application_id", name=op.f("uq_credit_lines_application_id")),
        sa.UniqueConstraint("offer_id", name=op.f("uq_credit_lines_offer_id")),
    )
    for column in ("applicant_id", "onboarding_id", "state"):
        _index("credit_lines", column)


def _create_draws() -> None:
    op.create_table(
        "draws",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("principal_fen", sa.Integer(), nullable=False),
        sa.Column("tenor_months", sa.Integer(), nullable=False),
        sa.Column("repayment", sa.String(), nullable=False),
        sa.Column("annual_rate_bp", sa.Integer(), nullable=False),
        sa.Column("guarantee_bp", sa.Integer(), nullable=False),
        sa.Column("instalment_fen", sa.Integer(), nullable=False),
        sa.Column("interest_fen", sa.Integer(), nullable=False),
        sa.Column("fee_fen", sa.Integer(), nullable=False),
        sa.Column("irr_bp", sa.Integer(), nullable=False),
        sa.Column("simple_rate_bp", sa.Integer(), nullable=False),
        sa.Column("paid_out_on", sa.Date(), nullable=False),
        sa.Column("policy_version", sa.String(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("confirmed_at", UTCDateTime(), nullable=True),
        sa.Column("confirmed_by", sa.String(), nullable=True),
        sa.Column("verification_id", sa.Uuid(), nullable=True),
        _refers("draws", "line_id", "credit_lines"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draws")),
    )
    for column in ("line_id", "state"):
        _index("draws", column)


def _refers(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def _index(table: str, column: str) -> None:
    op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
