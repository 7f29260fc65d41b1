"""How much is known of a business."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from loans.policy import LoanPolicy
from loans.profile.feature import Source
from loans.profile.policy import SourceWeight, ThicknessRules
from loans.profile.thickness import KnownSource, thickness
from tests.support.policy import POLICY

TODAY = date(2026, 11, 29)
RULES = POLICY.section(LoanPolicy).profiles.thickness
SMALL = ThicknessRules(
    sources={
        Source.BANK: SourceWeight(points=60, half_life_days=100),
        Source.LICENCE: SourceWeight(points=40, half_life_days=1000),
    }
)
KNOWN = st.lists(
    st.builds(
        KnownSource,
        st.sampled_from(Source),
        st.floats(0, 1),
        st.dates(TODAY - timedelta(days=900), TODAY),
    ),
    max_size=8,
)


def test_points_are_weight_times_coverage_times_freshness() -> None:
    half_a_year = KnownSource(Source.BANK, 0.5, TODAY - timedelta(days=100))
    known = thickness([half_a_year, KnownSource(Source.LICENCE, 1, TODAY)], TODAY, SMALL)
    assert known.points == 60 * 0.5 * 0.5 + 40
    assert (known.next_source, known.next_points) == (Source.BANK, 45)


def test_nothing_is_known_without_a_source_and_nothing_adds_to_all() -> None:
    assert thickness([], TODAY, RULES).points == 0
    whole = thickness([KnownSource(source, 1, TODAY) for source in Source], TODAY, RULES)
    assert whole.points == pytest.approx(100)
    assert (whole.next_source, whole.next_points) == (None, 0)


def test_what_is_of_the_contact_lane_adds_nothing() -> None:
    known = [KnownSource(Source.SIGNALS, 1, TODAY), KnownSource(Source.INTENTS, 1, TODAY)]
    assert thickness(known, TODAY, RULES).points == 0


def test_points_of_the_policy_add_up() -> None:
    with pytest.raises(ValidationError, match="do not add up to 100"):
        ThicknessRules(sources={Source.BANK: SourceWeight(points=60, half_life_days=100)})


@given(KNOWN, KNOWN)
def test_another_source_or_reading_never_lowers_it(
    known: list[KnownSource], more: list[KnownSource]
) -> None:
    before, after = thickness(known, TODAY, RULES), thickness(known + more, TODAY, RULES)
    assert 0 <= before.points <= after.points <= 100 + 1e-9


@given(KNOWN)
def test_what_adds_most_adds_so_much(known: list[KnownSource]) -> None:
    before = thickness(known, TODAY, RULES)
    if before.next_source is not None:
        added = thickness([*known, KnownSource(before.next_source, 1, TODAY)], TODAY, RULES)
        assert added.points == pytest.approx(before.points + before.next_points)


def test_what_is_not_offered_is_never_the_next_source() -> None:
    every = list(RULES.sources)
    for source in every:
        found = thickness([], TODAY, RULES, [other for other in every if other is not source])
        assert found.next_source is source
    nothing = thickness([], TODAY, RULES, every)
    assert (nothing.next_source, nothing.next_points) == (None, 0.0)
    assert nothing.by_source == thickness([], TODAY, RULES).by_source
