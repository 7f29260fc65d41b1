from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.settings import ROOT
from kyc.risk.rules import PauseRules
from storage.states import CALL, EVIDENCE, ONBOARDING, ForbiddenStep, Steps, diagram, move

PAUSE = PauseRules(failures=5, first_s=30.0, longest_s=3600.0)


@dataclass
class Thing:
    state: str


@given(st.sampled_from([ONBOARDING, EVIDENCE, CALL]), st.data())
def test_only_written_steps_are_taken(steps: Steps, data: st.DataObject) -> None:
    before = data.draw(st.sampled_from(sorted(steps)))
    after = data.draw(st.sampled_from(sorted(steps)))
    thing = Thing(before)
    if after in steps[before]:
        move(thing, after, steps)
        assert thing.state == after
    else:
        with pytest.raises(ForbiddenStep):
            move(thing, after, steps)
        assert thing.state == before


def test_the_page_shows_the_steps_of_the_code() -> None:
    page = (ROOT / "docs/onboarding.md").read_text("utf-8")
    for steps in (ONBOARDING, EVIDENCE, CALL):
        assert diagram(steps) in page


@given(st.integers(0, 10_000))
def test_pauses_grow_and_end(failures: int) -> None:
    seconds = PAUSE.seconds(failures)
    assert (seconds == 0) == (failures < 5)
    assert seconds <= PAUSE.seconds(failures + 1) <= 3600
