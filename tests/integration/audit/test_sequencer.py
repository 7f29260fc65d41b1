"""The audit log as it grows: its tree's compact range is kept, and never believed unseen."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.jobs.maintenance import Maintenance
from app.services import Services
from audit.models import AuditCheckpoint
from audit.sequencer import has_unsequenced, latest_checkpoint
from tests.support.log import change, grow, verified


def test_a_log_grows_from_its_compact_range(services: Services) -> None:
    grow(services, 1, 2, 4, 1, 5)
    found = verified(services)
    assert found.intact
    assert (found.size, found.checkpoints) == (13, 5)


@pytest.mark.parametrize(
    "spoilt",
    [
        sa.update(AuditCheckpoint).values(compact_range=None),  # as before ranges were kept
        sa.update(AuditCheckpoint).values(compact_range=bytes(96)),
        sa.update(AuditCheckpoint).values(compact_range=bytes(5)),
        sa.delete(AuditCheckpoint).where(AuditCheckpoint.size > 3),
    ],
)
def test_a_range_that_is_not_the_logs_is_made_anew(
    services: Services, spoilt: sa.Executable
) -> None:
    grow(services, 3, 4)
    change(services, spoilt)
    grow(services, 2)
    assert verified(services).intact


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
