"""What lending keeps. Amounts in fen, rates in basis points a year, tenors in months."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base, new_id, utc_now


class Declaration(Base):
    __tablename__ = "declarations"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    applicant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("applicants.id"), index=True)
    occupation: Mapped[str]
    purpose: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(default=utc_now)


class Application(Base):
    """States: offered, declined, accepted."""

    __tablename__ = "applications"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    applicant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("applicants.id"), index=True)
    declaration_id: Mapped[UUID] = mapped_column(sa.ForeignKey("declarations.id"))
    amount_fen: Mapped[int]
    tenor_months: Mapped[int]
    state: Mapped[str]
    reasons: Mapped[list[str]]
    policy_version: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(default=utc_now)


class Assessment(Base):
    """The scorer's answer, for the record; no person outside compliance sees it."""

    __tablename__ = "assessments"

    application_id: Mapped[UUID] = mapped_column(sa.ForeignKey("applications.id"), primary_key=True)
    scorer: Mapped[str]
    score: Mapped[int]
    approved: Mapped[bool]


class Offer(Base):
    __tablename__ = "offers"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    application_id: Mapped[UUID] = mapped_column(sa.ForeignKey("applications.id"), unique=True)
    principal_fen: Mapped[int]
    tenor_months: Mapped[int]
    annual_rate_bp: Mapped[int]
    instalment_fen: Mapped[int]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
