"""What else was tried: by this account, under this identity number, on these devices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa

from access.devices import on_same_devices
from kyc.evidence.models import Evidence
from kyc.evidence.states import FAILED
from kyc.evidence.types import FACE_VIDEO
from kyc.onboarding.models import Onboarding
from kyc.onboarding.states import Decision, OnboardingState
from kyc.policy import ReviewPolicy
from storage.context import Context


class Tie(StrEnum):
    """By what another onboarding is tied to this one."""

    ACCOUNT = "account"
    NUMBER = "number"
    DEVICE = "device"


@dataclass(frozen=True)
class OtherAttempt:
    """Another onboarding, how it ended, and how many of its face videos failed."""

    onboarding_id: UUID
    ties: tuple[Tie, ...]
    state: OnboardingState
    decision: Decision | None
    reasons: tuple[str, ...]
    failed_videos: int
    person_asked: bool
    started_at: datetime


def other_attempts(context: Context, onboarding: Onboarding) -> list[OtherAttempt]:
    """The newest of the other onboardings that are tied to this one, the newest first."""
    newest_first = _tied(onboarding).order_by(Onboarding.started_at.desc(), Onboarding.id.desc())
    rows = newest_first.limit(context.rules(ReviewPolicy).max_attempts_shown)
    return [_attempt(onboarding, *row) for row in context.session.execute(rows).tuples()]


def tied(onboarding: Onboarding) -> sa.Select[UUID]:
    """The ids of all other onboardings that are tied to this one, whichever began first."""
    return _tied(onboarding).with_only_columns(Onboarding.id)


def _tied(onboarding: Onboarding) -> sa.Select[Onboarding, int, bool]:
    on_device = Onboarding.applicant_id.in_(on_same_devices(onboarding.applicant_id))
    ties = [Onboarding.applicant_id == onboarding.applicant_id, on_device]
    if onboarding.number_blind is not None:
        ties.append(Onboarding.number_blind == onboarding.number_blind)
    failed = (
        sa.select(sa.func.count(Evidence.id))
        .where(
            Evidence.onboarding_id == Onboarding.id,
            Evidence.kind == FACE_VIDEO.kind,
            Evidence.state.in_(FAILED),
        )
        .scalar_subquery()
    )
    return sa.select(Onboarding, failed, on_device).where(
        Onboarding.id != onboarding.id, sa.or_(*ties)
    )


def _attempt(
    onboarding: Onboarding, other: Onboarding, failed: int, on_device: bool
) -> OtherAttempt:
    same_number = other.number_blind is not None and other.number_blind == onboarding.number_blind
    held = {
        Tie.ACCOUNT: other.applicant_id == onboarding.applicant_id,
        Tie.NUMBER: same_number,
        Tie.DEVICE: on_device,
    }
    return OtherAttempt(
        onboarding_id=other.id,
        ties=tuple(tie for tie, holds in held.items() if holds),
        state=other.state,
        decision=other.decision,
        reasons=tuple(other.reasons or ()),
        failed_videos=failed,
        person_asked=other.person_asked_at is not None,
        started_at=other.started_at,
    )
