"""applications are decided by jobs and have several offers; decisions and contracts are kept"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from migrations.types import UTCDateTime

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

applications = sa.table(
    "applications",
    sa.column("state", sa.String),
    sa.column("made_at", UTCDateTime),
    sa.column("decided_at", UTCDateTime),
)
APPLICATION_COLUMNS: tuple[sa.Column[Any], ...] = (
    sa.Column("product", sa.String(), nullable=False, server_default="working_capital"),
    sa.Column("repayment", sa.String(), nullable=False, server_default="equal_instalments"),
    sa.Column("stated", sa.JSON(), nullable=False, server_default="{}"),
    sa.Column("features", sa.JSON(), nullable=False, server_default="{}"),
    sa.Column("scoring_since", UTCDateTime(), nullable=True),
    sa.Column("decided_at", UTCDateTime(), nullable=True),
    sa.Column("review_asked_at", UTCDateTime(), nullable=True),
    sa.Column("claimed_by", sa.Uuid(), nullable=True),
    sa.Column("claimed_until", UTCDateTime(), nullable=True),
)
OFFER_COLUMNS: tuple[sa.Column[Any], ...] = (
    sa.Column("place", sa.Integer(), nullable=False, server_default="1"),
    sa.Column("repayment", sa.String(), nullable=False, server_default="equal_instalments"),
    sa.Column("guarantee_bp", sa.Integer(), nullable=False, server_default="0"),
    sa.Column("rate_parts", sa.JSON(), nullable=False, server_default="{}"),
    sa.Column("interest_fen", sa.Integer(), nullable=True),
    sa.Column("fee_fen", sa.Integer(), nullable=True),
    sa.Column("irr_bp", sa.Integer(), nullable=True),
    sa.Column("simple_rate_bp", sa.Integer(), nullable=True),
    sa.Column("paid_out_on", sa.Date(), nullable=True),
    sa.Column("verification_id", sa.Uuid(), nullable=True),
)


def upgrade() -> None:
    """Widen what there is; applications of before were decided when they were made."""
    for column in APPLICATION_COLUMNS:
        op.add_column("applications", column)
    op.execute(sa.update(applications).values(decided_at=applications.c.made_at))
    op.add_column("jobs", sa.Column("due_at", UTCDateTime(), nullable=True))
    with op.batch_alter_table("offers") as offers:  # nothing refers to it yet
        offers.drop_constraint("uq_offers_application_id", type_="unique")
        for column in OFFER_COLUMNS:
            offers.add_column(column)
    op.create_index("ix_offers_application_id", "offers", ["application_id"])
    with op.batch_alter_table("assessments") as assessments:
        assessments.drop_column("approved")
        for column in _assessment_columns():
            assessments.add_column(column)
        assessments.drop_constraint("pk_assessments", type_="primary")
        assessments.create_primary_key("pk_assessments", ["application_id", "role"])
    _create_tries()
    _create_decisions()
    _create_verdicts()
    _create_contracts()


def downgrade() -> None:
    """Go back to one offer an application: the one that was accepted, or else the first."""
    for table in ("contracts", "credit_verdicts", "credit_decisions", "assessment_tries"):
        op.drop_table(table)
    op.execute(sa.text("DELETE FROM assessments WHERE role <> 'deciding'"))
    with op.batch_alter_table("assessments") as assessments:
        assessments.drop_constraint("pk_assessments", type_="primary")
        assessments.create_primary_key("pk_assessments", ["application_id"])
        for column in _assessment_columns():
            assessments.drop_column(column.name)
        approved: sa.Column[Any] = sa.Column("approved", sa.Boolean(), server_default=sa.true())
        assessments.add_column(approved)
    op.execute(
        sa.text(
            "DELETE FROM offers WHERE state = 'replaced' OR (state <> 'accepted' AND place > 1)"
        )
    )
    op.drop_index("ix_offers_application_id", "offers")
    with op.batch_alter_table("offers") as offers:
        for column in OFFER_COLUMNS:
            offers.drop_column(column.name)
        offers.create_unique_constraint("uq_offers_application_id", ["application_id"])
    op.drop_column("jobs", "due_at")
    undecided = applications.c.state.not_in(("offered", "declined", "accepted", "expired"))
    op.execute(sa.update(applications).where(undecided).values(state="expired"))
    for column in reversed(APPLICATION_COLUMNS):
        op.drop_column("applications", column.name)


def _assessment_columns() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("role", sa.String(), nullable=False, server_default="deciding"),
        sa.Column("version", sa.String(), nullable=True),
        sa.Column("card_sha256", sa.String(), nullable=True),
        sa.Column("pd_12m", sa.Double(), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("missing", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("at", UTCDateTime(), nullable=True),
    )


def _create_tries() -> None:
    op.create_table(
        "assessment_tries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("asking", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("ms", sa.Integer(), nullable=False),
        sa.Column("request_sha256", sa.String(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        _of_application("assessment_tries"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_tries")),
    )
    _index("assessment_tries")


def _create_decisions() -> None:
    op.create_table(
        "credit_decisions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("policy_version", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        _of_application("credit_decisions"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_decisions")),
    )
    _index("credit_decisions")


def _create_verdicts() -> None:
    op.create_table(
        "credit_verdicts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("reviewer", sa.Uuid(), nullable=False),
        sa.Column("judgement", sa.String(), nullable=False),
        sa.Column("sealed_note", sa.LargeBinary(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        _of_application("credit_verdicts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_verdicts")),
    )
    _index("credit_verdicts")


def _create_contracts() -> None:
    op.create_table(
        "contracts",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("sealed_contract", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_sheet", sa.LargeBinary(), nullable=False),
        sa.Column("contract_sha256", sa.String(), nullable=False),
        sa.Column("sheet_sha256", sa.String(), nullable=False),
        sa.Column("template_version", sa.String(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        _of_application("contracts"),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name=op.f("fk_contracts_offer_id")),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_contracts")),
    )


def _of_application(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_application_id")
    return sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=name)


def _index(table: str) -> None:
    op.create_index(op.f(f"ix_{table}_application_id"), table, ["application_id"])
