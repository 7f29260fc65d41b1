"""The onboarding's table. `*_blind` are keyed indexes of values."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.data_classes import DataClass, Retention, holds, kept
from kyc.onboarding.states import Decision, OnboardingState
from storage.database import Base, EnumText


class Onboarding(Base):
    """One attempt to open an account; `automatic` is what the policy decided, before people did.

    `person_asked_at` is when its owner asked for a person instead of face and voice,
    `handed_over_at` when another device first went on with it.
    """

    __tablename__ = "onboardings"
    __table_args__ = kept(Retention.ACCOUNT)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    applicant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("applicants.id"), index=True)
    state: Mapped[OnboardingState] = mapped_column(EnumText(OnboardingState), index=True)
    version: Mapped[int] = mapped_column()
    started_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    person_asked_at: Mapped[datetime | None]
    handed_over_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decision: Mapped[Decision | None] = mapped_column(
        EnumText(Decision), index=True, info=holds(DataClass.RECORD)
    )
    automatic: Mapped[Decision | None] = mapped_column(
        EnumText(Decision), info=holds(DataClass.RECORD)
    )
    claimed_by: Mapped[UUID | None]
    claimed_until: Mapped[datetime | None]
    reviewed_at: Mapped[datetime | None]
    reasons: Mapped[list[str]] = mapped_column(default=list, info=holds(DataClass.RECORD))
    policy_version: Mapped[str | None]
    number_blind: Mapped[str | None] = mapped_column(index=True)
    code_blind: Mapped[str | None] = mapped_column(index=True)
    number_end_blind: Mapped[str | None] = mapped_column(index=True)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy's own form)


class Handover(Base):
    """A link by which another device goes on with an onboarding, once; whoever has it alone knows
    the token that this hashes.
    """

    __tablename__ = "handovers"
    __table_args__ = kept(Retention.SIGN_IN)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    onboarding_id: Mapped[UUID] = mapped_column(sa.ForeignKey("onboardings.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True, info=holds(DataClass.SECRET))
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
