"""A classifier of short texts: what it promises, and that the files are what the examples make."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loans.codes import industries
from loans.profile.classifier import (
    LONGEST,
    MAX_CHARACTERS,
    Classifier,
    fitted,
    made_of,
    packed,
    runs_of,
)
from loans.profile.industry_examples import SAYS_NOTHING
from loans.profile.intents import Intent
from tools.fit_classifiers import SOURCES, Example, fit, hash_of

DRINKS = [Example((text,), "tea") for text in ("红茶", "绿茶", "茶叶", "花茶")]
MEALS = [Example((text,), "noodles") for text in ("拉面", "面馆", "汤面", "面条")]
HAIR = [Example((text,), "hair") for text in ("理发", "烫发", "发型", "美发")]
SMALL = fit([*DRINKS, *MEALS, *HAIR], strength=10.0)


def test_a_text_is_its_runs_between_two_ends() -> None:
    assert list(runs_of("Ａ 茶")) == ["^", "a", "茶", "$", "^a", "a茶", "茶$"]


def test_a_word_never_seen_is_known_by_its_characters() -> None:
    shares = SMALL.shares("凉面")
    assert next(iter(shares)) == "noodles"
    assert shares["noodles"] > 0.7


def test_of_characters_never_seen_nothing_is_known() -> None:
    assert Classifier(("a",), {}, *(np.empty(0, np.float32),) * 3).shares("茶") == {}
    for text in ("xyz", "。", "🙂🙂"):  # nothing but the marks of its ends
        assert SMALL.shares(text) == {}


def test_what_stands_behind_a_long_text_costs_nothing() -> None:
    assert len(list(runs_of("茶" * 10**6))) <= LONGEST * (MAX_CHARACTERS + 2)


def test_weights_kept_as_bytes_answer_alike() -> None:
    arrays = packed(SMALL, "")
    kept = Classifier(
        SMALL.labels,
        SMALL.runs,
        arrays["rarity"].astype(np.float32),
        arrays["weights"].astype(np.float32) * arrays["scale"],
        arrays["offsets"],
    )
    for text in ("红茶", "凉面", "茶面"):
        assert kept.shares(text) == pytest.approx(SMALL.shares(text), abs=0.01)


def test_a_part_has_runs_of_its_own() -> None:
    assert list(runs_of("茶", 1)) == ["1|^", "1|茶", "1|$", "1|^茶", "1|茶$"]
    assert list(runs_of(" ", 1)) == []


def test_who_is_paid_counts_beside_what_is_told() -> None:
    goods = [("进货", "样例面粉店"), ("进面粉", "样例粮油店"), ("进货", "样例粮油店")]
    shares = [("进货", "样例证券营业部"), ("打新", "样例证券"), ("打新", "样例证券营业部")]
    examples = [Example(parts, "goods") for parts in goods]
    examples += [Example(parts, "shares") for parts in shares]
    examples += [Example(("房租", "样例物业"), "rent"), Example(("租金", "样例物业"), "rent")]
    read = fit(examples, strength=10.0)
    assert read.shares("进货", "样例粮油店")["goods"] > 0.6
    assert read.shares("进货", "样例证券")["shares"] > 0.5
    assert read.shares("打新", "")["shares"] > 0.5


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_files_are_fitted_to_the_examples_that_are_there(name: str) -> None:
    assert made_of(name) == hash_of(name), "run `make classifiers`"


def test_labels_are_intents_and_divisions() -> None:
    assert {*fitted("searches").labels} == {*Intent}
    assert {*fitted("firms").labels} == {*industries().choices, SAYS_NOTHING}


@given(st.text(max_size=80))
def test_shares_sum_to_one_and_begin_with_the_greatest(text: str) -> None:
    shares = list(fitted("searches").shares(text).values())
    assert shares == sorted(shares, reverse=True)
    assert not shares or sum(shares) == pytest.approx(1.0, abs=1e-5)
