"""Waiting for an answer: `Prefer: wait=N` (RFC 7240), with pauses that grow."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from uuid import UUID

from app.services import Services
from core.actors import Actor
from kyc.decision.view import OnboardingView, is_analysed, is_at_rest, view_onboarding
from kyc.policy import OnboardingPolicy
from kyc.verification.models import VoiceVerification
from kyc.verification.states import VerificationState
from kyc.verification.voice import own_verification

FIRST_PAUSE_S, MAX_PAUSE_S, GROWTH = 0.05, 0.8, 1.3  # between two questions
SECONDS = re.compile(r"[0-9]{1,6}")  # more digits than any wait has would cost time to parse


def preferred_wait_s(header: str, max_s: float) -> float:
    """Seconds that a `Prefer` header asks to wait, at most `max_s`; 0 where it asks for none.

    Anything else in the header is ignored, as RFC 7240 demands.
    """
    for preference in header.split(","):
        name, _, value = preference.partition(";")[0].partition("=")
        if name.strip().lower() == "wait":
            seconds = value.strip().strip('"')
            return min(float(seconds), max_s) if SECONDS.fullmatch(seconds) else 0.0
    return 0.0


def moments(seconds: float) -> Iterator[bool]:
    """Moments to ask, ever further apart so that many who wait cost little; True for the last."""
    until, pause = time.monotonic() + seconds, FIRST_PAUSE_S
    while time.monotonic() < until:
        yield False
        time.sleep(max(0.0, min(pause, until - time.monotonic())))
        pause = min(pause * GROWTH, MAX_PAUSE_S)
    yield True


def wait_until(done: Callable[[], bool], seconds: float) -> None:
    """Return once `done()` holds, at the latest after `seconds`."""
    for last in moments(seconds):
        if last or done():
            return


class Waiting:
    """Answers for one actor, waited for as long as their request prefers."""

    def __init__(self, services: Services, actor: Actor, prefer: str) -> None:
        self._services, self._actor = services, actor
        max_s = services.parts.policy.section(OnboardingPolicy).max_wait_s
        self._seconds = preferred_wait_s(prefer, max_s)

    def onboarding(self, onboarding_id: UUID) -> OnboardingView:
        """The onboarding once nothing of it is being analysed. Raises `NotFound`."""
        view = self._view(onboarding_id)  # before anybody is let wait for it
        if self._seconds == 0 or view.at_rest:
            return view
        wait_until(lambda: self._is_at_rest(onboarding_id), self._seconds)
        return self._view(onboarding_id)

    def evidence(self, onboarding_id: UUID, evidence_id: UUID) -> OnboardingView:
        """The onboarding once a piece of its evidence is analysed."""
        wait_until(lambda: self._is_analysed(evidence_id), self._seconds)
        return self._view(onboarding_id)

    def verification(self, applicant_id: UUID, verification_id: UUID) -> VoiceVerification:
        """The voice verification once it has ended. Raises `NotFound`."""
        for last in moments(self._seconds):
            with self._services.reading(self._actor) as context:
                row = own_verification(context, applicant_id, verification_id)
            if last or row.state != VerificationState.ANALYSING:
                break
        return row

    def _view(self, onboarding_id: UUID) -> OnboardingView:
        with self._services.reading(self._actor) as context:
            return view_onboarding(context, onboarding_id)

    def _is_at_rest(self, onboarding_id: UUID) -> bool:
        with self._services.reading(self._actor) as context:
            return is_at_rest(context, onboarding_id)

    def _is_analysed(self, evidence_id: UUID) -> bool:
        with self._services.reading(self._actor) as context:
            return is_analysed(context, evidence_id)
