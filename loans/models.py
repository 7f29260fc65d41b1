"""What lending keeps. Amounts in fen, rates in basis points a year, tenors in months."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.data_classes import DataClass, Retention, holds, kept
from loans.states import ApplicationState, OfferState
from storage.database import Base, EnumText


class Declaration(Base):
    """What an owner says they do, and what the money is for."""

    __tablename__ = "declarations"
    __table_args__ = kept(Retention.ACCOUNT)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    applicant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("applicants.id"), index=True)
    occupation: Mapped[str] = mapped_column(info=holds(DataClass.BUSINESS))
    purpose: Mapped[str] = mapped_column(info=holds(DataClass.BUSINESS))
    made_at: Mapped[datetime]


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
