"""The audit log as it grows: its tree's edge is kept, and never believed unseen."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.services import House
from audit.writer import SYSTEM, AuditCheckpoint, AuditEvent, Verification, record, sequence, verify
from audit.merkle import leaf_hash


def grow(house: House, *counts: int) -> None:
    """So many events at a time, sequenced after each time."""
    for count in counts:
        with house.database.transaction() as session:
            for number in range(count):
                record(session, SYSTEM, "tried", number)
        with house.database.transaction() as session:
            assert sequence(session, house.signer) == count


def verified(house: House) -> Verification:
    with house.database.reading() as session:
        return verify(session, house.signer.origin, house.signer.public_key)


def change(house: House, statement: sa.Executable) -> None:
    with house.database.transaction() as session:
        session.execute(statement)


def test_a_log_grows_from_its_edge(house: House) -> None:
    grow(house, 1, 2, 4, 1, 5)
    found = verified(house)
    assert found.intact
    assert (found.size, found.checkpoints) == (13, 5)


@pytest.mark.parametrize(
    "spoilt",
    [
        sa.update(AuditCheckpoint).values(edge=None),  # as before edges were kept
        sa.update(AuditCheckpoint).values(edge=bytes(96)),
        sa.update(AuditCheckpoint).values(edge=bytes(5)),
        sa.delete(AuditCheckpoint).where(AuditCheckpoint.size > 3),
    ],
)
def test_an_edge_that_is_not_the_logs_is_made_anew(house: House, spoilt: sa.Executable) -> None:
    grow(house, 3, 4)
    change(house, spoilt)
    grow(house, 2)
    assert verified(house).intact


def test_an_event_changed_with_its_leaf_is_found_after_the_log_grew(house: House) -> None:
    grow(house, 3, 4)
    with house.database.transaction() as session:
        event = session.scalars(sa.select(AuditEvent).where(AuditEvent.position == 1)).one()
        event.subject = "another"
        event.leaf = leaf_hash(event.entry())
    grow(house, 2)
    faults = verified(house).faults
    assert faults == tuple(
        f"checkpoint {size}: the events before it were changed" for size in (3, 7, 9)
    )
