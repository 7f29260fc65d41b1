"""What waits for the tree cannot be changed, dropped or inserted unseen."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.services import Services
from audit import chains
from audit.actions import Action
from audit.models import AuditChain, AuditEvent
from audit.writer import record
from tests.support.log import change, events, grow, sequence_all, verified, write

WAITING = AuditEvent.position.is_(None)


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        (sa.delete(AuditEvent).where(WAITING), "the last are missing"),
        (sa.delete(AuditEvent).where(WAITING, AuditEvent.number == 5), "the last are missing"),
        (sa.delete(AuditEvent).where(WAITING, AuditEvent.number == 4), "some are missing"),
        (
            sa.update(AuditEvent).where(AuditEvent.number == 4).values(leaf=bytes(32)),
            "was changed or inserted",
        ),
        (sa.update(AuditEvent).where(AuditEvent.number == 4).values(chain=None), "is in no chain"),
        (sa.update(AuditEvent).where(AuditEvent.number == 4).values(chain=99), "is in no chain"),
        (sa.update(AuditEvent).where(AuditEvent.number == 4).values(number=None), "are missing"),
        (sa.update(AuditEvent).where(AuditEvent.number == 2).values(number=None), "was changed"),
        (sa.update(AuditChain).values(number=4), "was changed"),
        (sa.delete(AuditChain), "is missing"),
    ],
)
def test_a_change_of_what_waits_is_found_and_put_on_record(
    services: Services, statement: sa.Executable, fault: str
) -> None:
    grow(services, 2)
    write(services, 3)
    assert verified(services).intact
    change(services, statement)
    assert fault in "".join(verified(services).faults)
    write(services, 1)
    sequence_all(services)
    assert events(services, Action.AUDIT_FAULT_FOUND)
    assert not verified(services).intact


def test_the_end_of_the_log_cut_off_with_its_checkpoints_is_missed_by_the_chains(
    services: Services,
) -> None:
    grow(services, 3, 4)
    for statement in (
        "DELETE FROM audit_events WHERE position >= 3",
        "DELETE FROM audit_checkpoints WHERE size > 3",
        "UPDATE audit_tiles SET hashes = substr(hashes, 1, 96)",
    ):
        change(services, sa.text(statement))
    (fault,) = verified(services).faults
    assert "has 3 of its 7 events: the last are missing" in fault


def test_an_event_goes_away_with_its_savepoint(services: Services) -> None:
    with services.transaction() as context:
        record(context, Action.AUDIT_READ, "kept", what="test", found=0)
        with pytest.raises(ZeroDivisionError), context.session.begin_nested():
            record(context, Action.AUDIT_READ, "undone", what="test", found=1 // 0)
        try:
            with context.session.begin_nested():
                record(context, Action.AUDIT_READ, "undone", what="test", found=0)
                raise ZeroDivisionError
        except ZeroDivisionError:
            pass
        with context.session.begin_nested():
            record(context, Action.AUDIT_READ, "kept too", what="test", found=0)
    assert [event.subject for event in events(services, Action.AUDIT_READ)] == ["kept", "kept too"]


def test_events_from_before_there_were_chains_are_taken_into_one(services: Services) -> None:
    write(services, 2)
    change(services, sa.update(AuditEvent).values(chain=None, number=None, seal=None))
    change(services, sa.delete(AuditChain))
    with services.transaction() as context:
        chains.adopt(context.session, chains.key_of(context.keyring))
    assert verified(services).intact
    assert sequence_all(services) == 2
    assert verified(services).intact


@pytest.mark.parametrize("number", [None, 2, 5, 8, 9])
def test_what_waits_is_held_to_its_chain_a_batch_at_a_time(
    services: Services, monkeypatch: pytest.MonkeyPatch, number: int | None
) -> None:
    monkeypatch.setattr("audit.sequencer.BATCH", 3)
    write(services, 9)
    if number is not None:
        changed = sa.update(AuditEvent).where(AuditEvent.number == number)
        change(services, changed.values(leaf=bytes(32)))
    sequence_all(services)
    assert bool(events(services, Action.AUDIT_FAULT_FOUND)) is (number is not None)
    assert verified(services).intact is (number is None)
