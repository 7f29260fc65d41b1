"""Compliance reads the audit log, and checks its proofs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from access.authorisation import require
from access.permissions import Permission
from access.step_up import require_step_up
from audit import proofs, reading, tiles
from audit.actions import Action
from audit.bundles import bundle
from audit.chains import key_of
from audit.checkpoint import LogKey
from audit.export import Export, export
from audit.models import AuditCheckpoint, AuditEvent, AuditVerification
from audit.sequencer import latest_checkpoint
from audit.state import STATE
from audit.verifications import Contexts, keep, newest_verification
from audit.verifier import Verification, verify
from audit.writer import record
from core.actors import ActorKind
from core.errors import NotFound, Refused
from storage.context import Context

DECIDING = frozenset({Action.REVIEW_CLAIMED, Action.REVIEW_VERDICT_GIVEN})


class AuditConflict(Refused):
    """The reader decided on this onboarding, as a reviewer: somebody else audits it."""

    code = "audit_conflict"
    recorded = True


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


def search_events(context: Context, command: reading.Search) -> reading.Page:
    """A page of events, with an event of the reading.

    Those of cases that the reader decided on as a reviewer are left out. Raises
    `audit.reading.CursorInvalid`, and `AuditConflict` where the reader decided on the person asked
    for.
    """
    require(context, Permission.AUDIT_READ)
    page = reading.search(context, replace(command, besides=_own_cases(context)))
    if command.applicant_id is not None:
        _require_no_own_case(context, command.applicant_id)
    return page


def list_accesses(context: Context, applicant_id: UUID, cursor: str | None) -> reading.Page:
    """Who saw a person's data, with an event of the reading.

    Raises `CursorInvalid`, `AuditConflict`.
    """
    require(context, Permission.AUDIT_READ)
    page = reading.accesses(context, applicant_id, cursor)
    _require_no_own_case(context, applicant_id)
    return page


def last_verification(context: Context) -> AuditVerification | None:
    """Up to where and when the log was verified last, and what was found."""
    require(context, Permission.AUDIT_READ)
    return newest_verification(context.session)


def read_tile(context: Context, level: int, path: str) -> bytes:
    """A tile of hashes (C2SP tlog-tiles). Raises `NotFound`."""
    require(context, Permission.AUDIT_READ)
    number, width = _tile(path)
    found = tiles.read_tile(context.session, level, number, width)
    if found is None:
        raise NotFound
    return found


def read_entries(context: Context, path: str) -> bytes:
    """A bundle of entries (C2SP tlog-tiles), with an event of the reading.

    Bundles are an export of the log. Raises `NotFound`, `access.step_up.StepUpRequired`.
    """
    require(context, Permission.AUDIT_READ)
    require_step_up(context)
    number, width = _tile(path)
    found = bundle(context.session, number, width)
    record(context, Action.AUDIT_READ, f"tile/entries/{path}", what="entries", found=len(found))
    if not found:
        context.commit()
        raise NotFound
    return b"".join(found)


def verify_log(context: Context) -> Verification:
    """Recompute the whole log. Never in a write transaction."""
    require(context, Permission.AUDIT_READ)
    return verify(
        lambda: nullcontext(context.session), context.resource(LogKey), key_of(context.keyring)
    )


def verify_pieces(reading: Contexts) -> Verification:
    """Recompute the whole log, each piece in a reading of its own."""
    with reading() as context:
        require(context, Permission.AUDIT_READ)
        key, chain_key = context.resource(LogKey), key_of(context.keyring)

    @contextmanager
    def session() -> Iterator[Session]:
        with reading() as context:
            yield context.session

    return verify(session, key, chain_key)


def keep_verification(context: Context, found: Verification) -> None:
    """Keep what a verification found; an event."""
    require(context, Permission.AUDIT_READ)
    keep(context, found)


def state_faults(context: Context) -> list[str]:
    """Where rows that the log speaks of say something else. It goes over all of them."""
    require(context, Permission.AUDIT_READ)
    return [fault for compare in STATE.comparisons() for fault in compare(context)]


def export_events(reading: Contexts, transaction: Contexts, command: Export, path: Path) -> int:
    """Write an archive of events; an event, with the digest of what it holds.

    Raises `audit.export.NothingToExport`, `audit.export.SequencerMissing`.
    """
    with reading() as context:
        require(context, Permission.AUDIT_READ)
    return export(reading, transaction, command, path)


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


def _tile(path: str) -> tuple[int, int]:
    try:
        return tiles.parse_path(path)
    except ValueError as error:
        raise NotFound from error


def _is_own_deciding(context: Context, event: AuditEvent) -> bool:
    mine = (event.actor_kind, event.actor_id) == (ActorKind.STAFF, context.actor.id)
    return mine and event.action in DECIDING


def _own_cases(context: Context) -> frozenset[UUID]:
    """The onboardings that the reader decided on."""
    rows = context.session.scalars(_own_decisions(context, AuditEvent.onboarding_id).distinct())
    return frozenset(onboarding_id for onboarding_id in rows if onboarding_id is not None)


def _require_no_own_case(context: Context, applicant_id: UUID) -> None:
    """Raises `AuditConflict`; that somebody looked is kept."""
    own = _own_decisions(context, AuditEvent.id).where(AuditEvent.applicant_id == applicant_id)
    if context.session.scalar(own.limit(1)) is not None:
        context.commit()
        raise AuditConflict


def _own_decisions(context: Context, column: Any) -> sa.Select[Any]:
    return sa.select(column).where(
        AuditEvent.actor_kind == ActorKind.STAFF,
        AuditEvent.actor_id == context.actor.id,
        AuditEvent.action.in_(sorted(DECIDING)),
    )
