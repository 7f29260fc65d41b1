"""Something of an owner's as it changes: server-sent events (WHATWG HTML, 9.2), with resume."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, NamedTuple
from uuid import UUID

from access.sessions import require_own_session
from app.listening.bodies import ChangingBody, Part, Question, Topic
from app.listening.places import Places
from app.messages.words import Words
from app.policy import WebPolicy
from app.presenters.line import present_line
from app.presenters.loan import present_application
from app.presenters.onboarding import present_onboarding
from app.presenters.profile import present_profile
from app.schemas.common import ApiResponse
from app.services import Services
from audit.reading import newest_events
from core.actors import Actor
from core.origin import Origin, counted_as
from kyc.decision.view import view_onboarding
from kyc.onboarding.states import OnboardingState
from loans.credit.application import own_application, states_of_applications
from loans.known.show import own_profile, profiles_as_seen
from loans.lines.own import lines_as_seen, own_line
from loans.states import LINE_ENDS, UNDECIDED
from storage.context import Context

MAX_CONNECTION_S = 25.0  # phones come back by themselves, and are then asked who they are again
BACK_MS = 500


class Shown(NamedTuple):
    """An answer, and whether it is the last that will come."""

    answer: ApiResponse
    last: bool


class AnswerEvents(ChangingBody):
    """The whole answer at once, unless `last_seen` names its present state, then each change.

    Every event carries the whole answer: a client that missed some misses nothing.
    Making one raises `NotFound`, `TooManyListeners`.
    """

    event: ClassVar[str]

    def __init__(
        self,
        services: Services,
        actor: Actor,
        origin: Origin,
        words: Words,
        subject: UUID,
        last_seen: str,
    ) -> None:
        self._actor, self._origin, self._words = actor, origin, words
        self._subject = subject
        newest, shown = self._read(services)
        rules = services.parts.policy.section(WebPolicy)
        release = services.parts.resources.get(Places).take(
            streams=(actor.id, rules.max_streams_per_account),
            address=(counted_as(origin.address), rules.max_listeners_per_address),
        )
        seconds = MAX_CONNECTION_S
        self._first = f"retry: {BACK_MS}\n\n".encode()
        if str(newest) != last_seen:
            self._first += self._told(newest, shown)
            if shown.last:
                seconds = 0.0
        super().__init__(services, Topic(self.question(), subject), newest, seconds, release)

    @staticmethod
    @abstractmethod
    def question() -> Question:
        """What has another answer whenever it changed."""

    @abstractmethod
    def show(self, context: Context, subject: UUID) -> Shown:
        """How it stands, for its owner. Raises `NotFound`."""

    def first(self) -> bytes:
        """When to come back, and how it stands."""
        return self._first

    def changed(self) -> Part:
        """How it stands now."""
        self.seen, shown = self._read(self._services)
        return Part(self._told(self.seen, shown), last=shown.last)

    def ended(self) -> bytes:
        """Nothing that counts: the client comes again."""
        return b": come again\n\n"

    def _read(self, services: Services) -> tuple[object, Shown]:
        with services.reading(self._actor, self._origin) as context:
            require_own_session(context)
            newest = self.question()(context, {self._subject})
            return newest.get(self._subject), self.show(context, self._subject)

    def _told(self, newest: object, shown: Shown) -> bytes:
        data = shown.answer.model_dump_json()
        return f"id: {newest}\nevent: {self.event}\ndata: {data}\n\n".encode()


class OnboardingEvents(AnswerEvents):
    """An onboarding until it is decided."""

    event = "onboarding"

    @staticmethod
    def question() -> Question:
        """Its newest event."""
        return newest_events

    def show(self, context: Context, subject: UUID) -> Shown:
        """The onboarding. Raises `NotFound`."""
        view = view_onboarding(context, subject)
        last = view.state is not OnboardingState.OPEN
        return Shown(present_onboarding(view, self._words), last)


class ApplicationEvents(AnswerEvents):
    """An application until it is decided."""

    event = "application"

    @staticmethod
    def question() -> Question:
        """Its state, and how many times it was moved."""
        return states_of_applications

    def show(self, context: Context, subject: UUID) -> Shown:
        """The application. Raises `NotFound`."""
        view = own_application(context, subject)
        last = view.application.state not in UNDECIDED
        return Shown(present_application(view, self._words), last)


class LineEvents(AnswerEvents):
    """A credit line until it ends."""

    event = "line"

    @staticmethod
    def question() -> Question:
        """Its state, and the draws on it."""
        return lines_as_seen

    def show(self, context: Context, subject: UUID) -> Shown:
        """The line. Raises `NotFound`."""
        view = own_line(context, subject)
        return Shown(present_line(view), view.line.state in LINE_ENDS)


class ProfileEvents(AnswerEvents):
    """What is known of a business while files are read."""

    event = "profile"

    @staticmethod
    def question() -> Question:
        """How it stands: what is read, and when it was put together."""
        return profiles_as_seen

    def show(self, context: Context, subject: UUID) -> Shown:  # noqa: ARG002 (the actor's own)
        """The profile."""
        return Shown(present_profile(own_profile(context), self._words), last=False)
