"""Events of requests: a reading, a refusal, something damaged; each in a transaction of its own.

What a use case records itself, in the transaction of what it does, is not noted here again. Events
name the route, not its values, but for the account that a path names.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask import g, request

from app.api.caller import origin, services
from audit.actions import Action
from audit.writer import record
from core.actors import ANONYMOUS
from core.errors import BusinessError, TooMany, Unauthenticated

ACCOUNT = "account_id"  # in paths below `/accounts`


def note_reading(action: Action, operation: str, path: Mapping[str, object]) -> None:
    """Record that a caller was shown something of a person."""
    ids = [value for value in path.values() if isinstance(value, UUID)]
    subject = ids[-1] if ids else g.actor.id
    with services().transaction(g.actor, origin()) as context:
        record(context, action, subject, applicant_id=_account(path), operation=operation)


def note_refusal(error: BusinessError) -> None:
    """Record that a caller who is known was refused, or that anybody went past a limit.

    Nobody is known by no token, or by none of ours.
    """
    if error.recorded:
        return
    holder = error.holder if isinstance(error, Unauthenticated) else None
    actor = holder or g.get("actor")
    if actor is None and isinstance(error, TooMany):
        actor = ANONYMOUS
    if actor is None:
        return
    with services().transaction(actor, origin()) as context:
        action, route = Action.ACCESS_REFUSED, str(request.url_rule)
        record(context, action, route, code=error.code, method=request.method)


def note_damage(error: Exception, path: Mapping[str, object]) -> None:
    """Record that something which was asked for does not open."""
    with services().transaction(g.get("actor") or ANONYMOUS, origin()) as context:
        action, route = Action.RECORD_DAMAGED, str(request.url_rule)
        what = type(error).__name__
        record(context, action, route, applicant_id=_account(path), what=what)


def _account(path: Mapping[str, object]) -> UUID | None:
    account = path.get(ACCOUNT)
    return account if isinstance(account, UUID) else None
