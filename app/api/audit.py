"""Compliance reads the log, and checks that nobody has changed it."""

from __future__ import annotations

from uuid import UUID

from flask_restx import Namespace, Resource

from access import log_reading
from access.log_reading import AuditConflict
from access.permissions import Permission
from app.api.caller import Caller
from app.api.endpoint import reads, serves
from app.presenters.audit import (
    present_checkpoint,
    present_consistency,
    present_history,
    present_inclusion,
)
from app.schemas.audit import (
    CheckpointResponse,
    ConsistencyProofResponse,
    HistoryResponse,
    InclusionProofResponse,
)
from audit.checkpoint import LogKey
from audit.proofs import CheckpointUnknown, EventNotSequenced
from core.errors import NotFound
from storage.context import Context


class History(Resource):
    """The events of an onboarding."""

    @serves(
        "read_history",
        Permission.AUDIT_READ,
        answer=HistoryResponse,
        errors=(NotFound, AuditConflict),
    )
    def get(self, caller: Caller, onboarding_id: UUID) -> HistoryResponse:
        """Read the story of an onboarding, and whether the log is intact.

        Reading is an event of the log itself. Where `intact` is false, `faults` says what was
        changed; compare with a checkpoint that was kept elsewhere.
        """
        with caller.transaction() as context:
            events = log_reading.read_history(context, onboarding_id)
        with caller.reading() as context:  # recomputing the log holds no lock
            verification = log_reading.verify_log(context)
            checkpoint = log_reading.newest_checkpoint(context)
        return present_history(events, verification, checkpoint)


class Checkpoint(Resource):
    """The newest checkpoint."""

    @reads("read_checkpoint", Permission.AUDIT_READ, answer=CheckpointResponse)
    def get(self, context: Context) -> CheckpointResponse:
        """Read the newest signed checkpoint.

        Keep it outside: a later consistency proof from its size shows that nothing was changed.
        """
        checkpoint = log_reading.newest_checkpoint(context)
        return present_checkpoint(checkpoint, context.resource(LogKey).public_key)


class InclusionProof(Resource):
    """The proof of one event."""

    @reads(
        "prove_inclusion",
        Permission.AUDIT_READ,
        answer=InclusionProofResponse,
        errors=(EventNotSequenced,),
    )
    def get(self, context: Context, event_id: UUID) -> InclusionProofResponse:
        """Prove that an event is in the log.

        Recompute the root from the event's leaf and `proof`, and compare it with the root of the
        signed note.
        """
        return present_inclusion(log_reading.prove_inclusion(context, event_id))


class ConsistencyProof(Resource):
    """The proof since one size."""

    @reads(
        "prove_consistency",
        Permission.AUDIT_READ,
        answer=ConsistencyProofResponse,
        errors=(CheckpointUnknown,),
    )
    def get(self, context: Context, old_size: int) -> ConsistencyProofResponse:
        """Prove that nothing before an earlier size was changed.

        Verify the proof with the root of the checkpoint that was kept and the root of the signed
        note of the answer.
        """
        return present_consistency(log_reading.prove_consistency(context, old_size))


def audit_namespace() -> Namespace:
    """Routes below `/audit`."""
    namespace = Namespace("Audit", path="/audit", description="The log, and proofs of it.")
    namespace.add_resource(History, "/onboardings/<uuid:onboarding_id>")
    namespace.add_resource(Checkpoint, "/checkpoint")
    namespace.add_resource(InclusionProof, "/proofs/<uuid:event_id>")
    namespace.add_resource(ConsistencyProof, "/consistency-proofs/<int:old_size>")
    return namespace
