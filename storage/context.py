"""`Context`: what a use case is handed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Self, TypeVar

from sqlalchemy.orm import Session

from core.actors import Actor
from core.clock import Clock, business_day
from core.origin import INSIDE, Origin
from core.policy import Policy, Section
from storage.blind_index import BlindIndex
from storage.keyring import Keyring
from storage.media import MediaStore

R = TypeVar("R")
S = TypeVar("S", bound=Section)


class ResourceMissing(Exception):
    """A use case needs something that this process does not hold."""


class Resources:
    """What one process holds for its use cases, by type: a search index, a scorer, a signer."""

    def __init__(self, *resources: object) -> None:
        self._by_type: dict[type, object] = {}
        for resource in resources:
            self.add(type(resource), resource)

    def add(self, kind: type[R], resource: R) -> None:
        """Hold a resource under a type, which may be a runtime-checkable protocol."""
        self._by_type[kind] = resource

    def get(self, kind: type[R]) -> R:
        """Raises `ResourceMissing`."""
        found = self._by_type.get(kind)
        if not isinstance(found, kind):
            raise ResourceMissing(kind.__name__)
        return found


@dataclass(frozen=True)
class Context:
    """One transaction, or one reading: who asks for it, from where, and all that it may need."""

    session: Session
    actor: Actor
    clock: Clock
    policy: Policy
    keyring: Keyring
    blind_index: BlindIndex
    media: MediaStore
    resources: Resources
    origin: Origin = INSIDE

    def now(self) -> datetime:
        """The present instant, UTC."""
        return self.clock.now()

    def today(self) -> date:
        """The present day in China, by which ages, expiry and years in business are judged."""
        return business_day(self.clock.now())

    def rules(self, section: type[S]) -> S:
        """A section of the policy in force."""
        return self.policy.section(section)

    def resource(self, kind: type[R]) -> R:
        """What this process holds of a type. Raises `ResourceMissing`."""
        return self.resources.get(kind)

    def acting_as(self, actor: Actor) -> Self:
        """The same transaction, with another actor."""
        return replace(self, actor=actor)

    def commit(self) -> None:
        """Keep what was written so far, whatever comes after: a wrong try that must count."""
        self.session.commit()


@dataclass(frozen=True)
class ServiceParts:
    """What a process opens once and every context of it shares."""

    clock: Clock
    policy: Policy
    keyring: Keyring
    blind_index: BlindIndex
    media: MediaStore
    resources: Resources

    def context(self, session: Session, actor: Actor, origin: Origin = INSIDE) -> Context:
        """A context over an open session."""
        return Context(
            session=session,
            actor=actor,
            clock=self.clock,
            policy=self.policy,
            keyring=self.keyring,
            blind_index=self.blind_index,
            media=self.media,
            resources=self.resources,
            origin=origin,
        )
