"""State machines: nothing but declared steps, and a first state once."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.settings import ROOT
from app.webhooks.models import DELIVERY
from kyc.evidence.states import EVIDENCE
from kyc.onboarding.states import DECISION, ONBOARDING, Decision, OnboardingState
from kyc.verification.states import VERIFICATION
from loans.states import APPLICATION, DRAW, LINE, OFFER
from storage.queue import JOB
from storage.states import ForbiddenTransition, Transitions

Machine = Transitions[Any]

MACHINES: dict[str, Machine] = {
    "onboarding": ONBOARDING,
    "decision": DECISION,
    "evidence": EVIDENCE,
    "verification": VERIFICATION,
    "application": APPLICATION,
    "offer": OFFER,
    "line": LINE,
    "draw": DRAW,
    "job": JOB,
    "delivery": DELIVERY,
}
machines = st.sampled_from(sorted(MACHINES))


@dataclass
class Row:
    """A row with the attributes that machines move."""

    state: StrEnum | None = None
    decision: StrEnum | None = None


@given(machines, st.data())
def test_no_sequence_of_moves_leaves_the_declared_steps(name: str, data: st.DataObject) -> None:
    machine, row = MACHINES[name], Row()
    states = sorted(machine.steps)
    assert getattr(row, machine.attribute) is None
    for wanted in data.draw(st.lists(st.sampled_from(states), max_size=12)):
        before = getattr(row, machine.attribute)
        first = before is None
        allowed = wanted in (machine.first if first else machine.steps[before])
        if not first:
            assert machine.may_move(row, wanted) is allowed
        act = machine.begin if first else machine.move
        if allowed:
            act(row, wanted)
            assert getattr(row, machine.attribute) is wanted
        else:
            with pytest.raises(ForbiddenTransition):
                act(row, wanted)
            assert getattr(row, machine.attribute) is before


@given(machines, st.data())
def test_a_row_begins_once(name: str, data: st.DataObject) -> None:
    machine, row = MACHINES[name], Row()
    machine.begin(row, data.draw(st.sampled_from(machine.first)))
    with pytest.raises(ForbiddenTransition):
        machine.begin(row, data.draw(st.sampled_from(machine.first)))


@pytest.mark.parametrize("name", sorted(MACHINES))
def test_what_has_not_begun_does_not_move(name: str) -> None:
    machine, row = MACHINES[name], Row()
    for state in machine.steps:
        assert not machine.may_move(row, state)
        with pytest.raises(ForbiddenTransition):
            machine.move(row, state)


@pytest.mark.parametrize("name", sorted(MACHINES))
def test_every_state_is_declared_and_reached(name: str) -> None:
    machine = MACHINES[name]
    reached, news = set(machine.first), set(machine.first)
    while news:
        news = {after for state in news for after in machine.steps[state]} - reached
        reached |= news
    assert reached == set(machine.steps)
    states: type[StrEnum] = type(machine.first[0])
    assert set(machine.steps) == set(states)


def test_a_machine_moves_its_own_attribute_alone() -> None:
    row = Row()
    ONBOARDING.begin(row, OnboardingState.OPEN)
    DECISION.begin(row, Decision.REVIEW)
    DECISION.move(row, Decision.APPROVED)
    assert (row.state, row.decision) == (OnboardingState.OPEN, Decision.APPROVED)


@pytest.mark.parametrize("name", ["onboarding", "evidence", "verification"])
def test_the_page_shows_the_steps_of_the_code(name: str) -> None:
    page = (ROOT / "docs/onboarding.md").read_text("utf-8")
    assert MACHINES[name].diagram() in page


@pytest.mark.parametrize("name", ["line", "draw"])
def test_the_page_of_lending_shows_the_steps_of_the_code(name: str) -> None:
    page = (ROOT / "docs/lending.md").read_text("utf-8")
    assert MACHINES[name].diagram() in page
