"""The table of verifications."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.actors import ActorKind
from core.data_classes import DataClass, Retention, holds, kept
from kyc.verification.states import Means, VerificationPurpose, VerificationState
from storage.database import Base, EnumText


class Verification(Base):
    """What somebody who speaks for an account was asked to read or to do, and how it ended.

    A member of staff asks a caller for digits; owners ask for themselves, for digits or for
    actions of the face (`cues`). A verified one is used once.
    """

    __tablename__ = "calls"
    __table_args__ = kept(Retention.ACCOUNT)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    applicant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("applicants.id"), index=True)
    asker_kind: Mapped[ActorKind] = mapped_column(EnumText(ActorKind))
    asker_id: Mapped[UUID]
    purpose: Mapped[VerificationPurpose] = mapped_column(EnumText(VerificationPurpose))
    means: Mapped[Means] = mapped_column(EnumText(Means))
    digits: Mapped[str | None] = mapped_column(info=holds(DataClass.BEHAVIOUR))
    cues: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(), info=holds(DataClass.BEHAVIOUR))
    state: Mapped[VerificationState] = mapped_column(
        EnumText(VerificationState), info=holds(DataClass.RECORD)
    )
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    content_blind: Mapped[str | None] = mapped_column(index=True)
    reasons: Mapped[list[str]] = mapped_column(default=list, info=holds(DataClass.RECORD))
    measurements: Mapped[dict[str, Any]] = mapped_column(default=dict, info=holds(DataClass.RECORD))
    models: Mapped[dict[str, Any]] = mapped_column(default=dict)
    done_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    file_destroyed_at: Mapped[datetime | None]
