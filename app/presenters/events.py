"""An onboarding as it changes: server-sent events (WHATWG HTML, 9.2), with resume."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from app.long_polling import moments
from app.messages.words import Words
from app.presenters.onboarding import present_onboarding
from app.services import Services
from audit.reading import newest_event
from core.actors import Actor
from kyc.decision.view import view_onboarding
from kyc.onboarding.states import OnboardingState

MAX_CONNECTION_S = 25.0  # a thread serves each, and phones come back by themselves
BACK_MS = 500


def onboarding_events(
    services: Services, actor: Actor, words: Words, onboarding_id: UUID, last_seen: str
) -> Iterator[str]:
    """The whole onboarding at once, unless `last_seen` names its present state, then each change.

    Every event carries the whole answer: a client that missed some misses nothing.
    Raises `NotFound` at once, before the first line is asked for.
    """
    with services.reading(actor) as context:
        view_onboarding(context, onboarding_id)
    return _lines(services, actor, words, onboarding_id, last_seen)


def _lines(
    services: Services, actor: Actor, words: Words, onboarding_id: UUID, seen: str
) -> Iterator[str]:
    yield f"retry: {BACK_MS}\n\n"
    for last in moments(MAX_CONNECTION_S):
        with services.reading(actor) as context:
            newest = str(newest_event(context, onboarding_id))
            view = None if newest == seen else view_onboarding(context, onboarding_id)
        if view is not None:
            seen = newest
            answer = present_onboarding(view, words)
            yield f"id: {seen}\nevent: onboarding\ndata: {answer.model_dump_json()}\n\n"
            if view.state is not OnboardingState.OPEN:
                return
        if last:
            yield ": come again\n\n"
