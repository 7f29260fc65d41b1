"""Whatever is changed in a sequenced log is found, and proofs hold for what was not."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.services import Services
from audit.checkpoint import read_checkpoint
from audit.merkle import is_consistent, leaf_hash, root_from_inclusion
from audit.models import AuditEvent
from audit.proofs import CheckpointUnknown, EventNotSequenced, prove_consistency, prove_inclusion
from core.ids import new_id
from tests.support.log import change, grow, verified


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE audit_events SET action = 'nothing.happened' WHERE position = 3",
        "UPDATE audit_events SET data = '{\"forged\": 1}' WHERE position = 3",
        "UPDATE audit_events SET applicant_id = id WHERE position = 1",
        "UPDATE audit_events SET position = NULL WHERE position = 6",
        "UPDATE audit_checkpoints SET size = 5 WHERE size = 3",
        "DELETE FROM audit_checkpoints WHERE size = 3",
        "DELETE FROM audit_tiles",
        "DELETE FROM audit_chains",
        "UPDATE audit_events SET actor_id = 'somebody' WHERE position = 0",
        "DELETE FROM audit_events WHERE position = 2",
        "DELETE FROM audit_events WHERE position = 6",  # the newest
        "UPDATE audit_events SET position = -position WHERE position IN (4, 5)",
        "DELETE FROM audit_checkpoints",
        "DELETE FROM audit_checkpoints WHERE size = 7",
        "UPDATE audit_checkpoints SET note = 'forged' WHERE size = 3",
    ],
)
def test_the_log_notices_a_change_a_loss_and_a_swap(services: Services, attack: str) -> None:
    grow(services, 3, 4)
    assert verified(services).intact
    change(services, sa.text(attack))
    found = verified(services)
    assert not found.intact
    assert found.faults


def test_an_event_changed_with_its_leaf_is_found_after_the_log_grew(services: Services) -> None:
    grow(services, 3, 4)
    with services.transaction() as context:
        query = sa.select(AuditEvent).where(AuditEvent.position == 1)
        event = context.session.scalars(query).one()
        event.subject = "another"
        event.entry = event.content.replace(b'"about":"1"', b'"about":"another"')
        event.leaf = leaf_hash(event.entry)
    grow(services, 2)
    assert verified(services).faults == ("the event at 1 is not the one that was signed",)


def test_an_event_proves_that_it_is_in_the_log(services: Services) -> None:
    grow(services, 3, 4)
    log = services.log_key
    with services.reading() as context:
        for event in context.session.scalars(sa.select(AuditEvent)):
            proof = prove_inclusion(context.session, event.id)
            signed = read_checkpoint(proof.note, log.origin, log.public_key)
            root = root_from_inclusion(proof.leaf, proof.position, proof.size, proof.path)
            assert root == signed.root
        with pytest.raises(EventNotSequenced):
            prove_inclusion(context.session, new_id())


def test_a_log_proves_that_it_only_grew(services: Services) -> None:
    grow(services, 3, 4, 2)
    log = services.log_key
    with services.reading() as context:
        for old_size in (3, 7, 9):
            proof = prove_consistency(context.session, old_size)
            new = read_checkpoint(proof.note, log.origin, log.public_key)
            notes = sa.text("SELECT note FROM audit_checkpoints WHERE size = :size")
            note = context.session.execute(notes, {"size": old_size}).scalar_one()
            old = read_checkpoint(note, log.origin, log.public_key)
            assert is_consistent(old_size, proof.size, old.root, new.root, proof.path)
        for unknown in (0, 10):
            with pytest.raises(CheckpointUnknown):
                prove_consistency(context.session, unknown)


def test_an_empty_log_proves_nothing_and_is_intact(services: Services) -> None:
    found = verified(services)
    assert (found.size, found.checkpoints, found.intact) == (0, 0, True)
    with services.reading() as context, pytest.raises(CheckpointUnknown):
        prove_consistency(context.session, 1)
