"""Questions across the evidence of one onboarding, as far as they need no database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clock import business_day
from core.reasons import Reason
from kyc.analysis.likeness import match_reasons
from kyc.decision.cross_checks import (
    age_reasons,
    face_match,
    owner_reasons,
    sides_reasons,
)
from kyc.decision.facts import IdentityCard, read_card, read_licence
from kyc.decision.models import CrossCheck
from kyc.face.embedding import Similarity
from kyc.policy import FacePolicy, OnboardingPolicy
from ocr.identifiers import identity_check_digit
from tests.support.findings import OWNER, face
from tests.support.policy import POLICY

FACE, ONBOARDING = POLICY.section(FacePolicy), POLICY.section(OnboardingPolicy)
NEAR, FAR = FACE.max_second_distance - 0.01, FACE.max_second_distance + 0.01


def similarity(ratio: float, distance: float | None = 0.0) -> Similarity:
    return Similarity(sface=0.0, mobile=0.0, dlib=distance, log_likelihood_ratio=ratio)


def born(birth: date) -> IdentityCard:
    first = f"110101{birth:%Y%m%d}001"
    return IdentityCard("林知夏", first + identity_check_digit(first), "", "")


@pytest.mark.parametrize(
    ("ratio", "distance", "reasons"),
    [
        (FACE.match_llr, NEAR, []),
        (FACE.match_llr, FAR, [Reason.FACE_UNCERTAIN]),  # the second opinion doubts it
        (FACE.match_llr + 20, FAR, [Reason.FACE_UNCERTAIN]),
        (FACE.match_llr, None, [Reason.FACE_UNCERTAIN]),  # a portrait has none
        (FACE.match_llr + 20, None, [Reason.FACE_UNCERTAIN]),
        (FACE.match_llr - 0.01, NEAR, [Reason.FACE_UNCERTAIN]),
        (FACE.review_llr, NEAR, [Reason.FACE_UNCERTAIN]),
        (FACE.review_llr - 0.01, NEAR, [Reason.FACE_MISMATCH]),
        (FACE.review_llr - 0.01, FAR, [Reason.FACE_MISMATCH]),
        (FACE.review_llr - 0.01, None, [Reason.FACE_MISMATCH]),
    ],
)
def test_a_match_by_both_opinions(
    ratio: float, distance: float | None, reasons: list[Reason]
) -> None:
    assert match_reasons(FACE, similarity(ratio, distance)) == reasons


@given(st.floats(-50, 50), st.floats(0, 50), st.floats(0, 2))
def test_more_alike_is_never_judged_harder(ratio: float, more: float, distance: float) -> None:
    order = [[], [Reason.FACE_UNCERTAIN], [Reason.FACE_MISMATCH]]
    less = order.index(match_reasons(FACE, similarity(ratio, distance)))
    assert order.index(match_reasons(FACE, similarity(ratio + more, distance))) <= less


def test_a_face_is_compared_with_the_portrait() -> None:
    same = face_match(FACE, face(1), face(1))
    assert (same.kind, list(same.reasons)) == (CrossCheck.FACE_MATCH, [])
    assert same.measurements["llr"] >= FACE.match_llr
    assert list(face_match(FACE, face(1), face(2)).reasons) == [Reason.FACE_MISMATCH]


@pytest.mark.parametrize(("portrait", "seen"), [(None, 1), (1, None), (None, None)])
def test_what_cannot_be_compared_is_uncertain(portrait: int | None, seen: int | None) -> None:
    one, other = (None if seed is None else face(seed) for seed in (portrait, seen))
    answer = face_match(FACE, one, other)
    assert list(answer.reasons) == [Reason.FACE_UNCERTAIN]
    assert answer.measurements == {}


@pytest.mark.parametrize(
    ("principal", "reasons"),
    [
        ("林知夏", []),
        ("别人", [Reason.PRINCIPAL_DIFFERS]),
        ("", [Reason.PRINCIPAL_DIFFERS]),
    ],
)
def test_the_owner_is_the_principal(principal: str, reasons: list[Reason]) -> None:
    card = read_card(OWNER.front().facts, OWNER.back().facts)
    licence = read_licence({**OWNER.licence().facts, "principal": principal})
    assert owner_reasons(card, licence) == reasons


@pytest.mark.parametrize(
    ("address", "authority", "reasons"),
    [
        ("广东省深圳市南山区1号", "深圳市公安局南山分局", []),
        ("广东省深圳市南山区1号", "上海市公安局徐汇分局", [Reason.AUTHORITY_DIFFERS]),
        ("广东省深圳市南山区1号", "某局", []),  # a place that says no province
        ("", "上海市公安局徐汇分局", []),
    ],
)
def test_both_sides_are_of_one_province(
    address: str, authority: str, reasons: list[Reason]
) -> None:
    assert sides_reasons(IdentityCard("", "", address, authority)) == reasons


@pytest.mark.parametrize(
    ("birth", "reasons"),
    [
        (date(2008, 11, 25), []),  # eighteen today
        (date(2008, 11, 26), [Reason.AGE_OUTSIDE_LIMITS]),  # tomorrow
        (date(1966, 11, 25), []),  # sixty today
        (date(1965, 11, 26), []),  # sixty-one tomorrow
        (date(1965, 11, 25), [Reason.AGE_OUTSIDE_LIMITS]),  # sixty-one today
    ],
)
def test_ages_that_may_borrow(birth: date, reasons: list[Reason]) -> None:
    assert age_reasons(born(birth), date(2026, 11, 25), ONBOARDING) == reasons


def test_who_turns_eighteen_today_in_china_is_eighteen_all_day() -> None:
    birth = date(2008, 11, 25)
    midnight = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)  # in China; in UTC the 24th
    last = midnight + timedelta(hours=23, minutes=59)
    for moment in (midnight, midnight + timedelta(hours=7, minutes=59), last):
        assert age_reasons(born(birth), business_day(moment), ONBOARDING) == []
    before = business_day(midnight - timedelta(seconds=1))
    assert age_reasons(born(birth), before, ONBOARDING) == [Reason.AGE_OUTSIDE_LIMITS]


@pytest.mark.parametrize("number", ["", "123", "X" * 18, "110101200813450011"])
def test_a_number_that_says_no_birth_is_incomplete(number: str) -> None:
    card = IdentityCard("", number, "", "")
    assert age_reasons(card, date(2026, 11, 25), ONBOARDING) == [Reason.INCOMPLETE]
