"""The audit log as it grows: its stored tree is never believed unseen."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.jobs.maintenance import Maintenance
from app.services import Services
from audit.actions import Action
from audit.models import AuditCheckpoint, AuditTile
from audit.sequencer import has_unsequenced, latest_checkpoint
from tests.support.log import change, events, grow, sequence_all, verified, write


def test_a_log_grows_from_its_tiles(services: Services) -> None:
    grow(services, 1, 2, 4, 1, 5)
    found = verified(services)
    assert found.intact
    assert (found.size, found.checkpoints) == (13, 5)


@pytest.mark.parametrize(
    ("spoilt", "fault"),
    [
        (sa.update(AuditTile).values(hashes=bytes(7 * 32)), "not the one that checkpoint 7 signs"),
        (sa.update(AuditTile).values(hashes=bytes(5)), "tile/0/000 was changed"),
        (sa.delete(AuditTile), "tile/0/000 was changed"),
        (
            sa.delete(AuditCheckpoint).where(AuditCheckpoint.size > 3),
            "the newest checkpoint is of 3",
        ),
        (sa.update(AuditCheckpoint).values(note="forged"), "checkpoint 7: not a checkpoint"),
    ],
)
def test_a_stored_tree_that_is_not_the_signed_one_is_computed_again_and_put_on_record(
    services: Services, spoilt: sa.Executable, fault: str
) -> None:
    grow(services, 3, 4)
    change(services, spoilt)
    write(services, 2)
    assert sequence_all(services) == 3  # with the event of the fault
    (found,) = events(services, Action.AUDIT_FAULT_FOUND)
    assert fault in found.data["faults"][0]
    assert fault in str([one for one in verified(services).faults if "found before" in one])


def test_maintenance_sequences_what_is_new(services: Services) -> None:
    maintenance = Maintenance(services)
    assert not maintenance.sequence()
    grow(services, 2)
    assert not maintenance.sequence()
    with services.reading() as context:
        assert not has_unsequenced(context.session)
        newest = latest_checkpoint(context.session)
    assert newest is not None
    assert newest.size == 2
