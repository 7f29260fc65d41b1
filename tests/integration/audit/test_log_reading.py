"""Compliance reads the log; reading is an event too."""

from __future__ import annotations

import pytest

from access.authorisation import NotAllowed
from access.log_reading import (
    newest_checkpoint,
    prove_consistency,
    prove_inclusion,
    read_history,
    read_tile,
    verify_log,
)
from app.jobs.maintenance import Maintenance
from app.services import Services
from audit.actions import Action
from audit.reading import newest_events
from core.actors import Role, staff
from core.errors import NotFound
from core.ids import new_id
from tests.support.factories import applicant, started
from tests.support.log import events, sequence_all

COMPLIANCE = staff(new_id(), Role.COMPLIANCE)


def test_the_story_of_an_onboarding(services: Services) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    started(applicant(services, "13800000002"))
    with services.transaction(COMPLIANCE) as context:
        read_history(context, onboarding)
    assert Maintenance(services).sequence()
    with services.transaction(COMPLIANCE) as context:
        story = read_history(context, onboarding)
    assert [event.action for event in story] == [
        Action.ONBOARDING_STARTED,
        Action.CONSENT_GIVEN,
        Action.CONSENT_GIVEN,
    ]
    assert {event.onboarding_id for event in story} == {onboarding}
    assert all(event.position is not None for event in story)
    assert {event.applicant_id for event in story} == {owner.id}
    reading, _ = events(services, Action.AUDIT_READ)
    assert (reading.actor_id, reading.subject) == (COMPLIANCE.id, str(onboarding))
    sequence_all(services)
    with services.reading(COMPLIANCE) as context:
        assert verify_log(context).intact
        assert newest_events(context, {onboarding})[onboarding] == story[-1].id
        checkpoint = newest_checkpoint(context)
        assert checkpoint is not None
        assert prove_inclusion(context, story[0].id).note == checkpoint.note
        assert prove_consistency(context, 1).size == checkpoint.size


@pytest.mark.parametrize("role", [Role.AGENT, Role.REVIEWER])
def test_other_staff_does_not_read_it(services: Services, role: Role) -> None:
    with services.transaction(staff(new_id(), role)) as context:
        with pytest.raises(NotAllowed):
            read_history(context, new_id())
        with pytest.raises(NotAllowed):
            verify_log(context)
        with pytest.raises(NotAllowed):
            newest_checkpoint(context)
        with pytest.raises(NotAllowed):
            prove_inclusion(context, new_id())
        with pytest.raises(NotAllowed):
            prove_consistency(context, 1)


def test_a_look_at_what_never_was_is_logged(services: Services) -> None:
    unknown = new_id()
    with pytest.raises(NotFound), services.transaction(COMPLIANCE) as context:
        read_history(context, unknown)
    (reading,) = events(services, Action.AUDIT_READ)
    assert reading.subject == str(unknown)


@pytest.mark.parametrize(
    ("level", "path"),
    [(8, "000"), (10**14, "000"), (0, "x999/x999/x999/999"), (0, f"{'x999/' * 7}999")],
)
def test_a_tile_that_no_tree_has_is_not_found(services: Services, level: int, path: str) -> None:
    with services.reading(staff(new_id(), Role.COMPLIANCE)) as context, pytest.raises(NotFound):
        read_tile(context, level, path)
