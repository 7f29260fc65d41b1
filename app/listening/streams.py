"""An onboarding as it changes: server-sent events (WHATWG HTML, 9.2), with resume."""

from __future__ import annotations

from uuid import UUID

from access.sessions import require_own_session
from app.listening.bodies import ChangingBody, Part, Topic
from app.listening.places import Places
from app.messages.words import Words
from app.policy import WebPolicy
from app.presenters.onboarding import present_onboarding
from app.services import Services
from audit.reading import newest_events
from core.actors import Actor
from core.origin import Origin, counted_as
from kyc.decision.view import OnboardingView, view_onboarding
from kyc.onboarding.states import OnboardingState

MAX_CONNECTION_S = 25.0  # phones come back by themselves, and are then asked who they are again
BACK_MS = 500


class OnboardingEvents(ChangingBody):
    """The whole onboarding at once, unless `last_seen` names its present state, then each change.

    Every event carries the whole answer: a client that missed some misses nothing.
    Making one raises `NotFound`, `TooManyListeners`.
    """

    def __init__(
        self,
        services: Services,
        actor: Actor,
        origin: Origin,
        words: Words,
        onboarding_id: UUID,
        last_seen: str,
    ) -> None:
        self._actor, self._origin, self._words = actor, origin, words
        self._onboarding_id = onboarding_id
        newest, view = self._read(services)
        rules = services.parts.policy.section(WebPolicy)
        release = services.parts.resources.get(Places).take(
            streams=(actor.id, rules.max_streams_per_account),
            address=(counted_as(origin.address), rules.max_listeners_per_address),
        )
        seconds = MAX_CONNECTION_S
        self._first = f"retry: {BACK_MS}\n\n".encode()
        if str(newest) != last_seen:
            self._first += self._event(newest, view)
            if view.state is not OnboardingState.OPEN:
                seconds = 0.0
        super().__init__(services, Topic(newest_events, onboarding_id), newest, seconds, release)

    def first(self) -> bytes:
        """When to come back, and how it stands."""
        return self._first

    def changed(self) -> Part:
        """How it stands now; the last once it is decided."""
        self.seen, view = self._read(self._services)
        content = self._event(self.seen, view)
        return Part(content, last=view.state is not OnboardingState.OPEN)

    def ended(self) -> bytes:
        """Nothing that counts: the client comes again."""
        return b": come again\n\n"

    def _read(self, services: Services) -> tuple[object, OnboardingView]:
        with services.reading(self._actor, self._origin) as context:
            require_own_session(context)
            newest = newest_events(context, {self._onboarding_id})
            view = view_onboarding(context, self._onboarding_id)
        return newest.get(self._onboarding_id), view

    def _event(self, newest: object, view: OnboardingView) -> bytes:
        answer = present_onboarding(view, self._words)
        return f"id: {newest}\nevent: onboarding\ndata: {answer.model_dump_json()}\n\n".encode()
