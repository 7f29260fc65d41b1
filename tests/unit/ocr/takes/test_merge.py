"""What several takes of one paper say together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.reasons import Reason
from ocr.document_types import CREDIT_CODE, PRINCIPAL, REQUIRED, DocumentType
from ocr.takes.merge import CURABLE, MergedTakes, merge_takes, raised
from ocr.takes.take import Take, TakeRules

KIND = DocumentType.LICENCE
TODAY = date(2026, 11, 28)
RULES = TakeRules(
    min_confidence=0.45,
    min_name_confidence=0.7,
    certain=0.9,
    agreement_odds=4.0,
    min_compared=4,
)
FRAUD = frozenset({Reason.EDITED, Reason.PHOTOCOPY, Reason.REGION_DIFFERS})
PRINTED = {
    CREDIT_CODE: "91210102MA325MMX1Q",
    "名称": "样例面馆",
    "类型": "个体工商户",
    PRINCIPAL: "林知夏",
    "住所": "辽宁省沈阳市和平区莲花大道488号",
    "成立日期": "2020年06月04日",
    "营业期限": "2020年06月04日至长期",
}


ELSEWHERE = {CREDIT_CODE: "91500103073244823G", "名称": "另一面馆"}


def take(
    order: int,
    *reasons: Reason,
    without: Sequence[str] = (),
    sure: Mapping[str, float] | None = None,
    changed: Mapping[str, str] | None = None,
) -> Take:
    fields = {n: text for n, text in {**PRINTED, **(changed or {})}.items() if n not in without}
    confidence = {**dict.fromkeys(fields, 0.98), **(sure or {})}
    return Take(f"take {order}", fields, confidence, reasons)


def merge(newest: Take, *earlier: Take, rules: TakeRules = RULES) -> MergedTakes:
    return merge_takes(KIND, newest, earlier, rules, FRAUD, TODAY)


def test_what_one_take_hides_the_other_shows() -> None:
    first = take(1, Reason.GLARE, without=("类型", "营业期限"))
    second = take(2, Reason.BLURRED, without=("名称",))
    both = merge(second, first)
    assert both.texts == PRINTED
    assert both.reasons == ()
    assert (both.missing, both.doubtful, dict(both.differing)) == ((), (), {})
    assert both.fields["名称"].takes == ("take 1",)
    assert both.fields["类型"].takes == ("take 2",)
    assert both.fields[CREDIT_CODE].takes == ("take 1", "take 2")


def test_what_no_take_shows_is_still_asked_for_and_nothing_else() -> None:
    both = merge(take(2, Reason.GLARE, without=("类型",)), take(1, Reason.GLARE, without=("类型",)))
    assert both.missing == ("类型",)
    assert both.reasons == (Reason.GLARE,)


def test_one_take_alone_is_as_it_was() -> None:
    reasons = (Reason.GLARE, Reason.NAME_UNCERTAIN, Reason.DATE_UNCLEAR)
    alone = replace(
        take(1, *reasons, without=("类型",), sure={PRINCIPAL: 0.6}),
        unclear=frozenset({"发证日期"}),
    )
    merged = merge(alone)
    assert merged.reasons == reasons
    assert (merged.missing, merged.doubtful) == (("类型",), (PRINCIPAL, "发证日期"))


def test_a_doubtful_reading_is_settled_by_a_certain_one() -> None:
    first = take(1, Reason.BLURRED, sure={"类型": 0.3}, changed={"类型": "个体工商尸"})
    both = merge(take(2, Reason.GLARE, without=("住所",)), first)
    assert both.fields["类型"].text == "个体工商户"
    assert both.differing == {}


def test_takes_that_are_certain_and_differ_go_to_a_person() -> None:
    both = merge(take(2), take(1, changed={"住所": "辽宁省沈阳市和平区莲花大道489号"}))
    assert both.reasons == (Reason.FIELDS_DIFFER,)
    assert both.differing == {"住所": ("take 1", "take 2")}


def test_a_part_that_was_hidden_is_no_contradiction() -> None:
    """A finger hides characters in a row, and what is left is read with certainty."""
    for hidden in ("辽宁省沈阳市和平区488号", "和平区莲花大道488号", "辽宁省沈阳市和平区莲花大道"):
        both = merge(take(2), take(1, changed={"住所": hidden}))
        assert (both.reasons, both.texts) == ((), PRINTED)
        assert both.fields["住所"].takes == ("take 2",)
        assert merge(take(2, changed={"住所": hidden}), take(1)).texts == PRINTED


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("住所", "辽宁省沈阳市和平区莲花大道88号"),  # one character
        ("住所", "辽宁省沈阳市莲花大道和平区488号"),
        ("名称", "面馆"),
        (PRINCIPAL, "林"),
    ],
)
def test_what_is_no_hidden_part_is_a_contradiction(name: str, text: str) -> None:
    both = merge(take(2), take(1, changed={name: text}))
    assert both.reasons == (Reason.FIELDS_DIFFER,)


def test_a_sum_that_is_a_part_of_another_is_another_sum() -> None:
    more, less = {"注册资本": "1000000元"}, {"注册资本": "1000元"}
    assert merge(take(2, changed=more), take(1, changed=less)).differing


def test_another_paper_completes_nothing() -> None:
    other = take(1, changed=ELSEWHERE)
    newest = take(2, Reason.GLARE, without=("类型",))
    assert merge(newest, other) == merge(newest)


def test_a_code_that_is_shown_under_another_name_goes_to_a_person() -> None:
    both = merge(take(2, Reason.GLARE, without=("类型",)), take(1, changed={"名称": "另一面馆"}))
    assert both.counted == ("take 2",)
    assert set(both.reasons) == {Reason.GLARE, Reason.FIELDS_DIFFER}
    assert both.missing == ("类型",)


def test_a_sign_of_fraud_is_not_taken_back_by_a_cleaner_photo() -> None:
    flagged = take(1, Reason.EDITED, changed={"住所": "辽宁省沈阳市和平区莲花大道999号"})
    both = merge(take(3), flagged, take(2))
    assert Reason.EDITED in both.reasons
    assert both.carried == ("take 1",)
    assert both.fields["住所"].takes == ("take 2", "take 3")


def test_a_flagged_take_neither_completes_nor_is_completed() -> None:
    flagged, partial = take(1, Reason.EDITED), take(2, Reason.GLARE, without=("类型",))
    assert merge(partial, flagged).missing == ("类型",)
    newest = take(3, Reason.EDITED, Reason.GLARE, without=("名称",))
    assert merge(newest, take(2)).missing == ("名称",)


def test_a_flag_is_forgotten_only_with_another_paper() -> None:
    other = take(1, Reason.EDITED, changed=ELSEWHERE)
    assert merge(take(2), other).reasons == ()
    hidden = take(
        1, Reason.EDITED, without=(CREDIT_CODE, "名称"), changed={"住所": "某省某市某街三十八号"}
    )
    assert merge(take(2), hidden).reasons == (Reason.EDITED,)


def test_a_part_too_small_to_be_searched_for_edits_completes_nothing() -> None:
    part = take(1, without=("类型", "住所", "成立日期", "营业期限"))
    newest = take(2, Reason.GLARE, without=(PRINCIPAL,))
    assert merge(newest, part).missing == (PRINCIPAL,)


def test_fields_of_two_takes_are_held_against_each_other() -> None:
    """Each by itself shows no contradiction: one lacks the code, the other the place."""
    place = {"住所": "广东省广州市天河区莲花大道488号"}
    first = take(1, Reason.GLARE, without=(CREDIT_CODE,), changed=place)
    both = merge(take(2, without=("住所",)), first)
    assert both.counted == ("take 1", "take 2")
    assert Reason.REGION_DIFFERS in both.reasons


def test_a_term_that_is_over_counts_whichever_take_shows_it() -> None:
    ended = take(
        1, Reason.GLARE, without=("类型",), changed={"营业期限": "2000年01月01日至2020年01月01日"}
    )
    assert Reason.LICENCE_EXPIRED in merge(take(2, without=("营业期限",)), ended).reasons


def test_a_sheet_that_one_take_shows_whole_is_not_cut() -> None:
    cut = take(2, Reason.PARTLY_CUT)
    assert merge(cut, take(1, Reason.GLARE, without=("类型",))).reasons == ()
    assert merge(cut, take(1, Reason.INCOMPLETE, without=("类型",))).reasons == (Reason.PARTLY_CUT,)


def test_a_sharp_take_cures_what_it_shows_itself() -> None:
    shaken = take(1, Reason.SHAKEN)
    assert merge(take(2), shaken).reasons == ()
    assert merge(take(2, Reason.SHAKEN), take(1)).reasons == ()
    assert merge(take(2, Reason.GLARE, without=("类型",)), shaken).reasons == (Reason.SHAKEN,)
    assert merge(take(2, Reason.SHAKEN), shaken).reasons == (Reason.SHAKEN,)


@pytest.mark.parametrize("name", ["名称", "类型"])
def test_an_unsure_or_cut_reading_confirms_no_shaken_take(name: str) -> None:
    shaken = take(2, Reason.SHAKEN)
    blurred = take(1, Reason.BLURRED, sure={name: 0.1})
    assert merge(shaken, blurred).reasons == (Reason.SHAKEN,)
    assert merge(shaken, replace(take(1), cut=frozenset({name}))).reasons == (Reason.SHAKEN,)


def test_a_portrait_of_a_shaken_take_is_reviewed() -> None:
    steady, shaken = take(1), replace(take(2, Reason.SHAKEN), portrait=True)
    assert merge(shaken, replace(steady, portrait=True)).reasons == (Reason.SHAKEN,)
    assert (
        merge(
            replace(take(2), portrait=True), replace(take(1, Reason.SHAKEN), portrait=True)
        ).reasons
        == ()
    )


def test_a_field_at_the_edge_is_not_read() -> None:
    cut = replace(take(1, Reason.INCOMPLETE), cut=frozenset({"类型"}))
    both = merge(take(2, Reason.GLARE, without=("类型",)), cut)
    assert (both.reasons, both.doubtful) == ((Reason.GLARE,), ("类型",))


@pytest.mark.parametrize("doubt", [Reason.CODE_FROM_QR, Reason.CODE_REPAIRED])
def test_a_doubt_about_the_code_goes_with_a_take_that_has_none(doubt: Reason) -> None:
    doubted = take(1, doubt)
    assert merge(take(2), doubted).reasons == ()
    assert merge(take(2, doubt), doubted).reasons == (doubt,)


def test_agreement_says_little_of_names() -> None:
    """A rare character is misread alike in each photo."""
    sure = {"类型": 0.4, PRINCIPAL: 0.6}
    both = merge(take(2, sure=sure), take(1, sure=sure))
    assert both.fields["类型"].confidence == pytest.approx(raised(0.4, 4.0))
    assert both.fields[PRINCIPAL].confidence == 0.6
    assert both.reasons == (Reason.NAME_UNCERTAIN,)


def test_further_takes_that_agree_add_nothing() -> None:
    sure = {"类型": 0.4}
    two = merge(take(2, sure=sure), take(1, sure=sure))
    three = merge(take(3, sure=sure), take(2, sure=sure), take(1, sure=sure))
    assert two.fields["类型"].confidence == three.fields["类型"].confidence


texts = st.sampled_from(["甲", "乙", "丙"])
found = st.sampled_from(sorted({*CURABLE, *FRAUD, Reason.RESIDENCE_PERMIT}))


@st.composite
def takes(draw: st.DrawFn) -> list[Take]:
    made = []
    for order in range(draw(st.integers(1, 4))):
        hidden = draw(st.sets(st.sampled_from(sorted(PRINTED)), max_size=4))
        changed = draw(st.dictionaries(st.sampled_from(["住所", "类型", "名称"]), texts))
        sure = draw(st.dictionaries(st.sampled_from(sorted(PRINTED)), st.floats(0, 1)))
        reasons = draw(st.lists(found, unique=True, max_size=3))
        made.append(take(order, *reasons, without=tuple(hidden), sure=sure, changed=changed))
    return made


@given(takes())
def test_the_order_of_earlier_takes_is_none(made: list[Take]) -> None:
    *earlier, newest = made
    assert len({str(merge(newest, *order)) for order in permutations(earlier)}) == 1


@given(takes())
def test_the_same_photo_once_more_changes_nothing(made: list[Take]) -> None:
    *earlier, newest = made
    again = [replace(newest, id=f"take 0.{number}") for number in (1, 2)]
    twice, thrice = merge(newest, *earlier, again[0]), merge(newest, *earlier, *again)
    assert thrice.reasons == twice.reasons
    assert (thrice.missing, thrice.doubtful) == (twice.missing, twice.doubtful)
    assert set(thrice.differing) == set(twice.differing)
    for name, merged in thrice.fields.items():
        assert (merged.text, merged.confidence) == (
            twice.fields[name].text,
            twice.fields[name].confidence,
        )


@given(takes())
def test_no_field_says_what_no_take_that_counts_read(made: list[Take]) -> None:
    *earlier, newest = made
    both = merge(newest, *earlier)
    by_id = {one.id: one for one in made}
    for name, merged in both.fields.items():
        assert set(merged.takes) <= set(both.counted)
        assert merged.text in {by_id[one].fields[name] for one in merged.takes}


@given(takes())
def test_signs_of_fraud_only_grow(made: list[Take]) -> None:
    *earlier, newest = made
    for count in range(len(earlier)):
        fewer, more = merge(newest, *earlier[:count]), merge(newest, *earlier[: count + 1])
        assert FRAUD & set(fewer.reasons) <= FRAUD & set(more.reasons)


@given(takes())
def test_no_required_field_is_lost_without_a_word(made: list[Take]) -> None:
    *earlier, newest = made
    both = merge(newest, *earlier)
    for name in REQUIRED[KIND]:
        read = name in both.fields and both.fields[name].confidence >= RULES.min_confidence
        assert (
            read
            or name in (*both.missing, *both.doubtful, *both.differing)
            or (name == CREDIT_CODE and Reason.REGISTRATION_NUMBER_ONLY in both.reasons)
        )


@given(st.floats(0, 1), st.floats(1, 100))
def test_agreement_raises_within_bounds(confidence: float, odds: float) -> None:
    assert confidence - 1e-9 <= raised(confidence, odds) <= 1
