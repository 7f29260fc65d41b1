"""Periodic tasks: the log is sequenced, what has expired is closed."""

from __future__ import annotations

import time
from collections.abc import Callable
from uuid import UUID

import structlog

from access.attempts import forget_old_attempts, has_old_attempts
from access.codes import forget_old_codes, has_old_codes
from access.used_proofs import forget_old_proofs, has_old_proofs
from app.jobs.resealing import reseal_one
from app.retention import DailyRetention
from app.services import Services
from audit.actions import Action
from audit.proofs import CheckpointUnknown
from audit.sequencer import look, sequence
from audit.verifications import Verifying
from audit.witness import Witness, WitnessRefused, bear_witness
from audit.writer import record
from kyc.decision.named import has_unnamed_onboardings, name_old_onboardings
from kyc.onboarding.start import expire_onboardings, has_expired_onboardings
from kyc.onboarding.uploads import has_expired_uploads, sweep_uploads
from kyc.review.verdicts import has_old_notes, seal_old_notes
from kyc.risk.duplicate_faces import forget_destroyed_faces
from loans.credit.answering import expire_questions, has_expired_questions
from loans.lines.ending import expire_lines, has_expired_lines
from loans.offers.expiry import expire_offers, has_expired_offers
from loans.reach.campaign import plan_contacts
from loans.sources.consent import end_due_consents, has_due_consents
from privacy.destruction import has_unfinished, try_again

log = structlog.get_logger()

SEQUENCE_S = 0.5  # between two times that new audit events get their positions
EXPIRE_S = 5.0  # between two searches for what has expired
VERIFY_S = 5.0  # between two looks whether the audit log has grown since it was verified
PIECE_S = 0.1  # between two pieces of one verification
REACH_S = 300.0  # between two plannings of contacts, which look at everybody of the lane
WITNESS_S = 60.0  # between two checkpoints that the witness is given


class Maintenance:
    """Runs what is due, when the process that owns it has a moment."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._refusal = ""
        self._old_keys = True  # until nobody has one: none comes anew
        self._sequence_at = self._expire_at = self._verify_at = self._witness_at = 0.0
        self._reach_at = 0.0
        self._reached: UUID | None = None  # the last person whom a planning looked at
        self._verifying = Verifying(services.reading, services.transaction, services.log_key)
        self._retention = DailyRetention(services)

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
        if now >= self._verify_at:
            more = _guarded(self._verifying.step)
            self._verify_at = now + (PIECE_S if more else VERIFY_S)
        if now >= self._witness_at:
            self._witness_at = now + WITNESS_S
            _guarded(self._bear_witness)
        if now >= self._reach_at:
            more = _guarded(self._plan_contacts)
            self._reach_at = now + (PIECE_S if more else REACH_S)
            done = done or more
        return done or _guarded(self._retention.run_due)

    def next_round_at(self) -> float:
        """When something is due next, by `time.monotonic`."""
        return min(
            self._sequence_at, self._expire_at, self._verify_at, self._witness_at, self._reach_at
        )

    def sequence(self) -> bool:
        """Give new audit events their positions; whether there were any."""
        return _guarded(self._sequence)

    def expire(self) -> bool:
        """End or delete what has expired; whether there was any."""
        tasks = (
            self._expire_onboardings,
            self._expire_offers,
            self._expire_questions,
            self._expire_lines,
            self._end_consents,
            self._seal_notes,
            self._name_onboardings,
            self._forget_attempts,
            self._finish_destructions,
            self._forget_faces,
            self._forget_proofs,
            self._sweep_uploads,
            self._forget_codes,
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

    def _bear_witness(self) -> bool:
        """Give the newest checkpoint to the witness; a refusal is an event, and is tried again."""
        if not self._services.settings.audit_witness:
            return False
        witness = Witness(self._services.settings.audit_witness)
        try:
            with self._services.reading() as context:
                return bear_witness(context.session, self._services.log_key, witness).added
        except CheckpointUnknown:
            return False
        except WitnessRefused as error:
            log.error("witness refused", reason=str(error))
            self._record_refusal(str(error))
            return False

    def _record_refusal(self, refusal: str) -> None:
        if refusal != self._refusal:  # one event for one fault, however often it is met
            self._refusal = refusal
            with self._services.transaction() as context:
                record(context, Action.AUDIT_FAULT_FOUND, "witness", faults=[refusal])

    def _reseal(self) -> bool:
        self._old_keys = self._old_keys and reseal_one(self._services)
        return self._old_keys

    def _expire_onboardings(self) -> bool:
        with self._services.reading() as context:
            if not has_expired_onboardings(context):
                return False
        with self._services.transaction() as context:
            return expire_onboardings(context) > 0

    def _forget_codes(self) -> bool:
        with self._services.reading() as context:
            if not has_old_codes(context):
                return False
        with self._services.transaction() as context:
            return forget_old_codes(context) > 0

    def _forget_proofs(self) -> bool:
        with self._services.reading() as context:
            if not has_old_proofs(context):
                return False
        with self._services.transaction() as context:
            return forget_old_proofs(context) > 0

    def _sweep_uploads(self) -> bool:
        with self._services.reading() as context:
            if not has_expired_uploads(context):
                return False
        with self._services.transaction() as context:
            return sweep_uploads(context) > 0

    def _seal_notes(self) -> bool:
        with self._services.reading() as context:
            if not has_old_notes(context):
                return False
        with self._services.transaction() as context:
            return seal_old_notes(context) > 0

    def _name_onboardings(self) -> bool:
        with self._services.reading() as context:
            if not has_unnamed_onboardings(context):
                return False
        with self._services.transaction() as context:
            return name_old_onboardings(context) > 0

    def _plan_contacts(self) -> bool:
        """Whether there are more people to look at."""
        planned = plan_contacts(self._services.reading, self._services.transaction, self._reached)
        self._reached = planned.after
        return planned.after is not None

    def _finish_destructions(self) -> bool:
        with self._services.reading() as context:
            if not has_unfinished(context):
                return False
        with self._services.transaction() as context:
            queued = try_again(context)
        self._services.database.empty_log()  # of what was deleted in the meantime
        return queued > 0

    def _forget_faces(self) -> bool:
        with self._services.reading() as context:
            return forget_destroyed_faces(context) > 0

    def _expire_offers(self) -> bool:
        with self._services.reading() as context:
            if not has_expired_offers(context):
                return False
        with self._services.transaction() as context:
            return expire_offers(context) > 0

    def _expire_questions(self) -> bool:
        with self._services.reading() as context:
            if not has_expired_questions(context):
                return False
        with self._services.transaction() as context:
            return expire_questions(context) > 0

    def _expire_lines(self) -> bool:
        with self._services.reading() as context:
            if not has_expired_lines(context):
                return False
        with self._services.transaction() as context:
            return expire_lines(context) > 0

    def _end_consents(self) -> bool:
        with self._services.reading() as context:
            if not has_due_consents(context):
                return False
        with self._services.transaction() as context:
            return end_due_consents(context) > 0

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
