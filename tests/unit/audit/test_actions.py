"""Every action says what its events must carry, and an event that lacks it is refused."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from sqlalchemy.orm import Session

from audit.actions import APPLICANT, LOAN, ONBOARDING, PERSONS, REQUIRED, Action
from audit.persons import Person
from audit.writer import EventIncomplete, record
from core.actors import SYSTEM
from core.ids import new_id
from storage.blind_index import BlindIndex
from storage.context import Context, Resources
from tests.support.clock import MovableClock
from tests.support.keys import memory_keyring
from tests.support.media import MemoryMedia
from tests.support.policy import POLICY

KEYRING = memory_keyring()
DEMANDING = [(action, field) for action in Action for field in sorted(REQUIRED[action])]


def context() -> Context:
    return Context(
        session=Session(),
        actor=SYSTEM,
        clock=MovableClock(),
        policy=POLICY,
        keyring=KEYRING,
        blind_index=BlindIndex(KEYRING),
        media=MemoryMedia(),
        resources=Resources(),
    )


def complete(action: Action) -> dict[str, Any]:
    data: dict[str, Any] = dict.fromkeys(REQUIRED[action], "x")
    given: dict[str, Any] = {
        field: new_id() if field in (ONBOARDING, APPLICANT, LOAN) else "x" for field in data
    }
    return {**given, PERSONS: [Person(new_id())]} if PERSONS in given else given


def test_every_action_says_what_it_demands() -> None:
    assert set(REQUIRED) == set(Action)


def test_actions_are_named_subject_and_what_was_done() -> None:
    assert [action for action in Action if not re.fullmatch(r"[a-z]+\.[a-z_]+", action)] == []


@pytest.mark.parametrize("action", Action)
def test_an_event_with_all_that_is_demanded_is_kept(action: Action) -> None:
    asked = context()
    event = record(asked, action, "subject", **complete(action))
    assert (event.action, event.actor_kind, event.actor_id) == (action, "system", "kaihu")
    assert (event.onboarding_id is not None) == (ONBOARDING in REQUIRED[action])
    assert ONBOARDING not in json.loads(event.entry)["values"]


@pytest.mark.parametrize(("action", "field"), DEMANDING)
def test_an_event_that_lacks_a_field_is_refused(action: Action, field: str) -> None:
    asked, data = context(), complete(action)
    del data[field]
    with pytest.raises(EventIncomplete, match=field):
        record(asked, action, "subject", **data)
    assert not asked.session.info


def test_what_json_cannot_hold_is_written_as_text() -> None:
    some_id = new_id()
    event = record(context(), Action.AUDIT_READ, some_id, what=some_id, found=0)
    assert json.loads(event.entry)["values"] == {"what": str(some_id), "found": 0}
    assert event.subject == str(some_id)
