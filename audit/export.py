"""Events of the log for somebody outside: their bytes, and all that proves them.

The archive holds each event's bytes as they were hashed, its proof, the signed checkpoint and the
key that it verifies under. A list of what it holds is itself an event, whose proof is in the
archive too: so the log's own signature holds the archive together, and nothing can be left out of
it later. `docs/verify_audit.py` checks it with nothing of this project.
"""

from __future__ import annotations

import hashlib
import json
import time
import zipfile
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from audit.actions import Action
from audit.checkpoint import LogKey
from audit.log_keys import verifier_key
from audit.models import AuditEvent
from audit.persons import of_onboarding
from audit.proofs import ConsistencyProof, EventNotSequenced, prove_consistency, prove_inclusion
from audit.reading import Search, conditions
from audit.writer import record
from storage.context import Context

WAIT_S, POLL_S = 10.0, 0.2
Contexts = Callable[[], AbstractContextManager[Context]]


class NothingToExport(Exception):
    """No event fits."""


class SequencerMissing(Exception):
    """New events got no position: no worker runs."""


EVERYTHING = Search()


@dataclass(frozen=True)
class Export:
    """What to export: an onboarding's events, or those of a search; `since` is a size to prove."""

    onboarding_id: UUID | None = None
    search: Search = EVERYTHING
    since: int | None = None


def export(reading: Contexts, transaction: Contexts, command: Export, path: Path) -> int:
    """Write an archive; returns how many events it holds.

    Raises `NothingToExport`, `SequencerMissing`, and FileExistsError.
    """
    with transaction() as context:
        own = _events(command)
        events = list(context.session.execute(own.order_by(AuditEvent.at, AuditEvent.id)).scalars())
        if not events:
            raise NothingToExport
        manifest = _manifest(events)
        what = "onboarding" if command.onboarding_id else "events"
        event = record(
            context,
            Action.AUDIT_EXPORTED,
            command.onboarding_id or command.search.applicant_id or context.actor.id,
            onboarding_id=command.onboarding_id,
            applicant_id=command.search.applicant_id or events[0].applicant_id,
            what=what,
            found=len(events),
            digest=hashlib.sha256(manifest).hexdigest(),
        )
    _await(reading, event.id)
    with reading() as context:
        said = context.session.get_one(AuditEvent, event.id)
        _write(context, path, [*events, said], manifest, command.since)
    return len(events)


def _events(command: Export) -> sa.Select[AuditEvent]:
    query = sa.select(AuditEvent).where(*conditions(command.search))
    if command.onboarding_id is not None:
        query = query.where(of_onboarding(command.onboarding_id))
    return query


def _manifest(events: Sequence[AuditEvent]) -> bytes:
    """The names of the files of events, each with the SHA-256 of its bytes, one a line."""
    lines = [f"{hashlib.sha256(event.content).hexdigest()}  {_name(event)}" for event in events]
    return ("\n".join(lines) + "\n").encode()


def _name(event: AuditEvent) -> str:
    return f"events/{event.id}.json"


def _await(reading: Contexts, event_id: UUID) -> None:
    """Return once the event, and with it every earlier one, is in the signed tree."""
    until = time.monotonic() + WAIT_S
    while True:
        with reading() as context:
            try:
                prove_inclusion(context.session, event_id)
            except EventNotSequenced:
                if time.monotonic() > until:
                    raise SequencerMissing from None
            else:
                return
        time.sleep(POLL_S)


def _write(
    context: Context, path: Path, events: Sequence[AuditEvent], manifest: bytes, since: int | None
) -> None:
    session, key = context.session, context.resource(LogKey)
    proofs = {event: prove_inclusion(session, event.id) for event in events}
    last = proofs[events[-1]]
    with zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED) as archive:
        for event, proof in proofs.items():
            archive.writestr(_name(event), event.content)
            facts = {"position": proof.position, "size": proof.size, "proof": _hex(proof.path)}
            archive.writestr(f"proofs/{event.id}.json", json.dumps(facts))
        archive.writestr("manifest", manifest)
        archive.writestr("exported", str(events[-1].id))
        archive.writestr("checkpoint", last.note)
        archive.writestr("key", verifier_key(key.origin, key.public_key) + "\n")
        if since is not None:
            proved = prove_consistency(session, since)
            archive.writestr("consistency.json", json.dumps(consistency_facts(proved)))


def consistency_facts(proved: ConsistencyProof) -> dict[str, Any]:
    """A consistency proof as the API and archives give it."""
    return {
        "old_size": proved.old_size,
        "size": proved.size,
        "proof": _hex(proved.path),
        "note": proved.note,
    }


def _hex(path: Sequence[bytes]) -> list[str]:
    return [node.hex() for node in path]
