"""Compliance reads the log, and checks that nobody has changed it."""

from __future__ import annotations

from uuid import UUID

from flask import Response
from flask_restx import Namespace, Resource

from access import log_reading
from access.log_reading import AuditConflict
from access.permissions import Permission
from access.step_up import StepUpRequired
from app.api.endpoint import reads, writes
from app.presenters.audit import (
    present_checkpoint,
    present_consistency,
    present_history,
    present_inclusion,
    present_page,
)
from app.schemas.audit import (
    AccessQuery,
    CheckpointResponse,
    ConsistencyProofResponse,
    EventQuery,
    EventsResponse,
    HistoryResponse,
    InclusionProofResponse,
)
from audit.log_keys import FollowedLogKey
from audit.proofs import CheckpointUnknown, EventNotSequenced, TreeDamaged
from audit.reading import CursorInvalid, Search
from core.errors import NotFound
from storage.context import Context

BYTES = "application/octet-stream"


class History(Resource):
    """The events of an onboarding."""

    @writes(
        "read_history",
        Permission.AUDIT_READ,
        answer=HistoryResponse,
        errors=(NotFound, AuditConflict),
    )
    def get(self, context: Context, onboarding_id: UUID) -> HistoryResponse:
        """Read the story of an onboarding, and what the last verification of the log found.

        Reading is an event of the log itself. Where `intact` is false, `faults` says what was
        changed; compare with a checkpoint that was kept elsewhere.
        """
        events = log_reading.read_history(context, onboarding_id)
        verified = log_reading.last_verification(context)
        return present_history(events, verified, log_reading.newest_checkpoint(context))


class Events(Resource):
    """Events of the log."""

    @writes(
        "search_events",
        Permission.AUDIT_READ,
        body=EventQuery,
        answer=EventsResponse,
        errors=(CursorInvalid, AuditConflict),
    )
    def get(self, context: Context, query: EventQuery) -> EventsResponse:
        """Find events by person, actor, action and time, the newest first.

        Reading is an event of the log itself. Cases that you decided on are left out; another
        person audits them.
        """
        command = Search(
            applicant_id=query.person,
            actor_id=query.actor,
            action=query.action,
            since=query.since,
            until=query.until,
            cursor=query.cursor,
        )
        return present_page(log_reading.search_events(context, command))


class Accesses(Resource):
    """Who saw a person's data."""

    @writes(
        "list_accesses",
        Permission.AUDIT_READ,
        body=AccessQuery,
        answer=EventsResponse,
        errors=(CursorInvalid, AuditConflict),
    )
    def get(self, context: Context, query: AccessQuery) -> EventsResponse:
        """List who saw what is held of a person, the newest first.

        People and parts of the system; reading is an event of the log itself.
        """
        return present_page(log_reading.list_accesses(context, query.applicant, query.cursor))


class TileCheckpoint(Resource):
    """The newest checkpoint as a file."""

    @reads(
        "read_tile_checkpoint",
        Permission.AUDIT_READ,
        answer=Response,
        content=BYTES,
        errors=(CheckpointUnknown,),
    )
    def get(self, context: Context) -> Response:
        """Read the newest signed note (C2SP tlog-tiles, `checkpoint`)."""
        checkpoint = log_reading.newest_checkpoint(context)
        if checkpoint is None:
            raise CheckpointUnknown
        return Response(checkpoint.note, mimetype=BYTES)


class HashTile(Resource):
    """A tile of hashes."""

    @reads(
        "read_tile",
        Permission.AUDIT_READ,
        answer=Response,
        content=BYTES,
        errors=(NotFound,),
    )
    def get(self, context: Context, level: int, index: str) -> Response:
        """Read a tile of hashes (C2SP tlog-tiles, `tile/<L>/<N>[.p/<W>]`).

        Tiles never change, and hold hashes only.
        """
        return Response(log_reading.read_tile(context, level, index), mimetype=BYTES)


class EntryBundle(Resource):
    """A bundle of entries."""

    @writes(
        "read_entries",
        Permission.AUDIT_READ,
        answer=Response,
        content=BYTES,
        errors=(NotFound, StepUpRequired),
    )
    def get(self, context: Context, index: str) -> Response:
        """Read a bundle of entries (C2SP tlog-tiles, `tile/entries/<N>[.p/<W>]`).

        The bytes of events as they were hashed: an export, so `POST /staff/step-up` first. Reading
        is an event of the log itself.
        """
        return Response(log_reading.read_entries(context, index), mimetype=BYTES)


class Checkpoint(Resource):
    """The newest checkpoint."""

    @reads("read_checkpoint", Permission.AUDIT_READ, answer=CheckpointResponse)
    def get(self, context: Context) -> CheckpointResponse:
        """Read the newest signed checkpoint.

        Keep it outside: a later consistency proof from its size shows that nothing was changed.
        """
        checkpoint = log_reading.newest_checkpoint(context)
        return present_checkpoint(checkpoint, context.resource(FollowedLogKey))


class InclusionProof(Resource):
    """The proof of one event."""

    @reads(
        "prove_inclusion",
        Permission.AUDIT_READ,
        answer=InclusionProofResponse,
        errors=(EventNotSequenced, TreeDamaged),
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
        errors=(CheckpointUnknown, TreeDamaged),
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
    namespace.add_resource(Events, "/events")
    namespace.add_resource(Accesses, "/access")
    namespace.add_resource(Checkpoint, "/checkpoint")
    namespace.add_resource(TileCheckpoint, "/tiles/checkpoint")
    namespace.add_resource(EntryBundle, "/tiles/tile/entries/<path:index>")
    namespace.add_resource(HashTile, "/tiles/tile/<int:level>/<path:index>")
    namespace.add_resource(InclusionProof, "/proofs/<uuid:event_id>")
    namespace.add_resource(ConsistencyProof, "/consistency-proofs/<int:old_size>")
    return namespace
