"""What reviewers say."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.data_classes import DataClass, Retention, holds, kept
from kyc.onboarding.states import Decision
from storage.database import Base, EnumText
from storage.keys.names import KeyPurpose
from storage.sealed import SealedField


class Seen(StrEnum):
    """How a reviewer saw the owner."""

    IN_PERSON = "in_person"
    VIDEO_CALL = "video_call"


class Verdict(Base):
    """What one reviewer said of a case; the note may name people and is sealed.

    `note` holds those of before 2026-11-28, until `seal_old_notes` was there.
    """

    __tablename__ = "verdicts"
    __table_args__ = (
        sa.UniqueConstraint("onboarding_id", "reviewer"),
        kept(Retention.ACCOUNT),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    onboarding_id: Mapped[UUID] = mapped_column(sa.ForeignKey("onboardings.id"), index=True)
    reviewer: Mapped[UUID]
    judgement: Mapped[Decision] = mapped_column(EnumText(Decision), info=holds(DataClass.RECORD))
    seen: Mapped[Seen | None] = mapped_column(EnumText(Seen), info=holds(DataClass.RECORD))
    note: Mapped[str | None] = mapped_column(info=holds(DataClass.RECORD))
    sealed_note: Mapped[bytes | None] = mapped_column(info=holds(DataClass.IDENTIFYING))
    at: Mapped[datetime]


NOTE = SealedField("verdicts", "sealed_note", KeyPurpose.IDENTITY)
