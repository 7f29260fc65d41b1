"""The audit log as compliance sees it."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from app.schemas.audit import (
    CheckpointResponse,
    ConsistencyProofResponse,
    EventResponse,
    EventsResponse,
    HistoryResponse,
    InclusionProofResponse,
)
from audit.log_keys import FollowedLogKey
from audit.models import AuditCheckpoint, AuditEvent, AuditVerification
from audit.proofs import ConsistencyProof, InclusionProof
from audit.reading import Page


def present_history(
    events: Sequence[AuditEvent],
    verified: AuditVerification | None,
    checkpoint: AuditCheckpoint | None,
) -> HistoryResponse:
    """The events of an onboarding, and what the last verification of the log found."""
    return HistoryResponse(
        events=[_event(event) for event in events],
        intact=None if verified is None else not verified.faults,
        faults=[] if verified is None else list(verified.faults),
        verified_size=0 if verified is None else verified.size,
        verified_at=None if verified is None else verified.at,
        checkpoint=checkpoint.note if checkpoint else None,
    )


def present_page(page: Page) -> EventsResponse:
    """A page of events."""
    return EventsResponse(events=[_event(event) for event in page.events], next=page.next)


def present_checkpoint(
    checkpoint: AuditCheckpoint | None, log_key: FollowedLogKey
) -> CheckpointResponse:
    """The newest signed note, and the keys that notes verify under."""
    note = checkpoint.note if checkpoint else None
    public_key = base64.b64encode(log_key.public_key).decode()
    return CheckpointResponse(note=note, public_key=public_key, keys=log_key.text())


def present_inclusion(proof: InclusionProof) -> InclusionProofResponse:
    """The proof that an event is in the log."""
    return InclusionProofResponse(
        position=proof.position, size=proof.size, proof=_hex(proof.path), note=proof.note
    )


def present_consistency(proof: ConsistencyProof) -> ConsistencyProofResponse:
    """The proof that nothing before an earlier size was changed."""
    return ConsistencyProofResponse(
        old_size=proof.old_size, size=proof.size, proof=_hex(proof.path), note=proof.note
    )


def _hex(path: Sequence[bytes]) -> list[str]:
    return [node.hex() for node in path]


def _event(event: AuditEvent) -> EventResponse:
    facts = event.facts
    return EventResponse(
        id=event.id,
        at=event.at,
        actor=f"{event.actor_kind}:{event.actor_id}",
        action=event.action,
        subject=event.subject,
        onboarding=event.onboarding_id,
        applicant=event.applicant_id,
        loan=event.loan_id,
        origin=facts.get("origin"),
        reason=facts.get("reason"),
        data=facts.get("values", event.old_data),
        entry=base64.b64encode(event.content).decode(),
        position=event.position,
        leaf=event.leaf.hex(),
    )
