"""Verification: something is drawn, recorded, and compared with what is known of the owner.

Digits are read aloud, or a face does what it is asked. Customer service asks a caller for digits.
The owner's own app asks for what a stolen phone must not do: take the money of an offer, move the
account to another number. A verification is consumed once, soon.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from access.authorisation import require
from access.models import Applicant
from access.permissions import Permission
from core.actors import ActorKind
from core.errors import Conflict, NotFound, Refused, TooMany
from core.ids import new_id
from core.reasons import Reason
from kyc.analysis.findings import TemplateKind
from kyc.evidence.models import Evidence
from kyc.evidence.repository import store_media
from kyc.liveness.challenge import draw_face_challenge
from kyc.onboarding.consents import require_account_consent
from kyc.onboarding.in_force import newest_approved
from kyc.onboarding.submit import require_content
from kyc.policy import LivenessPolicy, VoicePolicy
from kyc.verification.events import Step, end_verification, note_verification
from kyc.verification.models import Verification
from kyc.verification.record import EVIDENCE, owner_templates
from kyc.verification.states import VERIFICATION, Means, VerificationPurpose, VerificationState
from privacy.kinds import ConsentKind
from storage.context import Context
from storage.queue import enqueue
from voiceprint.challenge import draw_digits

ANALYSE_VERIFICATION = "analyse_verification"
HEAD_START = timedelta(hours=1)  # callers wait on the phone: before all onboardings


class VoiceUnknown(Conflict):
    """The account has no voiceprint in force."""

    code = "voice_unknown"


class VerificationUnusable(Conflict):
    """What was asked is used or expired."""

    code = "call_unusable"


class FaceUnknown(Conflict):
    """The account has no face in force."""

    code = "face_unknown"


class VerifiedByPerson(Conflict):
    """A person verified the owner without a face: nothing was compared that could be here."""

    code = "verified_by_person"


class CallerByPerson(Conflict):
    """The same, to customer service: the caller is verified in another way."""

    code = "caller_by_person"


class OwnerUnverified(Refused):
    """What was asked for needs the owner's voice or face first."""

    code = "owner_unverified"


class VerificationsUsed(TooMany):
    """No more verifications of this account for now."""

    code = "calls_used"


_NEEDED: Mapping[Means, tuple[frozenset[TemplateKind], type[Conflict]]] = {
    Means.VOICE: (frozenset({TemplateKind.VOICE, TemplateKind.DIGITS}), VoiceUnknown),
    Means.FACE: (frozenset({TemplateKind.FACE}), FaceUnknown),
}
_REUSED: Mapping[Means, Reason] = {
    Means.VOICE: Reason.RECORDING_REUSED,
    Means.FACE: Reason.VIDEO_REUSED,
}


@dataclass(frozen=True)
class RequestVerification:
    """Digits or actions to be drawn for an account, for one purpose."""

    applicant_id: UUID
    purpose: VerificationPurpose
    means: Means = Means.VOICE


@dataclass(frozen=True)
class SubmitRecording:
    """What was said, or shown."""

    applicant_id: UUID
    verification_id: UUID
    content: bytes


def request_verification(context: Context, command: RequestVerification) -> Verification:
    """Draw what whoever claims an account is to read or to do: single-use and short-lived.

    Raises `NotFound`, `VerifiedByPerson`, `CallerByPerson`, `ConsentMissing`, `VoiceUnknown`,
    `FaceUnknown`, `VerificationsUsed`.
    """
    _require(context)
    if context.session.get(Applicant, command.applicant_id, with_for_update=True) is None:
        raise NotFound
    require_enrolled(context, command.applicant_id)
    require_account_consent(context, command.applicant_id, ConsentKind.BIOMETRIC)
    needed, unknown = _NEEDED[command.means]
    if not needed <= owner_templates(context, command.applicant_id, command.means).keys():
        raise unknown
    rules = context.rules(VoicePolicy)
    if _asked(context, command) >= rules.max_verifications:
        raise VerificationsUsed
    verification = Verification(
        id=new_id(),
        applicant_id=command.applicant_id,
        asker_kind=context.actor.kind,
        asker_id=context.actor.uuid,
        purpose=command.purpose,
        means=command.means,
        **_drawn(context, command.means),
        asked_at=context.now(),
        expires_at=context.now() + timedelta(seconds=rules.verification_s),
        reasons=[],
        measurements={},
        models={},
    )
    VERIFICATION.begin(verification, VerificationState.ASKED)
    context.session.add(verification)
    note_verification(context, Step.REQUESTED, verification)
    return verification


def submit_recording(context: Context, command: SubmitRecording) -> Verification:
    """Seal what was said and queue its analysis. A recording sent before is rejected.

    Raises `NotFound`, `ConsentMissing`, `FileEmpty`, `VerificationUnusable`, `JobsWaiting`,
    `StoreUnavailable`.
    """
    require_content(command.content)
    verification = own_verification(
        context, command.applicant_id, command.verification_id, lock=True
    )
    require_account_consent(context, command.applicant_id, ConsentKind.BIOMETRIC)
    if verification.state != VerificationState.ASKED or verification.expires_at <= context.now():
        raise VerificationUnusable
    verification.content_blind = context.blind_index.of_content(command.content)
    if _sent_before(context, verification):
        end_verification(
            context, verification, VerificationState.REJECTED, [_REUSED[verification.means]]
        )
        return verification
    owner = context.session.get_one(Applicant, command.applicant_id)
    purpose = EVIDENCE[verification.means].purpose
    store_media(context, owner, verification.id, purpose, command.content)
    VERIFICATION.move(verification, VerificationState.ANALYSING)
    context.session.flush()
    since = verification.asked_at - HEAD_START
    enqueue(context, ANALYSE_VERIFICATION, verification.id, since, verification.applicant_id)
    note_verification(context, Step.RECORDED, verification)
    return verification


def own_verification(
    context: Context, applicant_id: UUID, verification_id: UUID, *, lock: bool = False
) -> Verification:
    """A verification that the actor asked for; another's is as absent as none.

    Raises `NotFound`.
    """
    _require(context)
    row = context.session.get(Verification, verification_id, with_for_update=lock)
    if row is None or row.applicant_id != applicant_id:
        raise NotFound
    if (row.asker_kind, row.asker_id) != (context.actor.kind, context.actor.uuid):
        raise NotFound
    return row


def ended(context: Context, verification_ids: Collection[UUID]) -> Mapping[UUID, bool]:
    """Of each verification whose recording an actor has sent, whether it has been analysed."""
    wanted = Verification.id.in_(verification_ids)
    rows = context.session.execute(sa.select(Verification.id, Verification.state).where(wanted))
    return {one: state != VerificationState.ANALYSING for one, state in rows}


def consume_verification(
    context: Context, verification_id: UUID | None, purpose: VerificationPurpose
) -> Means:
    """Use up the actor's own verification for a purpose; by which means it was made.

    Raises `VerifiedByPerson`, `ConsentMissing`, `OwnerUnverified`. Somebody without references is
    refused too: withdrawing consent must not remove the need.
    """
    require_enrolled(context, context.actor.uuid)
    require_account_consent(context, context.actor.uuid, ConsentKind.BIOMETRIC)
    row = None
    if verification_id is not None:
        row = context.session.get(Verification, verification_id, with_for_update=True)
    if row is None or not _confirms(context, row, purpose):
        raise OwnerUnverified
    row.used_at = context.now()
    note_verification(context, Step.CONSUMED, row)
    return row.means


def require_enrolled(context: Context, applicant_id: UUID) -> None:
    """Raises `VerifiedByPerson` for an account whose owner a person verified without a face.

    Nothing stands for it, no voice either: nobody compared that one with the owner. What needs
    references is done with a person, or after a new onboarding. Customer service is told by
    `CallerByPerson`.
    """
    known = newest_approved(context, applicant_id)
    if known is None or known.person_asked_at is None:
        return
    if TemplateKind.FACE not in owner_templates(context, applicant_id, Means.FACE):
        owner = context.actor.kind is ActorKind.APPLICANT
        raise VerifiedByPerson if owner else CallerByPerson


def means_of(context: Context, verification_id: UUID) -> Means:
    """By which means a verification was made.

    Raises `sqlalchemy.exc.NoResultFound` for one that is not there.
    """
    return context.session.get_one(Verification, verification_id).means


def is_caller_verified(context: Context, applicant_id: UUID, minutes: int) -> bool:
    """Whether the actor verified a caller as this account's owner within so many minutes."""
    query = sa.select(Verification.id).where(
        Verification.applicant_id == applicant_id,
        Verification.purpose == VerificationPurpose.CALLER,
        Verification.asker_kind == context.actor.kind,
        Verification.asker_id == context.actor.uuid,
        Verification.state == VerificationState.VERIFIED,
        Verification.done_at > context.now() - timedelta(minutes=minutes),
    )
    return context.session.scalar(query.limit(1)) is not None


def _drawn(context: Context, means: Means) -> dict[str, Any]:
    """What is asked, as the row keeps it."""
    if means is Means.VOICE:
        return {"digits": draw_digits(context.rules(VoicePolicy).second_reading)}
    return {"cues": asdict(draw_face_challenge(context.rules(LivenessPolicy).challenge))}


def _require(context: Context) -> None:
    """Owners confirm for themselves, staff verify callers."""
    owner = context.actor.kind is ActorKind.APPLICANT
    require(context, Permission.VOICE_CONFIRM if owner else Permission.CALLER_VERIFY)


def _asked(context: Context, command: RequestVerification) -> int:
    """How many verifications by the same means count: not those that the owner passed."""
    window = timedelta(hours=context.rules(VoicePolicy).verification_window_h)
    asked = sa.select(sa.func.count(Verification.id)).where(
        Verification.applicant_id == command.applicant_id,
        Verification.purpose == command.purpose,
        Verification.means == command.means,
        Verification.state != VerificationState.VERIFIED,
        Verification.asked_at > context.now() - window,
    )
    return context.session.scalar(asked) or 0


def _confirms(context: Context, row: Verification, purpose: VerificationPurpose) -> bool:
    since = context.now() - timedelta(seconds=context.rules(VoicePolicy).verified_s)
    return (
        (row.asker_kind, row.asker_id) == (ActorKind.APPLICANT, context.actor.uuid)
        and row.applicant_id == context.actor.uuid
        and (row.purpose, row.state) == (purpose, VerificationState.VERIFIED)
        and row.used_at is None
        and row.done_at is not None
        and row.done_at >= since
    )


def _sent_before(context: Context, row: Verification) -> bool:
    """Whether the same bytes came as evidence or for another verification."""
    spoken = sa.select(Verification.id).where(
        Verification.content_blind == row.content_blind, Verification.id != row.id
    )
    submitted = sa.select(Evidence.id).where(Evidence.content_blind == row.content_blind)
    queries = (spoken, submitted)
    return any(context.session.scalar(query.limit(1)) is not None for query in queries)
