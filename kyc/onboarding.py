"""What an applicant does to open an account: start, consent, be challenged, send evidence."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from audit import log
from kyc.consents import BIOMETRIC as CONSENT
from kyc.consents import require_consent
from kyc.desk import Desk, by, open_onboarding
from kyc.liveness.challenge import draw_face_challenge
from kyc.pauses import require_no_pause
from kyc.states import EVIDENCE, move
from kyc.tables import Applicant, Challenge, Evidence, Onboarding
from storage import jobs
from storage.database import new_id, utc_now
from storage.failures import Conflict, TooMany, Unavailable
from voiceprint.challenge import draw_all_digits, draw_digits

EVIDENCE_KINDS = ("id_card_front", "id_card_back", "licence", "face_video", "voice_clip")
BIOMETRIC = {"face_video": "face", "voice_clip": "voice"}


class ChallengeUnusable(Conflict):
    code = "challenge_unusable"
    detail = "验证已过期或已使用，请重新获取。Ask for a new challenge: this one is used or expired."


class QueueFull(Unavailable):
    code = "queue_full"
    detail = "现在人很多，请稍后再试。Many people are waiting: try again in a moment."


class ChallengesUsed(TooMany):
    code = "challenges_used"
    detail = "尝试次数过多，请稍后重新开户。Too many tries: start a new onboarding later."
    retry_after_s = 3600


@dataclass(frozen=True)
class SubmitEvidence:
    """Bytes for one slot; biometric slots name the challenge that they answer."""

    onboarding_id: UUID
    kind: str
    content: bytes
    challenge_id: UUID | None = None


def start(session: Session, desk: Desk, applicant_id: UUID) -> Onboarding:
    """Open an onboarding, or go on with the one that is still open."""
    session.get_one(Applicant, applicant_id, with_for_update=True)  # two requests open one
    still_open = sa.select(Onboarding).where(
        Onboarding.applicant_id == applicant_id,
        Onboarding.state == "open",
        Onboarding.expires_at > utc_now(),
    )
    known = session.scalar(still_open)
    if known is not None:
        return known
    until = utc_now() + timedelta(minutes=desk.policy.onboarding.expires_min)
    onboarding = Onboarding(id=new_id(), applicant_id=applicant_id, expires_at=until)
    session.add(onboarding)
    session.flush()
    log.record(
        session,
        by(applicant_id),
        "onboarding.started",
        onboarding.id,
        onboarding_id=onboarding.id,
    )
    return onboarding


def issue_challenge(
    session: Session, desk: Desk, applicant_id: UUID, onboarding_id: UUID, kind: str
) -> Challenge:
    """Draw a face or voice challenge: valid once, and soon over."""
    onboarding = open_onboarding(session, applicant_id, onboarding_id)
    require_consent(session, onboarding.id, CONSENT)
    require_no_pause(session, applicant_id, desk.policy.onboarding.pause)
    if _drawn_today(session, applicant_id, kind) >= desk.policy.onboarding.most_challenges[kind]:
        raise ChallengesUsed
    challenge = Challenge(
        id=new_id(),
        onboarding_id=onboarding.id,
        kind=kind,
        asked=_draw(desk, kind),
        expires_at=utc_now() + timedelta(seconds=desk.policy.onboarding.challenge_s),
    )
    session.add(challenge)
    log.record(
        session,
        by(applicant_id),
        "challenge.issued",
        challenge.id,
        onboarding_id=onboarding.id,
        kind=kind,
    )
    return challenge


def submit_evidence(
    session: Session, desk: Desk, applicant_id: UUID, command: SubmitEvidence
) -> Evidence:
    """Seal what was sent, queue its analysis and replace what the slot held before.

    The same bytes again for the same challenge are the upload that is already there: a phone that
    lost the answer may send anew.
    """
    onboarding = open_onboarding(session, applicant_id, command.onboarding_id)
    biometric = BIOMETRIC.get(command.kind)
    require_consent(session, onboarding.id, CONSENT if biometric else "terms")
    content_blind = desk.fingerprint(command.content)
    in_slot = current_evidence(session, onboarding.id, command.kind)
    for known in in_slot:
        if (known.content_blind, known.challenge_id) == (content_blind, command.challenge_id):
            return known
    require_no_pause(session, applicant_id, desk.policy.onboarding.pause)
    if jobs.waiting(session) >= desk.policy.onboarding.most_waiting_jobs:
        raise QueueFull
    if biometric:
        _use_challenge(session, onboarding.id, command.challenge_id, biometric)
    applicant = session.get_one(Applicant, applicant_id)
    for earlier in in_slot:
        move(earlier, "superseded", EVIDENCE)
    evidence = Evidence(
        id=new_id(),
        onboarding_id=onboarding.id,
        kind=command.kind,
        challenge_id=command.challenge_id if biometric else None,
        content_blind=content_blind,
        size=len(command.content),
    )
    sealed = desk.seal(applicant, command.content, f"media:{evidence.id}")
    desk.media.put_with(session, evidence.id, sealed)
    session.add(evidence)
    session.flush()
    # Who began first is done first: a last upload does not wait behind others' first ones.
    jobs.enqueue(session, command.kind, evidence.id, since=onboarding.started_at)
    log.record(
        session,
        by(applicant_id),
        "evidence.submitted",
        evidence.id,
        onboarding_id=onboarding.id,
        kind=command.kind,
        size=evidence.size,
    )
    return evidence


def current_evidence(
    session: Session, onboarding_id: UUID, kind: str | None = None
) -> list[Evidence]:
    """What fills the slots now. An attempt that failed still counts, but fills nothing."""
    query = sa.select(Evidence).where(
        Evidence.onboarding_id == onboarding_id,
        Evidence.state.not_in(["superseded", "retry"]),
    )
    if kind is not None:
        query = query.where(Evidence.kind == kind)
    return list(session.scalars(query))


def _drawn_today(session: Session, applicant_id: UUID, kind: str) -> int:
    """Challenges of the last day, in every onboarding: starting again buys no other draw."""
    drawn = (
        sa.select(sa.func.count(Challenge.id))
        .join(Onboarding, Onboarding.id == Challenge.onboarding_id)
        .where(
            Onboarding.applicant_id == applicant_id,
            Challenge.kind == kind,
            Challenge.expires_at > utc_now() - timedelta(days=1),
        )
    )
    return session.scalar(drawn) or 0


def _draw(desk: Desk, kind: str) -> dict[str, object]:
    if kind == "face":
        return asdict(draw_face_challenge(desk.policy.liveness.challenge))
    return {"first": draw_all_digits(), "second": draw_digits(desk.policy.voice.second_reading)}


def _use_challenge(
    session: Session, onboarding_id: UUID, challenge_id: UUID | None, kind: str
) -> None:
    challenge = session.get(Challenge, challenge_id, with_for_update=True) if challenge_id else None
    if (
        challenge is None
        or challenge.onboarding_id != onboarding_id
        or challenge.kind != kind
        or challenge.used_at is not None
        or challenge.expires_at <= utc_now()
    ):
        raise ChallengeUnusable
    challenge.used_at = utc_now()
