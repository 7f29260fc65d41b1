"""How far the log was verified, kept: from the beginning once a day, and on from there.

`Verifying` goes on a piece at a time, for a process that has other things to do.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from audit import chains
from audit.actions import Action
from audit.checkpoint import LogKey
from audit.models import AuditVerification
from audit.sequencer import latest_checkpoint
from audit.verifier import Run, Verification
from audit.writer import record
from core.ids import new_id
from storage.context import Context

ANEW = timedelta(days=1)  # between two verifications of the whole log
NAMED = 20  # faults that an event names

Contexts = Callable[[], AbstractContextManager[Context]]


def newest_verification(session: Session) -> AuditVerification | None:
    """The last verification of the whole log, and how far it went on since."""
    newest = sa.select(AuditVerification).order_by(AuditVerification.began_at.desc())
    return session.scalar(newest.limit(1))


def keep(context: Context, found: Verification) -> None:
    """Keep what a verification found: of the whole log as its own, of a rest with the one before.

    A verification of the whole log is an event, and so is the first sight of a fault.
    """
    row, now = newest_verification(context.session), context.now()
    if row is None or not found.since:
        row = AuditVerification(id=new_id(), began_at=now, at=now, size=found.size, faults=[])
        context.session.add(row)
    new = [fault for fault in found.faults if fault not in row.faults]
    row.at, row.size, row.faults = now, found.size, [*row.faults, *new]
    if new or not found.since:
        since, faults = found.since, new[:NAMED]
        record(context, Action.AUDIT_VERIFIED, row.id, since=since, size=found.size, faults=faults)


class Verifying:
    """The verification that a process does beside its other work."""

    def __init__(self, reading: Contexts, transaction: Contexts, key: LogKey) -> None:
        self._reading, self._transaction, self._key = reading, transaction, key
        self._run: Run | None = None

    def step(self) -> bool:
        """Do the next piece, or begin again; whether a run is under way."""
        with self._reading() as context:
            if self._run is None:
                self._run = self._begun(context)
                return self._run is not None
            if self._run.step(context.session):
                return True
        run, self._run = self._run, None
        with self._transaction() as context:
            keep(context, run.result())
        return False

    def _begun(self, context: Context) -> Run | None:
        """A run of what is new, or of the whole log where that is due."""
        newest, last = latest_checkpoint(context.session), newest_verification(context.session)
        if newest is None:
            return None
        whole = last is None or last.began_at + ANEW <= context.now() or last.size > newest.size
        if not whole and last is not None and last.size == newest.size:
            return None
        run = Run(self._key, chains.key_of(context.keyring))
        run.begin(context.session, 0 if whole or last is None else last.size)
        return run
