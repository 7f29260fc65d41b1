"""Compliance reads the audit log, and checks its proofs."""

from __future__ import annotations

from contextlib import nullcontext
from uuid import UUID

from access.authorisation import require
from access.permissions import Permission
from audit import proofs, reading
from audit.actions import Action
from audit.chains import key_of
from audit.checkpoint import LogKey
from audit.models import AuditCheckpoint, AuditEvent
from audit.sequencer import latest_checkpoint
from audit.verifier import Verification, verify
from core.actors import ActorKind
from core.errors import NotFound, Refused
from storage.context import Context

DECIDING = frozenset({Action.REVIEW_CLAIMED, Action.REVIEW_VERDICT_GIVEN})


class AuditConflict(Refused):
    """The reader decided on this onboarding, as a reviewer: somebody else audits it."""

    code = "audit_conflict"


def read_history(context: Context, onboarding_id: UUID) -> list[AuditEvent]:
    """The events of an onboarding, oldest first; with an event of the reading.

    Raises `NotFound` where the log has none, `AuditConflict`.
    """
    require(context, Permission.AUDIT_READ)
    events = reading.read_history(context, onboarding_id)
    if not events:
        context.commit()  # that somebody looked is kept
        raise NotFound
    if any(_is_own_deciding(context, event) for event in events):
        context.commit()
        raise AuditConflict
    return events


def verify_log(context: Context) -> Verification:
    """Recompute the whole log. Never in a write transaction."""
    require(context, Permission.AUDIT_READ)
    return verify(
        lambda: nullcontext(context.session), context.resource(LogKey), key_of(context.keyring)
    )


def newest_checkpoint(context: Context) -> AuditCheckpoint | None:
    """The newest signed checkpoint, None of an empty log."""
    require(context, Permission.AUDIT_READ)
    return latest_checkpoint(context.session)


def prove_inclusion(context: Context, event_id: UUID) -> proofs.InclusionProof:
    """Raises `audit.proofs.EventNotSequenced`, `audit.proofs.TreeDamaged`."""
    require(context, Permission.AUDIT_READ)
    return proofs.prove_inclusion(context.session, event_id)


def prove_consistency(context: Context, old_size: int) -> proofs.ConsistencyProof:
    """Raises `audit.proofs.CheckpointUnknown`, `audit.proofs.TreeDamaged`."""
    require(context, Permission.AUDIT_READ)
    return proofs.prove_consistency(context.session, old_size)


def _is_own_deciding(context: Context, event: AuditEvent) -> bool:
    mine = (event.actor_kind, event.actor_id) == (ActorKind.STAFF, context.actor.id)
    return mine and event.action in DECIDING
