"""An audit log that grows, and is tampered with."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from app.services import Services
from audit.actions import Action
from audit.chains import key_of
from audit.models import AuditEvent
from audit.persons import Person
from audit.sequencer import look, sequence
from audit.verifier import Verification, verify
from audit.writer import record
from core.ids import new_id


def write(services: Services, count: int) -> None:
    """So many events, which wait for their positions."""
    with services.transaction() as context:
        for number in range(count):
            record(context, Action.AUDIT_READ, number, what="test", found=number)


def search(services: Services, found: int) -> None:
    """An event about so many people."""
    people = [Person(new_id(), new_id() if number % 2 else None) for number in range(found)]
    with services.transaction() as context:
        record(
            context,
            Action.ACCOUNTS_SEARCHED,
            context.actor.id,
            found=found,
            by=["name"],
            reason="test",
            persons=people,
        )


def sequence_all(services: Services) -> int:
    """Give everything that waits its position; returns how many events."""
    total = 0
    while True:
        with services.reading() as context:
            waiting = look(context, services.log_key)
        if waiting is None:
            return total
        with services.transaction() as context:
            total += sequence(context, services.signer, waiting)


@contextmanager
def sequencing(services: Services) -> Iterator[None]:
    """What the worker does meanwhile."""
    over = threading.Event()

    def work() -> None:
        while not over.wait(0.05):
            sequence_all(services)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def grow(services: Services, *counts: int) -> None:
    """So many events at a time, sequenced after each time."""
    for count in counts:
        write(services, count)
        assert sequence_all(services) == count


def verified(services: Services, since: int = 0) -> Verification:
    """What recomputing the log finds."""
    return verify(
        services.database.reading, services.log_key, key_of(services.parts.keyring), since
    )


def change(services: Services, statement: sa.Executable) -> None:
    """What somebody does who can write to the database."""
    with services.transaction() as context:
        context.session.execute(statement)


def actions(services: Services) -> list[str]:
    """The actions of all events, oldest first."""
    with services.reading() as context:
        return list(context.session.scalars(sa.select(AuditEvent.action).order_by(AuditEvent.id)))


def events(services: Services, action: Action) -> list[AuditEvent]:
    """The events of an action, oldest first."""
    query = sa.select(AuditEvent).where(AuditEvent.action == action).order_by(AuditEvent.id)
    with services.reading() as context:
        return list(context.session.scalars(query))
