from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference.scorer.card import (
    MAX_REASONS,
    Card,
    CardInvalid,
    FeatureInvalid,
    NumberFeature,
    Trend,
    Value,
    read_card,
)
from reference.scorer.settings import SHIPPED_CARDS

THIN, THICK = (read_card(SHIPPED_CARDS / f"{name}.toml") for name in ("thin", "thick"))
CARDS = pytest.mark.parametrize("card", [THIN, THICK], ids=lambda card: card.name)
LONGEST_MS = 2.0


def values_of(card: Card) -> st.SearchStrategy[dict[str, Value]]:
    def of(feature: Any) -> st.SearchStrategy[Value]:
        if isinstance(feature, NumberFeature):
            return st.none() | st.floats(feature.minimum, feature.maximum)
        words = [word for part in feature.bins for word in part.among]
        return st.none() | st.sampled_from([*words, "a word of nobody's"])

    return st.fixed_dictionaries({feature.name: of(feature) for feature in card.features})


@CARDS
@given(data=st.data())
def test_every_assessment_keeps_what_is_promised(card: Card, data: st.DataObject) -> None:
    values = data.draw(values_of(card))
    found = card.assess(values)
    assert 0 < found.pd_12m < 1
    assert len(found.reasons) <= MAX_REASONS
    assert all(reason.points_lost > 0 for reason in found.reasons)
    lost = [reason.points_lost for reason in found.reasons]
    assert lost == sorted(lost, reverse=True)
    assert set(found.missing) == {name for name, value in values.items() if value is None}
    best = sum(max(part.points for part in feature.bins) for feature in card.features)
    if len(found.reasons) < MAX_REASONS:
        assert found.points + sum(lost) == card.base + best


@CARDS
@given(data=st.data())
def test_risk_follows_each_number_in_its_direction(card: Card, data: st.DataObject) -> None:
    values = data.draw(values_of(card))
    numbers = [one for one in card.features if isinstance(one, NumberFeature)]
    feature = data.draw(st.sampled_from(numbers))
    pair = st.tuples(*2 * [st.floats(feature.minimum, feature.maximum)])
    low, high = sorted(data.draw(pair))
    at_low = card.assess({**values, feature.name: low}).pd_12m
    at_high = card.assess({**values, feature.name: high}).pd_12m
    assert at_low >= at_high if feature.trend is Trend.RISING else at_low <= at_high


@CARDS
def test_what_is_missing_is_not_zero(card: Card) -> None:
    known = card.assess({"months_in_business": 0})
    assert "months_in_business" in card.assess({}).missing
    assert "months_in_business" not in known.missing


@CARDS
def test_probabilities_are_those_of_small_loans(card: Card) -> None:
    spread = []
    for months in (1, 13, 30, 60, 200):
        for section in "ACFHIQ":
            for fen in (2_000_000, 8_000_000, 30_000_000):
                known: dict[str, Value] = {"months_in_business": months, "industry": section}
                known |= {"legal_form": "individual", "amount_fen": fen, "tenor_months": 12}
                spread.append(card.assess(known).pd_12m)
    spread.sort()
    assert 0.005 < spread[0] < 0.03
    assert 0.03 < spread[len(spread) // 2] < 0.07
    assert 0.1 < spread[-1] < 0.2
    assert len(set(spread)) >= 40


def test_forty_points_double_the_odds() -> None:
    def odds(points: int) -> float:
        return 1 / THIN.pd_of(points) - 1

    assert odds(THIN.scale.points) == pytest.approx(THIN.scale.odds)
    assert odds(THIN.scale.points + 40) == pytest.approx(2 * THIN.scale.odds)


@pytest.mark.parametrize(
    ("feature", "value"),
    [
        ("months_in_business", -1),
        ("months_in_business", 1e9),
        ("months_in_business", 10**400),
        ("months_in_business", float("nan")),
        ("months_in_business", "thirty"),
        ("industry", 7),
    ],
)
def test_a_value_that_cannot_be_is_named(feature: str, value: Value) -> None:
    with pytest.raises(FeatureInvalid) as raised:
        THIN.assess({feature: value})
    assert raised.value.feature == feature


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("{ below = 6, points = -30 }", "{ below = 6, points = 50 }", "points fall"),
        ("{ below = 12, points = -26 }", "{ below = 5, points = -26 }", "bounds do not rise"),
        ("  { points = 32 },\n", "", "the last bin"),
        ('name = "legal_form"', 'name = "industry"', "once"),
        ("points_to_double = 40", "points_to_double = 0", "points_to_double"),
        ("slope = 1.0", "slope = nan", "slope"),
        ('version = "1"', "", "version"),
        ("base = ", "base = = ", "base"),
    ],
)
def test_a_card_that_contradicts_itself_is_refused(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    text = (SHIPPED_CARDS / "thin.toml").read_text("utf-8")
    assert old in text
    path = tmp_path / "card.toml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(CardInvalid) as raised:
        read_card(path)
    assert told in str(raised.value) or "line" in str(raised.value)


def test_a_changed_card_has_another_hash(tmp_path: Path) -> None:
    path = tmp_path / "thin.toml"
    path.write_bytes((SHIPPED_CARDS / "thin.toml").read_bytes() + b"\n")
    assert read_card(path).sha256 != THIN.sha256


@CARDS
def test_a_card_answers_at_once(card: Card) -> None:
    drawn = random.Random(1)
    taken = []
    for _ in range(200):
        begun = time.thread_time()
        card.assess({"months_in_business": drawn.randrange(300), "employees": 3})
        taken.append((time.thread_time() - begun) * 1000)
    assert sorted(taken)[190] <= LONGEST_MS
