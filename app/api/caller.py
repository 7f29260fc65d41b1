"""Who calls, and what this process opened: of the request that is being served."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass

from flask import current_app, g, request

from access.authentication import authenticate
from access.authorisation import NotAllowed, may
from access.permissions import Permission
from app.language import words_of_request
from app.listening.waits import Waiting
from app.messages.words import Words
from app.services import Services
from core.actors import ANONYMOUS, Actor
from core.origin import Origin
from storage.context import Context

EXTENSION = "kaihu"


@dataclass(frozen=True)
class Caller:
    """An actor who is served outside of one transaction: uploads that wait, streams."""

    services: Services
    actor: Actor

    def transaction(self) -> AbstractContextManager[Context]:
        """A context that may write; committed at the end, undone by an error."""
        return self.services.transaction(self.actor, origin())

    def reading(self) -> AbstractContextManager[Context]:
        """A context that sees one state of the database and writes nothing."""
        return self.services.reading(self.actor, origin())

    def waiting(self) -> Waiting:
        """Answers that are waited for as long as the request's `Prefer` asks."""
        return Waiting(self.services, self.actor, origin(), request.headers.get("Prefer", ""))


def services() -> Services:
    """What this process opened at its start."""
    opened: Services = current_app.extensions[EXTENSION]
    return opened


def origin() -> Origin:
    """Where the request comes from, with the session that it came in once that is known."""
    return Origin(
        request_id=g.get("request_id", ""),
        address=request.remote_addr or "",
        session_id=g.get("session_id"),
        device=g.get("device", ""),
    )


def words() -> Words:
    """The sentences for this request, in the language that it asks for."""
    return words_of_request(services().parts.policy)


def permitted(permission: Permission) -> Actor:
    """Who calls, if their role has a permission; anybody where it is `PUBLIC`.

    From here on `origin` names the session. Raises `access.token_keys.TokenInvalid`, `NotAllowed`.
    """
    if permission is Permission.PUBLIC:
        return ANONYMOUS
    with services().reading(ANONYMOUS, origin()) as context:
        caller = authenticate(context, request.headers.get("Authorization"))
    g.session_id, g.device = caller.session.id, caller.session.device_key or ""
    g.actor = caller.actor
    if not may(services().parts.policy, caller.actor.role, permission):
        raise NotAllowed
    return caller.actor
