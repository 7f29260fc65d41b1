"""`Prefer: wait=N` (RFC 7240): an answer at once, or a body that comes once there is a change."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from access.sessions import require_own_session
from app.listening.bodies import OneAnswer, Question, Topic
from app.listening.places import Places, Release, TooManyListeners
from app.policy import WebPolicy
from app.schemas.common import ApiModel
from app.services import Services
from core.actors import Actor
from core.origin import Origin, counted_as
from kyc.decision.view import OnboardingView, analysed, at_rest, view_onboarding
from kyc.policy import OnboardingPolicy
from kyc.verification.models import Verification
from kyc.verification.states import VerificationState
from kyc.verification.verify import ended, own_verification
from loans.credit.application import ApplicationView, decided, own_application
from loans.known.show import ProfileView, own_profile, settled_profiles

SECONDS = re.compile(r"[0-9]{1,6}")  # more digits than any wait has would cost time to parse

A = TypeVar("A", bound=ApiModel)


@dataclass(frozen=True)
class Later(Generic[A]):
    """An answer that will be made: what it waits for, how long, and how it is made then."""

    topic: Topic
    seconds: float
    release: Release
    make: Callable[[], A]

    def body(self, services: Services) -> OneAnswer:
        """Its body, as JSON."""
        return OneAnswer(
            services,
            self.topic,
            self.seconds,
            self.release,
            lambda: self.make().model_dump_json().encode(),
        )


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


class Waiting:
    """Answers for one actor, each made by `present`, waited for as their request prefers."""

    def __init__(self, services: Services, actor: Actor, origin: Origin, prefer: str) -> None:
        self._services, self._actor, self._origin = services, actor, origin
        max_s = services.parts.policy.section(OnboardingPolicy).max_wait_s
        self._seconds = preferred_wait_s(prefer, max_s)

    def onboarding(
        self, onboarding_id: UUID, present: Callable[[OnboardingView], A]
    ) -> A | Later[A]:
        """The onboarding once nothing of it is being analysed.

        Raises `NotFound`, `TooManyListeners`.
        """

        def answer() -> A:
            return present(self._view(onboarding_id))

        view = self._view(onboarding_id)  # before anybody is let wait for it
        if self._seconds == 0 or view.at_rest:
            return present(view)
        return self._later(at_rest, onboarding_id, answer)

    def evidence(
        self, onboarding_id: UUID, evidence_id: UUID, present: Callable[[OnboardingView], A]
    ) -> A | Later[A]:
        """The onboarding once a piece of its evidence that was just sent is analysed."""

        def answer() -> A:
            return present(self._view(onboarding_id))

        return self._sent(analysed, evidence_id, answer)

    def verification(
        self, applicant_id: UUID, verification_id: UUID, present: Callable[[Verification], A]
    ) -> A | Later[A]:
        """The voice verification once it has ended. Raises `NotFound`, `TooManyListeners`."""
        row = self._verification(applicant_id, verification_id)
        if self._seconds == 0 or row.state != VerificationState.ANALYSING:
            return present(row)
        return self._later(
            ended,
            verification_id,
            lambda: present(self._verification(applicant_id, verification_id)),
        )

    def recording(
        self, applicant_id: UUID, verification_id: UUID, present: Callable[[Verification], A]
    ) -> A | Later[A]:
        """The voice verification whose recording was just sent, once it has ended."""
        return self._sent(
            ended,
            verification_id,
            lambda: present(self._verification(applicant_id, verification_id)),
        )

    def application(
        self, application_id: UUID, present: Callable[[ApplicationView], A]
    ) -> A | Later[A]:
        """The application once it is decided, or a person looks at it.

        Raises `NotFound`, `TooManyListeners`.
        """

        def answer() -> A:
            return present(self._application(application_id))

        view = self._application(application_id)
        if self._seconds == 0 or not view.is_moving:
            return present(view)
        return self._later(decided, application_id, answer)

    def profile(self, present: Callable[[ProfileView], A]) -> A | Later[A]:
        """What is known of the actor's business once nothing is being read.

        Raises `TooManyListeners`.
        """

        def answer() -> A:
            return present(self._profile())

        view = self._profile()
        if self._seconds == 0 or not view.is_moving:
            return present(view)
        return self._later(settled_profiles, self._actor.uuid, answer)

    def received(
        self, application_id: UUID, present: Callable[[ApplicationView], A]
    ) -> Later[A] | None:
        """An application that was just received, once it is decided; None where nobody waits."""
        if self._seconds == 0:
            return None
        try:
            return self._later(
                decided, application_id, lambda: present(self._application(application_id))
            )
        except TooManyListeners:
            return None

    def _sent(self, question: Question, subject: UUID, make: Callable[[], A]) -> A | Later[A]:
        """What was sent has arrived: where there is no place to wait, the answer comes at once."""
        if self._seconds == 0:
            return make()
        try:
            return self._later(question, subject, make)
        except TooManyListeners:
            return make()

    def _later(self, question: Question, subject: UUID, make: Callable[[], A]) -> Later[A]:
        parts = self._services.parts
        rules = parts.policy.section(WebPolicy)
        release = parts.resources.get(Places).take(
            waits=(self._actor.id, rules.max_waits_per_account),
            address=(counted_as(self._origin.address), rules.max_listeners_per_address),
        )
        return Later(Topic(question, subject), self._seconds, release, make)

    def _view(self, onboarding_id: UUID) -> OnboardingView:
        with self._services.reading(self._actor, self._origin) as context:
            require_own_session(context)
            return view_onboarding(context, onboarding_id)

    def _application(self, application_id: UUID) -> ApplicationView:
        with self._services.reading(self._actor, self._origin) as context:
            require_own_session(context)
            return own_application(context, application_id)

    def _profile(self) -> ProfileView:
        with self._services.reading(self._actor, self._origin) as context:
            require_own_session(context)
            return own_profile(context)

    def _verification(self, applicant_id: UUID, verification_id: UUID) -> Verification:
        with self._services.reading(self._actor, self._origin) as context:
            require_own_session(context)
            return own_verification(context, applicant_id, verification_id)
