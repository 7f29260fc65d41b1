"""first tables"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.types import UTCDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    "applicants",
    "audit_checkpoints",
    "audit_events",
    "jobs",
    "listed",
    "login_codes",
    "staff",
    "declarations",
    "onboardings",
    "refresh_tokens",
    "applications",
    "challenges",
    "consents",
    "assessments",
    "evidence",
    "offers",
    "checks",
    "templates",
)  # a table stands after those it refers to


def upgrade() -> None:
    """Create the tables."""
    _create_applicants()
    _create_audit_log()
    _create_jobs_and_lists()
    _create_sign_in()
    _create_declarations_and_onboardings()
    _create_refresh_tokens()
    _create_applications()
    _create_challenges_and_consents()
    _create_assessments()
    _create_evidence()
    _create_offers()
    _create_checks_and_templates()


def downgrade() -> None:
    """Drop the tables."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _create_index(table: str, column: str) -> None:
    op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _foreign_key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def _create_applicants() -> None:
    op.create_table(
        "applicants",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("phone_blind", sa.String(), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("name_blind", sa.String(), nullable=True),
        sa.Column("data_key", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applicants")),
        sa.UniqueConstraint("phone_blind", name=op.f("uq_applicants_phone_blind")),
    )
    _create_index("applicants", "name_blind")


def _create_audit_log() -> None:
    op.create_table(
        "audit_checkpoints",
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_audit_checkpoints")),
    )
    op.create_table(
        "audit_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("onboarding_id", sa.Uuid(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_events")),
        sa.UniqueConstraint("position", name=op.f("uq_audit_events_position")),
    )
    _create_index("audit_events", "action")
    _create_index("audit_events", "onboarding_id")


def _create_jobs_and_lists() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("deaths", sa.Integer(), nullable=False),
        sa.Column("lease", sa.Uuid(), nullable=True),
        sa.Column("lease_until", UTCDateTime(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("finished_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
    )
    _create_index("jobs", "state")
    _create_index("jobs", "subject_id")
    op.create_table(
        "listed",
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("value_blind", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("listed_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("purpose", "value_blind", name=op.f("pk_listed")),
    )


def _create_sign_in() -> None:
    op.create_table(
        "login_codes",
        sa.Column("phone_blind", sa.String(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("phone_blind", name=op.f("pk_login_codes")),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("data_key", sa.LargeBinary(), nullable=False),
        sa.Column("totp", sa.LargeBinary(), nullable=False),
        sa.Column("last_totp", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("name", name=op.f("uq_staff_name")),
    )


def _create_declarations_and_onboardings() -> None:
    op.create_table(
        "declarations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("occupation", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        _foreign_key("declarations", "applicant_id", "applicants.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declarations")),
    )
    _create_index("declarations", "applicant_id")
    op.create_table(
        "onboardings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.Column("decision", sa.String(), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("policy_version", sa.String(), nullable=True),
        sa.Column("number_blind", sa.String(), nullable=True),
        sa.Column("code_blind", sa.String(), nullable=True),
        _foreign_key("onboardings", "applicant_id", "applicants.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_onboardings")),
    )
    _create_index("onboardings", "applicant_id")
    _create_index("onboardings", "code_blind")
    _create_index("onboardings", "number_blind")
    _create_index("onboardings", "state")


def _create_refresh_tokens() -> None:
    op.create_table(
        "refresh_tokens",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("family", sa.Uuid(), nullable=False),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
        _foreign_key("refresh_tokens", "applicant_id", "applicants.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refresh_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_refresh_tokens_token_hash")),
    )
    _create_index("refresh_tokens", "family")


def _create_applications() -> None:
    op.create_table(
        "applications",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.Column("amount_fen", sa.Integer(), nullable=False),
        sa.Column("tenor_months", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("policy_version", sa.String(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        _foreign_key("applications", "applicant_id", "applicants.id"),
        _foreign_key("applications", "declaration_id", "declarations.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applications")),
    )
    _create_index("applications", "applicant_id")


def _create_challenges_and_consents() -> None:
    op.create_table(
        "challenges",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("onboarding_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        _foreign_key("challenges", "onboarding_id", "onboardings.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenges")),
    )
    _create_index("challenges", "onboarding_id")
    op.create_table(
        "consents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("onboarding_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text_version", sa.String(), nullable=False),
        sa.Column("given_at", UTCDateTime(), nullable=False),
        sa.Column("withdrawn_at", UTCDateTime(), nullable=True),
        _foreign_key("consents", "onboarding_id", "onboardings.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    _create_index("consents", "onboarding_id")


def _create_assessments() -> None:
    op.create_table(
        "assessments",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("scorer", sa.String(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=False),
        _foreign_key("assessments", "application_id", "applications.id"),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_assessments")),
    )


def _create_evidence() -> None:
    op.create_table(
        "evidence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("onboarding_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("challenge_id", sa.Uuid(), nullable=True),
        sa.Column("content_blind", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("submitted_at", UTCDateTime(), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=True),
        _foreign_key("evidence", "challenge_id", "challenges.id"),
        _foreign_key("evidence", "onboarding_id", "onboardings.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    _create_index("evidence", "content_blind")
    _create_index("evidence", "onboarding_id")


def _create_offers() -> None:
    op.create_table(
        "offers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("principal_fen", sa.Integer(), nullable=False),
        sa.Column("tenor_months", sa.Integer(), nullable=False),
        sa.Column("annual_rate_bp", sa.Integer(), nullable=False),
        sa.Column("instalment_fen", sa.Integer(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("accepted_at", UTCDateTime(), nullable=True),
        _foreign_key("offers", "application_id", "applications.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
        sa.UniqueConstraint("application_id", name=op.f("uq_offers_application_id")),
    )


def _create_checks_and_templates() -> None:
    op.create_table(
        "checks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("onboarding_id", sa.Uuid(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("measurements", sa.JSON(), nullable=False),
        sa.Column("models", sa.JSON(), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        _foreign_key("checks", "evidence_id", "evidence.id"),
        _foreign_key("checks", "onboarding_id", "onboardings.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checks")),
    )
    _create_index("checks", "evidence_id")
    _create_index("checks", "onboarding_id")
    op.create_table(
        "templates",
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        _foreign_key("templates", "evidence_id", "evidence.id"),
        sa.PrimaryKeyConstraint("evidence_id", "kind", name=op.f("pk_templates")),
    )
