"""What is kept of credit lines. Amounts in fen, rates in basis points a year, tenors in months."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.data_classes import DataClass, Retention, holds, kept
from loans.states import DrawState, LineState
from loans.terms.contract import Confirmation
from loans.terms.schedule import Repayment
from storage.database import Base, EnumText
from storage.keys.names import KeyPurpose
from storage.sealed import SealedField


class CreditLine(Base):
    """What an owner may draw, up to when and at which rate, as they accepted it.

    `onboarding_id` is the one that the offer was made to: the line is that person's and firm's.
    """

    __tablename__ = "credit_lines"
    __table_args__ = kept(Retention.ACCOUNT)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    applicant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("applicants.id"), index=True)
    application_id: Mapped[UUID] = mapped_column(sa.ForeignKey("applications.id"), unique=True)
    offer_id: Mapped[UUID] = mapped_column(sa.ForeignKey("offers.id"), unique=True)
    onboarding_id: Mapped[UUID] = mapped_column(index=True)
    state: Mapped[LineState] = mapped_column(
        EnumText(LineState), index=True, info=holds(DataClass.RECORD)
    )
    product: Mapped[str] = mapped_column(info=holds(DataClass.BUSINESS))
    limit_fen: Mapped[int] = mapped_column(info=holds(DataClass.BUSINESS))
    max_tenor_months: Mapped[int] = mapped_column(info=holds(DataClass.BUSINESS))  # of a draw
    annual_rate_bp: Mapped[int] = mapped_column(info=holds(DataClass.BUSINESS))
    guarantee_bp: Mapped[int] = mapped_column(info=holds(DataClass.BUSINESS))
    rate_parts: Mapped[dict[str, Any]] = mapped_column(info=holds(DataClass.BUSINESS))
    policy_version: Mapped[str]
    opened_at: Mapped[datetime]
    valid_until: Mapped[date]  # the last day, in China, on which it can be drawn on
    ended_at: Mapped[datetime | None]


class Draw(Base):
    """A part of a line that its owner asks for, with its price; agreed once it is confirmed."""

    __tablename__ = "draws"
    __table_args__ = kept(Retention.ACCOUNT)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    line_id: Mapped[UUID] = mapped_column(sa.ForeignKey("credit_lines.id"), index=True)
    state: Mapped[DrawState] = mapped_column(EnumText(DrawState), index=True)
    purpose: Mapped[str] = mapped_column(info=holds(DataClass.BUSINESS))
    principal_fen: Mapped[int] = mapped_column(info=holds(DataClass.BUSINESS))
    tenor_months: Mapped[int] = mapped_column(info=holds(DataClass.BUSINESS))
    repayment: Mapped[Repayment] = mapped_column(
        EnumText(Repayment), info=holds(DataClass.BUSINESS)
    )
    annual_rate_bp: Mapped[int] = mapped_column(info=holds(DataClass.BUSINESS))
    guarantee_bp: Mapped[int] = mapped_column(info=holds(DataClass.BUSINESS))
    instalment_fen: Mapped[int] = mapped_column(info=holds(DataClass.BUSINESS))
    interest_fen: Mapped[int] = mapped_column(info=holds(DataClass.BUSINESS))
    fee_fen: Mapped[int] = mapped_column(info=holds(DataClass.BUSINESS))
    irr_bp: Mapped[int] = mapped_column(info=holds(DataClass.BUSINESS))
    simple_rate_bp: Mapped[int] = mapped_column(info=holds(DataClass.BUSINESS))
    paid_out_on: Mapped[date]  # the day that its schedule counts from
    policy_version: Mapped[str]
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[Confirmation | None] = mapped_column(EnumText(Confirmation))
    verification_id: Mapped[UUID | None]  # by which its owner confirmed it


class DrawPayee(Base):
    """Who is to be paid which part of a draw: name and account, sealed."""

    __tablename__ = "draw_payees"
    __table_args__ = kept(Retention.ACCOUNT)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    draw_id: Mapped[UUID] = mapped_column(sa.ForeignKey("draws.id"), index=True)
    amount_fen: Mapped[int] = mapped_column(info=holds(DataClass.BUSINESS))
    name: Mapped[bytes] = mapped_column(info=holds(DataClass.IDENTIFYING))
    account: Mapped[bytes] = mapped_column(info=holds(DataClass.IDENTIFYING))


class DrawNote(Base):
    """The note of a confirmed draw (借据) as it was sealed, and its hash, which the log has too."""

    __tablename__ = "draw_notes"
    __table_args__ = kept(Retention.ACCOUNT)

    draw_id: Mapped[UUID] = mapped_column(sa.ForeignKey("draws.id"), primary_key=True)
    sealed_note: Mapped[bytes] = mapped_column(info=holds(DataClass.IDENTIFYING))
    note_sha256: Mapped[str] = mapped_column(info=holds(DataClass.RECORD))
    template_version: Mapped[str]
    made_at: Mapped[datetime]


DRAW_PAYEE_NAME = SealedField("draw_payees", "name", KeyPurpose.LOANS)
DRAW_PAYEE_ACCOUNT = SealedField("draw_payees", "account", KeyPurpose.LOANS)
NOTE = SealedField("draw_notes", "sealed_note", KeyPurpose.LOANS)
