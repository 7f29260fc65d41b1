"""What a decision is made of and by."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.data_classes import DataClass, Retention, holds, kept
from core.reasons import Reason
from storage.database import Base, EnumText


class CheckOutcome(StrEnum):
    """How one question was answered."""

    PASSED = "passed"
    FAILED = "failed"
    UNSURE = "unsure"


class CrossCheck(StrEnum):
    """Questions across the evidence of an onboarding; others bear the kind of their evidence."""

    FACE_MATCH = "face_match"
    FACE_KNOWN = Reason.FACE_KNOWN.value
    OWNER_BUSINESS = "owner_business"
    CARD_SIDES = "card_sides"
    IDENTITY = "identity"
    CONTINUITY = "continuity"
    VELOCITY = "velocity"
    PERSON_ASKED = Reason.PERSON_ASKED.value
    TWO_DEVICES = Reason.SENT_FROM_TWO_DEVICES.value


class Check(Base):
    """One question and its answer, with measurements and the models behind them."""

    __tablename__ = "checks"
    __table_args__ = kept(Retention.ACCOUNT)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    onboarding_id: Mapped[UUID] = mapped_column(sa.ForeignKey("onboardings.id"), index=True)
    evidence_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("evidence.id"), index=True)
    kind: Mapped[str]
    outcome: Mapped[CheckOutcome] = mapped_column(
        EnumText(CheckOutcome), info=holds(DataClass.RECORD)
    )
    reasons: Mapped[list[str]] = mapped_column(info=holds(DataClass.RECORD))
    measurements: Mapped[dict[str, Any]] = mapped_column(info=holds(DataClass.RECORD))
    models: Mapped[dict[str, Any]]
    duration_ms: Mapped[int]
    at: Mapped[datetime]


class PolicyRecord(Base):
    """The text of a policy that decisions were made by."""

    __tablename__ = "policies"
    __table_args__ = kept(Retention.PERMANENT)

    version: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[str]
    kept_at: Mapped[datetime]
