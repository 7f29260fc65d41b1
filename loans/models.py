"""What lending keeps. Amounts in fen, rates in basis points a year, tenors in months."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.data_classes import DataClass, Retention, holds, kept
from loans.codes import Role, section_of
from loans.declaration.evidence import Consistency
from loans.declaration.questions import Question
from loans.profile.industry import UNKNOWN
from loans.states import ApplicationState, OfferState
from loans.terms.schedule import Repayment
from storage.database import Base, EnumText
from storage.keys.names import KeyPurpose
from storage.sealed import SealedField


class ScorerRole(StrEnum):
    """What an answer of a scorer is for."""

    DECIDING = "deciding"
    SHADOW = "shadow"  # kept and compared, never decides


class Declaration(Base):
    """What an owner says they do, what the money is for, and what they promised of it.

    Columns that may be empty are so in declarations of before 2026-11-28, and after an erasure.
    `occupation` is a middle class of GB/T 6565-2015, `industry` a division of GB/T 4754-2017,
    `device` the thumbprint of the key of the device that declared (RFC 7638).
    """

    __tablename__ = "declarations"
    __table_args__ = kept(Retention.ACCOUNT)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    applicant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("applicants.id"), index=True)
    occupation: Mapped[str] = mapped_column(info=holds(DataClass.BUSINESS))
    role: Mapped[Role | None] = mapped_column(EnumText(Role), info=holds(DataClass.BUSINESS))
    industry: Mapped[str | None] = mapped_column(info=holds(DataClass.BUSINESS))
    purpose: Mapped[str] = mapped_column(info=holds(DataClass.BUSINESS))
    purpose_text: Mapped[bytes | None] = mapped_column(info=holds(DataClass.IDENTIFYING))
    amount_fen: Mapped[int | None] = mapped_column(sa.BigInteger(), info=holds(DataClass.BUSINESS))
    tenor_months: Mapped[int | None] = mapped_column(info=holds(DataClass.BUSINESS))
    consistency: Mapped[Consistency | None] = mapped_column(
        EnumText(Consistency), info=holds(DataClass.RECORD)
    )
    evidence: Mapped[list[dict[str, str]] | None] = mapped_column(
        sa.JSON(), info=holds(DataClass.RECORD)
    )
    promise_version: Mapped[str | None] = mapped_column(info=holds(DataClass.RECORD))
    promise_language: Mapped[str | None] = mapped_column(info=holds(DataClass.RECORD))
    promise_sha256: Mapped[str | None] = mapped_column(info=holds(DataClass.RECORD))
    device: Mapped[str | None] = mapped_column(info=holds(DataClass.PSEUDONYM))
    made_at: Mapped[datetime]

    @property
    def section(self) -> str:
        """The section of GB/T 4754-2017 that was declared, a letter; `UNKNOWN` where none was."""
        return UNKNOWN if self.industry is None else section_of(self.industry)


class DeclaredPayee(Base):
    """Whom an owner means to pay with the money: a name and an account, sealed."""

    __tablename__ = "declared_payees"
    __table_args__ = kept(Retention.ACCOUNT)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    declaration_id: Mapped[UUID] = mapped_column(sa.ForeignKey("declarations.id"), index=True)
    name: Mapped[bytes] = mapped_column(info=holds(DataClass.IDENTIFYING))
    account: Mapped[bytes | None] = mapped_column(info=holds(DataClass.IDENTIFYING))


PURPOSE_TEXT = SealedField("declarations", "purpose_text", KeyPurpose.LOANS)
PAYEE_NAME = SealedField("declared_payees", "name", KeyPurpose.LOANS)
PAYEE_ACCOUNT = SealedField("declared_payees", "account", KeyPurpose.LOANS)


class Application(Base):
    """A wish for a loan, and what became of it.

    `onboarding_id` is the one by which the owner was verified: the offer is made to that identity,
    and to no other of the account. None of an application that is older than this column and whose
    account had no onboarding: its offer cannot be accepted.
    """

    __tablename__ = "applications"
    __table_args__ = kept(Retention.ACCOUNT)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    applicant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("applicants.id"), index=True)
    declaration_id: Mapped[UUID] = mapped_column(sa.ForeignKey("declarations.id"))
    onboarding_id: Mapped[UUID | None] = mapped_column(index=True)
    product: Mapped[str] = mapped_column(info=holds(DataClass.BUSINESS))
    amount_fen: Mapped[int] = mapped_column(info=holds(DataClass.BUSINESS))
    tenor_months: Mapped[int] = mapped_column(info=holds(DataClass.BUSINESS))
    repayment: Mapped[Repayment] = mapped_column(
        EnumText(Repayment), info=holds(DataClass.BUSINESS)
    )
    # A month's trade as the owner tells it; it lessens what is lent, and never adds to it.
    stated: Mapped[dict[str, Any]] = mapped_column(info=holds(DataClass.BUSINESS))
    # What was known when it was gathered: the features that the scorer is sent.
    features: Mapped[dict[str, Any]] = mapped_column(info=holds(DataClass.RECORD))
    # From where something was known; None in applications of before. It is never lessened.
    sources: Mapped[list[str] | None] = mapped_column(sa.JSON(), info=holds(DataClass.RECORD))
    # A month of trade as sources showed it; None where none did.
    verified: Mapped[dict[str, Any] | None] = mapped_column(
        sa.JSON(), info=holds(DataClass.BUSINESS)
    )
    state: Mapped[ApplicationState] = mapped_column(
        EnumText(ApplicationState), info=holds(DataClass.RECORD)
    )
    reasons: Mapped[list[str]] = mapped_column(info=holds(DataClass.RECORD))
    policy_version: Mapped[str]
    made_at: Mapped[datetime]
    scoring_since: Mapped[datetime | None]  # when the scorer was first to be asked
    decided_at: Mapped[datetime | None]
    review_asked_at: Mapped[datetime | None]  # when a declined owner asked for a person
    claimed_by: Mapped[UUID | None]
    claimed_until: Mapped[datetime | None]


class AskedQuestion(Base):
    """What an owner was asked about their declaration, once for an application, and the answer."""

    __tablename__ = "asked_questions"
    __table_args__ = kept(Retention.ACCOUNT)

    application_id: Mapped[UUID] = mapped_column(sa.ForeignKey("applications.id"), primary_key=True)
    question: Mapped[Question] = mapped_column(EnumText(Question), info=holds(DataClass.RECORD))
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    answer: Mapped[str | None] = mapped_column(info=holds(DataClass.BUSINESS))
    answered_at: Mapped[datetime | None]


class AssessmentTry(Base):
    """One try to have an application assessed, whatever came of it; for compliance."""

    __tablename__ = "assessment_tries"
    __table_args__ = kept(Retention.ACCOUNT)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    application_id: Mapped[UUID] = mapped_column(sa.ForeignKey("applications.id"), index=True)
    role: Mapped[ScorerRole] = mapped_column(EnumText(ScorerRole))
    asking: Mapped[int]  # several tries make one asking
    outcome: Mapped[str] = mapped_column(info=holds(DataClass.RECORD))
    status: Mapped[int | None]  # of the answer, if there was one
    ms: Mapped[int]
    request_sha256: Mapped[str]
    at: Mapped[datetime]


class Assessment(Base):
    """The scorer's answer, for the record; nobody outside compliance sees it.

    Of before 2026-11-28 there are points alone, of the scorecard that was in the policy.
    """

    __tablename__ = "assessments"
    __table_args__ = kept(Retention.ACCOUNT)

    application_id: Mapped[UUID] = mapped_column(sa.ForeignKey("applications.id"), primary_key=True)
    role: Mapped[ScorerRole] = mapped_column(EnumText(ScorerRole), primary_key=True)
    scorer: Mapped[str]  # the name of its model
    version: Mapped[str | None]
    card_sha256: Mapped[str | None]
    score: Mapped[int] = mapped_column(info=holds(DataClass.RECORD))
    pd_12m: Mapped[float | None] = mapped_column(info=holds(DataClass.RECORD))
    reasons: Mapped[list[str]] = mapped_column(info=holds(DataClass.RECORD))
    missing: Mapped[list[str]] = mapped_column(info=holds(DataClass.RECORD))
    at: Mapped[datetime | None]


class CreditDecision(Base):
    """All that an application was decided on, and what was decided: it can be made again."""

    __tablename__ = "credit_decisions"
    __table_args__ = kept(Retention.ACCOUNT)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    application_id: Mapped[UUID] = mapped_column(sa.ForeignKey("applications.id"), index=True)
    policy_version: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(info=holds(DataClass.RECORD))
    outcome: Mapped[dict[str, Any]] = mapped_column(info=holds(DataClass.RECORD))
    made_at: Mapped[datetime]


class CreditVerdict(Base):
    """What one reviewer said of an application; the note may name people and is sealed."""

    __tablename__ = "credit_verdicts"
    __table_args__ = kept(Retention.ACCOUNT)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    application_id: Mapped[UUID] = mapped_column(sa.ForeignKey("applications.id"), index=True)
    reviewer: Mapped[UUID]
    judgement: Mapped[str] = mapped_column(info=holds(DataClass.RECORD))
    sealed_note: Mapped[bytes] = mapped_column(info=holds(DataClass.IDENTIFYING))
    at: Mapped[datetime]


class Offer(Base):
    """Terms that stand until `expires_at`, for the owner to accept; an application has a few.

    Offers of before 2026-11-28 have no costs: nobody had counted them.
    """

    __tablename__ = "offers"
    __table_args__ = kept(Retention.ACCOUNT)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    application_id: Mapped[UUID] = mapped_column(sa.ForeignKey("applications.id"), index=True)
    state: Mapped[OfferState] = mapped_column(EnumText(OfferState), index=True)
    place: Mapped[int]  # among those of its application, from 1, by nearness to what was asked
    principal_fen: Mapped[int] = mapped_column(info=holds(DataClass.BUSINESS))
    tenor_months: Mapped[int] = mapped_column(info=holds(DataClass.BUSINESS))
    repayment: Mapped[Repayment] = mapped_column(
        EnumText(Repayment), info=holds(DataClass.BUSINESS)
    )
    annual_rate_bp: Mapped[int] = mapped_column(info=holds(DataClass.BUSINESS))
    guarantee_bp: Mapped[int] = mapped_column(info=holds(DataClass.BUSINESS))
    rate_parts: Mapped[dict[str, Any]] = mapped_column(info=holds(DataClass.BUSINESS))
    instalment_fen: Mapped[int] = mapped_column(info=holds(DataClass.BUSINESS))
    interest_fen: Mapped[int | None] = mapped_column(info=holds(DataClass.BUSINESS))
    fee_fen: Mapped[int | None] = mapped_column(info=holds(DataClass.BUSINESS))
    irr_bp: Mapped[int | None] = mapped_column(info=holds(DataClass.BUSINESS))
    simple_rate_bp: Mapped[int | None] = mapped_column(info=holds(DataClass.BUSINESS))
    paid_out_on: Mapped[date | None]  # the day that its schedule counts from
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    verification_id: Mapped[UUID | None]  # by which its owner confirmed it


class Contract(Base):
    """The contract of an accepted offer as it was sealed, and its hash, which the log has too."""

    __tablename__ = "contracts"
    __table_args__ = kept(Retention.ACCOUNT)

    application_id: Mapped[UUID] = mapped_column(sa.ForeignKey("applications.id"), primary_key=True)
    offer_id: Mapped[UUID] = mapped_column(sa.ForeignKey("offers.id"))
    sealed_contract: Mapped[bytes] = mapped_column(info=holds(DataClass.IDENTIFYING))
    sealed_sheet: Mapped[bytes] = mapped_column(info=holds(DataClass.IDENTIFYING))
    contract_sha256: Mapped[str] = mapped_column(info=holds(DataClass.RECORD))
    sheet_sha256: Mapped[str] = mapped_column(info=holds(DataClass.RECORD))
    template_version: Mapped[str]
    made_at: Mapped[datetime]


CONTRACT = SealedField("contracts", "sealed_contract", KeyPurpose.LOANS)
SHEET = SealedField("contracts", "sealed_sheet", KeyPurpose.LOANS)
VERDICT_NOTE = SealedField("credit_verdicts", "sealed_note", KeyPurpose.LOANS)
