"""Refused requests of callers who are known are events."""

from __future__ import annotations

from flask import g, request

from app.api.caller import origin, services
from audit.actions import Action
from audit.writer import record
from core.errors import BusinessError, Refused, Unauthenticated


def note_refusal(error: BusinessError) -> None:
    """Record that a caller who is known was refused, in a transaction of its own.

    It names the route, not its values. Nobody is known by no token, or by none of ours.
    """
    actor = g.get("actor")
    if isinstance(error, Unauthenticated):
        actor = error.holder
    elif isinstance(error, Refused) and error.recorded:
        return
    if actor is None:
        return
    with services().transaction(actor, origin()) as context:
        route = str(request.url_rule)
        record(context, Action.ACCESS_REFUSED, route, code=error.code, method=request.method)
