"""Periodic tasks: the log is sequenced, what has expired is closed."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog

from access.attempts import forget_old_attempts, has_old_attempts
from app.jobs.resealing import reseal_one
from app.services import Services
from audit.sequencer import look, sequence
from kyc.onboarding.start import expire_onboardings, has_expired_onboardings
from kyc.review.verdicts import has_old_notes, seal_old_notes
from kyc.risk.duplicate_faces import forget_destroyed_faces
from loans.terms.offer import expire_offers, has_expired_offers
from privacy.destruction import has_unfinished, try_again

log = structlog.get_logger()

SEQUENCE_S = 0.5  # between two times that new audit events get their positions
EXPIRE_S = 5.0  # between two searches for what has expired


class Maintenance:
    """Runs what is due, when the process that owns it has a moment."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._sequence_at = self._expire_at = 0.0

    def run_due(self) -> bool:
        """Whether anything was done."""
        now = time.monotonic()
        done = False
        if now >= self._sequence_at:
            self._sequence_at = now + SEQUENCE_S
            done = self.sequence()
            _guarded(self._reseal)
        if now >= self._expire_at:
            self._expire_at = now + EXPIRE_S
            done = self.expire() or done
        return done

    def sequence(self) -> bool:
        """Give new audit events their positions; whether there were any."""
        return _guarded(self._sequence)

    def expire(self) -> bool:
        """End onboardings, offers and counts of attempts whose time is over; whether any were."""
        tasks = (
            self._expire_onboardings,
            self._expire_offers,
            self._seal_notes,
            self._forget_attempts,
            self._finish_destructions,
            self._forget_faces,
        )
        done = [_guarded(task) for task in tasks]  # each of them, whatever the others did
        return any(done)

    def _sequence(self) -> bool:
        with self._services.reading() as context:
            waiting = look(context, self._services.log_key)
        if waiting is None:
            return False
        with self._services.transaction() as context:
            return sequence(context, self._services.signer, waiting) > 0

    def _reseal(self) -> bool:
        return reseal_one(self._services)

    def _expire_onboardings(self) -> bool:
        with self._services.reading() as context:
            if not has_expired_onboardings(context):
                return False
        with self._services.transaction() as context:
            return expire_onboardings(context) > 0

    def _seal_notes(self) -> bool:
        with self._services.reading() as context:
            if not has_old_notes(context):
                return False
        with self._services.transaction() as context:
            return seal_old_notes(context) > 0

    def _finish_destructions(self) -> bool:
        with self._services.reading() as context:
            if not has_unfinished(context):
                return False
        with self._services.transaction() as context:
            return try_again(context) > 0

    def _forget_faces(self) -> bool:
        with self._services.reading() as context:
            return forget_destroyed_faces(context) > 0

    def _expire_offers(self) -> bool:
        with self._services.reading() as context:
            if not has_expired_offers(context):
                return False
        with self._services.transaction() as context:
            return expire_offers(context) > 0

    def _forget_attempts(self) -> bool:
        with self._services.reading() as context:
            if not has_old_attempts(context):
                return False
        with self._services.transaction() as context:
            return forget_old_attempts(context) > 0


def _guarded(task: Callable[[], bool]) -> bool:
    """Run a task; one that fails is tried again when it is due, and stops no other."""
    try:
        return task()
    except Exception:
        log.exception("maintenance failed", task=getattr(task, "__name__", str(task)))
        return False
