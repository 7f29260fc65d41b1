"""Challenges: what the server asks an owner to do or to read, single-use and short-lived."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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


def open_challenges(context: Context, onboarding_id: UUID) -> Sequence[IssuedChallenge]:
    """Challenges that may still be answered, the newest first: a page that was reloaded goes on.

    Raises `NotFound`, `OnboardingClosed`.
    """
    require(context, Permission.ONBOARDING_MANAGE)
    onboarding = open_onboarding(context, onboarding_id)
    unanswered = (
        sa.select(IssuedChallenge)
        .where(
            IssuedChallenge.onboarding_id == onboarding.id,
            IssuedChallenge.used_at.is_(None),
            IssuedChallenge.held_by.is_(None),
            IssuedChallenge.expires_at > context.now(),
        )
        .order_by(IssuedChallenge.id.desc())
    )
    return context.session.scalars(unanswered).all()


def challenge_to_answer(
    context: Context, onboarding_id: UUID, challenge_id: UUID | None, kind: ChallengeKind
) -> IssuedChallenge:
    """A challenge whose answer may begin now, locked. Raises `ChallengeUnusable`."""
    row = _unused(context, onboarding_id, challenge_id, kind)
    if row.expires_at <= context.now():
        raise ChallengeUnusable
    return row


def consume_challenge(
    context: Context,
    onboarding_id: UUID,
    challenge_id: UUID | None,
    kind: ChallengeKind,
    upload_id: UUID | None = None,
) -> Challenge:
    """Use a challenge up and return what it asked, also after its time by the upload that holds it.

    Raises `ChallengeUnusable`.
    """
    row = _unused(context, onboarding_id, challenge_id, kind)
    held = upload_id is not None and row.held_by == upload_id
    if row.expires_at <= context.now() and not held:
        raise ChallengeUnusable
    row.used_at, row.answered_in = context.now(), context.origin.session_id
    return stored_challenge(kind, row.asked)


def _unused(
    context: Context, onboarding_id: UUID, challenge_id: UUID | None, kind: ChallengeKind
) -> IssuedChallenge:
    row = None
    if challenge_id is not None:
        row = context.session.get(IssuedChallenge, challenge_id, with_for_update=True)
    if row is None or row.used_at is not None:
        raise ChallengeUnusable
    if (row.onboarding_id, row.kind) != (onboarding_id, kind):
        raise ChallengeUnusable
    return row


def _drawn(context: Context, kind: ChallengeKind) -> int:
    """Challenges of the window, in every onboarding of the actor: a new one gives no more draws.

    Those whose answer was sent back for a fault of its file or of a camera are given back, as many
    as the policy allows: whoever fails on purpose could choose among challenges.
    """
    rules = context.rules(OnboardingPolicy)
    of_actor = (
        Onboarding.applicant_id == context.actor.uuid,
        IssuedChallenge.kind == kind,
        IssuedChallenge.expires_at > context.now() - timedelta(hours=rules.challenge_window_h),
    )
    drawn = (
        sa.select(sa.func.count(IssuedChallenge.id), sa.func.count(IssuedChallenge.lost_at))
        .join(Onboarding, Onboarding.id == IssuedChallenge.onboarding_id)
        .where(*of_actor)
    )
    count, lost = context.session.execute(drawn).one()
    return int(count) - min(int(lost or 0), rules.max_draws_given_back)


def _draw_face(context: Context) -> Challenge:
    return draw_face_challenge(context.rules(LivenessPolicy).challenge)


def _draw_digits(context: Context) -> Challenge:
    return DigitChallenge(draw_all_digits(), draw_digits(context.rules(VoicePolicy).second_reading))


_DRAW: Mapping[ChallengeKind, Callable[[Context], Challenge]] = {
    ChallengeKind.FACE: _draw_face,
    ChallengeKind.VOICE: _draw_digits,
}
