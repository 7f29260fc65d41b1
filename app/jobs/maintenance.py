"""Periodic tasks: the log is sequenced, what has expired is closed."""

from __future__ import annotations

import time

from app.services import Services
from audit.sequencer import has_unsequenced, sequence
from kyc.onboarding.start import expire_onboardings
from loans.terms.offer import expire_offers

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
        if now >= self._expire_at:
            self._expire_at = now + EXPIRE_S
            done = self.expire() or done
        return done

    def sequence(self) -> bool:
        """Give new audit events their positions; whether there were any."""
        with self._services.reading() as context:
            if not has_unsequenced(context.session):
                return False
        with self._services.transaction() as context:
            return sequence(context, self._services.signer) > 0

    def expire(self) -> bool:
        """End onboardings and offers whose time is over; whether there were any."""
        with self._services.transaction() as context:
            return expire_onboardings(context) + expire_offers(context) > 0
