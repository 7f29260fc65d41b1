"""An owner sends a piece of evidence: it is sealed, and its analysis queued."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from access.authorisation import require
from access.devices import record_proven_device
from access.models import Applicant
from access.permissions import Permission
from audit.actions import Action
from audit.writer import record
from core.errors import Unavailable
from core.ids import new_id
from kyc.evidence.models import Evidence
from kyc.evidence.repository import current_evidence, store_media
from kyc.evidence.states import EVIDENCE, EvidenceState
from kyc.evidence.types import TYPES, EvidenceType
from kyc.onboarding.challenges import consume_challenge
from kyc.onboarding.models import Onboarding
from kyc.onboarding.ownership import open_onboarding
from kyc.onboarding.throttling import require_no_pause
from privacy.consents import require_consent
from storage.context import Context
from storage.handlers import Lane
from storage.policy import QueuePolicy
from storage.queue import enqueue, waiting

ANALYSE_EVIDENCE = "analyse_evidence"


class QueueFull(Unavailable):
    """More people wait than can be served in a minute."""

    code = "queue_full"


@dataclass(frozen=True)
class SubmitEvidence:
    """Bytes for one slot; recordings name the challenge that they answer."""

    onboarding_id: UUID
    kind: str
    content: bytes
    challenge_id: UUID | None = None


def submit_evidence(context: Context, command: SubmitEvidence) -> Evidence:
    """Seal what was sent, queue its analysis and replace what the slot held before.

    The same bytes again for the same challenge are the upload that is already there: a phone that
    lost the answer may send again.

    Raises `NotFound`, `OnboardingClosed`, `ConsentMissing`, `Paused`, `QueueFull`,
    `ChallengeUnusable`, `StoreUnavailable`.
    """
    require(context, Permission.ONBOARDING_MANAGE)
    kind = TYPES.of(command.kind)
    onboarding = open_onboarding(context, command.onboarding_id)
    require_consent(context, onboarding.id, kind.consent)
    content_blind = context.blind_index.of_content(command.content)
    earlier = current_evidence(context, onboarding.id, kind.kind).get(kind.kind)
    sent = (content_blind, command.challenge_id)
    if earlier is not None and (earlier.content_blind, earlier.challenge_id) == sent:
        return earlier
    record_proven_device(context)
    require_no_pause(context)
    if waiting(context, Lane.ANALYSIS) >= context.rules(QueuePolicy).max_waiting_jobs:
        raise QueueFull
    if kind.challenge is not None:
        consume_challenge(context, onboarding.id, command.challenge_id, kind.challenge)
    if earlier is not None:
        EVIDENCE.move(earlier, EvidenceState.SUPERSEDED)
    evidence = _stored(context, onboarding, kind, command, content_blind)
    # The oldest onboarding is served first: a last upload does not wait behind others' first ones.
    enqueue(context, ANALYSE_EVIDENCE, evidence.id, since=onboarding.started_at)
    record(
        context,
        Action.EVIDENCE_SUBMITTED,
        evidence.id,
        onboarding_id=onboarding.id,
        kind=kind.kind,
        size=evidence.size,
    )
    return evidence


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
