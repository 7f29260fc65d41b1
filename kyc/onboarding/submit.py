"""An owner sends a piece of evidence: it is sealed, and its analysis queued."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from access.authorisation import require
from access.devices import record_proven_device
from access.models import Applicant
from access.permissions import Permission
from audit.actions import Action
from audit.writer import record
from core.errors import Invalid, TooMany, Unavailable
from core.ids import new_id
from core.reasons import Reason
from kyc.evidence.models import Evidence
from kyc.evidence.repository import current_evidence, store_media
from kyc.evidence.states import EVIDENCE, EvidenceState
from kyc.evidence.types import TYPES, EvidenceType
from kyc.onboarding.challenges import consume_challenge
from kyc.onboarding.models import Onboarding
from kyc.onboarding.ownership import open_onboarding
from kyc.onboarding.throttling import require_no_pause
from kyc.policy import UploadPolicy
from privacy.consents import require_consent
from storage.context import Context
from storage.handlers import Lane
from storage.policy import QueuePolicy
from storage.queue import enqueue, waiting, withdraw

ANALYSE_EVIDENCE = "analyse_evidence"


class QueueFull(Unavailable):
    """More people wait than can be served in a minute."""

    code = "queue_full"


class FileEmpty(Invalid):
    """There is nothing in the file: nothing is used up, and nothing is compared with it."""

    code = Reason.FILE_EMPTY.value


class EvidenceLimit(TooMany):
    """More was sent for this onboarding than anybody needs."""

    code = "evidence_limit"
    retry_after_s = 3600


@dataclass(frozen=True)
class SubmitEvidence:
    """Bytes for one slot; recordings name the challenge that they answer.

    `upload_id` is the upload that brought them, which may hold that challenge.
    """

    onboarding_id: UUID
    kind: str
    content: bytes
    challenge_id: UUID | None = None
    upload_id: UUID | None = None


def submit_evidence(context: Context, command: SubmitEvidence) -> Evidence:
    """Seal what was sent, queue its analysis and replace what the slot held before.

    The same bytes again for the same challenge are the upload that is already there: a phone that
    lost the answer may send again.

    Raises `NotFound`, `OnboardingClosed`, `ConsentMissing`, `FileEmpty`, `Paused`, `QueueFull`,
    `EvidenceLimit`, `ChallengeUnusable`, `JobsWaiting`, `StoreUnavailable`.
    """
    require(context, Permission.ONBOARDING_MANAGE)
    kind = TYPES.of(command.kind)
    onboarding = open_onboarding(context, command.onboarding_id)
    require_consent(context, onboarding.id, kind.consent)
    require_content(command.content)
    content_blind = context.blind_index.of_content(command.content)
    earlier = current_evidence(context, onboarding.id).get(kind.kind)
    sent = (content_blind, command.challenge_id)
    if earlier is not None and (earlier.content_blind, earlier.challenge_id) == sent:
        return earlier
    record_proven_device(context)
    require_no_pause(context)
    if waiting(context, Lane.ANALYSIS) >= context.rules(QueuePolicy).max_waiting_jobs:
        raise QueueFull
    _require_few_sent(context, onboarding)
    if kind.challenge is not None:
        consume_challenge(
            context, onboarding.id, command.challenge_id, kind.challenge, command.upload_id
        )
    since = _waiting_since(context, onboarding, earlier)
    if earlier is not None:
        withdraw(context, ANALYSE_EVIDENCE, earlier.id)
        EVIDENCE.move(earlier, EvidenceState.SUPERSEDED)
    evidence = _stored(context, onboarding, kind, command, content_blind)
    enqueue(context, ANALYSE_EVIDENCE, evidence.id, since, onboarding.applicant_id)
    record(
        context,
        Action.EVIDENCE_SUBMITTED,
        evidence.id,
        onboarding_id=onboarding.id,
        kind=kind.kind,
        size=evidence.size,
    )
    return evidence


_COUNT_SENT = sa.select(sa.func.count(Evidence.id)).where(
    Evidence.onboarding_id == sa.bindparam("onboarding", type_=sa.Uuid())
)


def require_content(content: bytes) -> None:
    """Raises `FileEmpty`."""
    if not content:
        raise FileEmpty


def _waiting_since(context: Context, onboarding: Onboarding, earlier: Evidence | None) -> datetime:
    """The oldest onboarding is served first: a last upload does not wait behind others' first ones.

    What replaces a file before its analysis has ended waits from now on: else sending again and
    again would keep everybody else waiting.
    """
    replaces = earlier is not None and earlier.state == EvidenceState.ANALYSING
    return context.now() if replaces else onboarding.started_at


def _require_few_sent(context: Context, onboarding: Onboarding) -> None:
    sent = context.session.scalar(_COUNT_SENT, {"onboarding": onboarding.id})
    if (sent or 0) >= context.rules(UploadPolicy).max_evidence:
        raise EvidenceLimit


def _stored(
    context: Context,
    onboarding: Onboarding,
    kind: EvidenceType,
    command: SubmitEvidence,
    content_blind: str,
) -> Evidence:
    """The row of what was sent, with the file sealed in the store."""
    evidence = Evidence(
        id=new_id(),
        onboarding_id=onboarding.id,
        kind=kind.kind,
        challenge_id=command.challenge_id if kind.challenge else None,
        content_blind=content_blind,
        size=len(command.content),
        submitted_at=context.now(),
    )
    EVIDENCE.begin(evidence, EvidenceState.ANALYSING)
    owner = context.session.get_one(Applicant, onboarding.applicant_id)
    store_media(context, owner, evidence.id, kind.purpose, command.content)
    context.session.add(evidence)
    context.session.flush()
    return evidence
