"""Challenges: what the server asks an owner to do or to read, single-use and short-lived."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from access.authorisation import require
from access.permissions import Permission
from audit.actions import Action
from audit.writer import record
from core.errors import Conflict, TooMany
from core.ids import new_id
from kyc.analysis.challenges import Challenge, ChallengeKind, DigitChallenge, stored_challenge
from kyc.evidence.models import IssuedChallenge
from kyc.liveness.challenge import draw_face_challenge
from kyc.onboarding.models import Onboarding
from kyc.onboarding.ownership import open_onboarding
from kyc.onboarding.throttling import require_no_pause
from kyc.policy import LivenessPolicy, OnboardingPolicy, VoicePolicy
from privacy.consents import require_consent
from privacy.kinds import ConsentKind
from storage.context import Context
from voiceprint.challenge import draw_all_digits, draw_digits


class ChallengeUnusable(Conflict):
    """The challenge is used, expired, or another's."""

    code = "challenge_unusable"


class ChallengesUsed(TooMany):
    """No more challenges of this kind for now."""

    code = "challenges_used"
    retry_after_s = 3600


def issue_challenge(context: Context, onboarding_id: UUID, kind: ChallengeKind) -> IssuedChallenge:
    """Draw a challenge from the system's CSPRNG.

    Raises `NotFound`, `OnboardingClosed`, `ConsentMissing`, `Paused`, `ChallengesUsed`.
    """
    require(context, Permission.ONBOARDING_MANAGE)
    onboarding = open_onboarding(context, onboarding_id)
    require_consent(context, onboarding.id, ConsentKind.BIOMETRIC)
    require_no_pause(context)
    rules = context.rules(OnboardingPolicy)
    if _drawn(context, kind) >= rules.max_challenges[kind]:
        raise ChallengesUsed
    challenge = IssuedChallenge(
        id=new_id(),
        onboarding_id=onboarding.id,
        kind=kind,
        asked=asdict(_DRAW[kind](context)),
        expires_at=context.now() + timedelta(seconds=rules.challenge_s),
    )
    context.session.add(challenge)
    record(context, Action.CHALLENGE_ISSUED, challenge.id, onboarding_id=onboarding.id, kind=kind)
    return challenge


def consume_challenge(
    context: Context, onboarding_id: UUID, challenge_id: UUID | None, kind: ChallengeKind
) -> Challenge:
    """Use a challenge up and return what it asked. Raises `ChallengeUnusable`."""
    row = None
    if challenge_id is not None:
        row = context.session.get(IssuedChallenge, challenge_id, with_for_update=True)
    if (
        row is None
        or (row.onboarding_id, row.kind) != (onboarding_id, kind)
        or row.used_at is not None
        or row.expires_at <= context.now()
    ):
        raise ChallengeUnusable
    row.used_at = context.now()
    return stored_challenge(kind, row.asked)


def _drawn(context: Context, kind: ChallengeKind) -> int:
    """Challenges of the window, in every onboarding of the actor: a new one gives no more draws."""
    window = timedelta(hours=context.rules(OnboardingPolicy).challenge_window_h)
    drawn = (
        sa.select(sa.func.count(IssuedChallenge.id))
        .join(Onboarding, Onboarding.id == IssuedChallenge.onboarding_id)
        .where(
            Onboarding.applicant_id == context.actor.uuid,
            IssuedChallenge.kind == kind,
            IssuedChallenge.expires_at > context.now() - window,
        )
    )
    return context.session.scalar(drawn) or 0


def _draw_face(context: Context) -> Challenge:
    return draw_face_challenge(context.rules(LivenessPolicy).challenge)


def _draw_digits(context: Context) -> Challenge:
    return DigitChallenge(draw_all_digits(), draw_digits(context.rules(VoicePolicy).second_reading))


_DRAW: Mapping[ChallengeKind, Callable[[Context], Challenge]] = {
    ChallengeKind.FACE: _draw_face,
    ChallengeKind.VOICE: _draw_digits,
}
