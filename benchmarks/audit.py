"""`kaihu bench audit`: what the log costs when it is long.

`KAIHU_BENCH_EVENTS` events (a million) are verified while somebody writes; the story of one
onboarding is read among twice as many. Those events are inserted as rows, without their use cases.
"""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from access.log_reading import last_verification, newest_checkpoint, read_history, verify_pieces
from app.presenters.audit import present_history
from app.services import Services, migrate, open_services
from app.settings import Settings
from audit import tiles
from audit.actions import Action
from audit.checkpoint import NONE_EARLIER, Extension, next_digest
from audit.entries import Form, Index, instant, opening
from audit.merkle import leaf_hash
from audit.models import AuditCheckpoint, AuditEvent
from audit.proofs import prove_inclusion
from audit.sequencer import look, sequence
from audit.writer import record
from core.actors import Role, staff
from core.ids import new_id
from evaluation.report import Figures

EVENTS = int(os.environ.get("KAIHU_BENCH_EVENTS", "1000000"))
A_STORY = 40  # events of one onboarding
A_BATCH = 5_000  # rows that are inserted at a time, and signed by one checkpoint
APPENDED, A_TRANSACTION = 4_000, 20
PROOFS, READINGS = 200, 200
PAUSE_S = 0.05  # between two writes while the log is verified
COMPLIANCE = staff(UUID(int=7), Role.COMPLIANCE)
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


def bench_audit(settings: Settings) -> Figures:
    """Appending, verifying, proving and reading."""
    with tempfile.TemporaryDirectory() as folder:
        own = settings.model_copy(update={"var": Path(folder) / "var", "database_url": ""})
        migrate(own)
        services = open_services(own)
        log = _GeneratedLog(services)
        log.extend(EVENTS)
        figures: Figures = {
            "events": EVENTS,
            **_verified(services),
            "proof_ms": _proof_ms(services),
        }
        log.extend(2 * EVENTS)
        figures["story_ms_p95"] = _story_ms_p95(services, log)
        _sequence(services)
        figures["append_per_s"] = _append_per_s(services)
        services.database.dispose()
    return figures


class _GeneratedLog:
    """A log that is as valid as a real one, and made fast."""

    def __init__(self, services: Services) -> None:
        self._services, self._signer = services, services.signer
        self._edge, self._digest = tiles.Edge(), NONE_EARLIER
        self.onboardings: list[UUID] = []

    def extend(self, size: int) -> None:
        """Grow to so many events."""
        while self._edge.size < size:
            self._batch(min(A_BATCH, size - self._edge.size))

    def _batch(self, count: int) -> None:
        rows = list(self._rows(count))
        grown = dict(self._edge.append(row["leaf"] for row in rows))
        at = rows[-1]["at"]
        extension = Extension(instant(at), self._digest)
        note = self._signer.sign(self._edge.size, self._edge.root, extension)
        self._digest = next_digest(self._digest, note)
        with self._services.database.transaction() as session:
            session.execute(sa.insert(AuditEvent), rows)
            tiles.store(session, {**grown, **dict(self._edge.partials())})
            session.add(AuditCheckpoint(size=self._edge.size, note=note, at=at))

    def _rows(self, count: int) -> Iterator[dict[str, Any]]:
        for position in range(self._edge.size, self._edge.size + count):
            if position % A_STORY == 0:
                self.onboardings.append(new_id())
            onboarding, event_id = self.onboardings[-1], new_id()
            at = BEGINNING + timedelta(seconds=position)
            subject, applicant = str(onboarding), str(onboarding)
            index = Index(
                subject, Action.CHECK_RECORDED, "system", "kaihu", applicant, instant(at),
                str(event_id), "", subject,
            )  # fmt: skip
            entry = opening(index) + b'null,"reason":null,"values":{"kind":"licence","reasons":[]}}'
            yield {
                "id": event_id,
                "form": Form.JCS,
                "at": at,
                "actor_kind": "system",
                "actor_id": "kaihu",
                "action": Action.CHECK_RECORDED,
                "subject": subject,
                "onboarding_id": onboarding,
                "applicant_id": onboarding,
                "entry": entry,
                "old_data": {},
                "leaf": leaf_hash(entry),
                "position": position,
            }


def _verified(services: Services) -> Figures:
    """What verifying costs in a process of its own, and what writers notice of it."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_verify, args=(services.settings, theirs))
    process.start()
    waits = []
    while not ours.poll(PAUSE_S):
        begun = time.perf_counter()
        _write(services, 1)
        waits.append((time.perf_counter() - begun) * 1000)
    cpu_s, megabytes, faults = ours.recv()
    process.join()
    return {
        "verify_1m_cpu_s": cpu_s * 1_000_000 / EVENTS,
        "verify_1m_mb": megabytes,
        "verify_faults": faults,
        "write_ms_p95_while_verifying": _p95(waits),
    }


def _verify(settings: Settings, answer: multiprocessing.connection.Connection) -> None:
    services = open_services(settings)
    begun = time.process_time()
    found = verify_pieces(services.reading)
    cpu_s = time.process_time() - begun
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    answer.send((cpu_s, megabytes, len(found.faults)))


def _proof_ms(services: Services) -> float:
    with services.database.reading() as session:
        ids = [
            session.scalars(sa.select(AuditEvent.id).where(AuditEvent.position == at)).one()
            for at in random.Random(7).sample(range(EVENTS), min(PROOFS, EVENTS))
        ]
        return statistics.median(
            _taken_ms([partial(prove_inclusion, session, event) for event in ids])
        )


def _story_ms_p95(services: Services, log: _GeneratedLog) -> float | None:
    chosen = random.Random(7).sample(log.onboardings, min(READINGS, len(log.onboardings)))
    return _p95(_taken_ms([partial(_read, services, one) for one in chosen]))


def _p95(taken: Sequence[float]) -> float | None:
    return statistics.quantiles(taken, n=20)[-1] if len(taken) > 1 else None


def _taken_ms(calls: Sequence[Callable[[], object]]) -> list[float]:
    taken = []
    for call in calls:
        begun = time.perf_counter()
        call()
        taken.append((time.perf_counter() - begun) * 1000)
    return taken


def _read(services: Services, onboarding: UUID) -> None:
    with services.transaction(COMPLIANCE) as context:
        events = read_history(context, onboarding)
        present_history(events, last_verification(context), newest_checkpoint(context))


def _append_per_s(services: Services) -> float:
    """Events that are recorded in transactions, and then given their positions, a second."""
    begun = time.perf_counter()
    for _ in range(APPENDED // A_TRANSACTION):
        _write(services, A_TRANSACTION)
    _sequence(services)
    return APPENDED / (time.perf_counter() - begun)


def _sequence(services: Services) -> None:
    """Give everything that waits its position, as the worker does."""
    while True:
        with services.reading() as context:
            waiting = look(context, services.log_key)
        if waiting is None:
            return
        with services.transaction() as context:
            sequence(context, services.signer, waiting)


def _write(services: Services, count: int) -> None:
    with services.transaction() as context:
        for number in range(count):
            record(context, Action.AUDIT_READ, number, what="bench", found=number)
