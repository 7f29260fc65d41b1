"""What lending keeps. Amounts in fen, rates in basis points a year, tenors in months."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.data_classes import DataClass, Retention, holds, kept
from loans.declaration.codes import Role, section_of
from loans.declaration.consistency import Consistency
from loans.profile.industry import UNKNOWN
from loans.states import ApplicationState, OfferState
from storage.database import Base, EnumText
from storage.keys.names import KeyPurpose
from storage.sealed import SealedField


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
    amount_fen: Mapped[int] = mapped_column(info=holds(DataClass.BUSINESS))
    tenor_months: Mapped[int] = mapped_column(info=holds(DataClass.BUSINESS))
    state: Mapped[ApplicationState] = mapped_column(
        EnumText(ApplicationState), info=holds(DataClass.RECORD)
    )
    reasons: Mapped[list[str]] = mapped_column(info=holds(DataClass.RECORD))
    policy_version: Mapped[str]
    made_at: Mapped[datetime]


class Assessment(Base):
    """The scorer's answer, for the record; nobody outside compliance sees it."""

    __tablename__ = "assessments"
    __table_args__ = kept(Retention.ACCOUNT)

    application_id: Mapped[UUID] = mapped_column(sa.ForeignKey("applications.id"), primary_key=True)
    scorer: Mapped[str]
    score: Mapped[int] = mapped_column(info=holds(DataClass.RECORD))
    approved: Mapped[bool] = mapped_column(info=holds(DataClass.RECORD))


class Offer(Base):
    """Terms that stand until `expires_at`, for the owner to accept."""

    __tablename__ = "offers"
    __table_args__ = kept(Retention.ACCOUNT)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    application_id: Mapped[UUID] = mapped_column(sa.ForeignKey("applications.id"), unique=True)
    state: Mapped[OfferState] = mapped_column(EnumText(OfferState), index=True)
    principal_fen: Mapped[int] = mapped_column(info=holds(DataClass.BUSINESS))
    tenor_months: Mapped[int] = mapped_column(info=holds(DataClass.BUSINESS))
    annual_rate_bp: Mapped[int] = mapped_column(info=holds(DataClass.BUSINESS))
    instalment_fen: Mapped[int] = mapped_column(info=holds(DataClass.BUSINESS))
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
