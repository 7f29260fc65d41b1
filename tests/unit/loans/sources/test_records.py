"""Answers of strangers: only what a record allows is believed."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loans.sources.kinds import ASKED, SourceKind
from loans.sources.records import (
    AcquiringRecord,
    RecordInvalid,
    RegistryRecord,
    ReviewsRecord,
    answered_record,
    content_of,
    kept_record,
)

CODE, TODAY = "92110101MA00000000", date(2026, 11, 29)
ANSWERS: dict[SourceKind, dict[str, Any]] = {
    SourceKind.REGISTRY: {
        "name": "知夏面馆",
        "code": CODE,
        "status": "存续",
        "principal": "林知夏",
        "principal_number": "110***********002X",
        "founded": "2018-04-12",
        "abnormal": False,
        "as_of": "2026-11-28",
    },
    SourceKind.ACQUIRING: {
        "first_day": "2026-11-01",
        "last_day": "2026-11-28",
        "days": [
            {"day": "2026-11-01", "channel": "wechat", "gross_fen": 500, "count": 2},
            {"day": "2026-11-01", "channel": "card", "gross_fen": 0, "count": 0},
        ],
        "as_of": "2026-11-28",
    },
    SourceKind.REVIEWS: {"stars": 4.5, "count": 3, "complaints_90d": 0, "as_of": "2026-11-28"},
}


def answer(source: SourceKind, **changes: Any) -> bytes:
    record = {**ANSWERS[source], **changes}
    return json.dumps({"credit_code": CODE, "record": record}).encode()


def read(source: SourceKind, content: bytes) -> object:
    return answered_record(source, CODE, TODAY, content)


@pytest.mark.parametrize("source", sorted(ASKED))
def test_a_record_is_kept_as_it_was_answered(source: SourceKind) -> None:
    record = answered_record(source, CODE, TODAY, answer(source))
    assert isinstance(record, RegistryRecord | AcquiringRecord | ReviewsRecord)
    assert kept_record(source, content_of(record)) == record


def day(**changes: Any) -> list[dict[str, Any]]:
    return [{"day": "2026-11-02", "channel": "card", "gross_fen": 1, "count": 1, **changes}]


@pytest.mark.parametrize(
    ("source", "changes"),
    [
        (SourceKind.REGISTRY, {"code": "92110101MA00000001"}),
        (SourceKind.REGISTRY, {"code": CODE.lower()}),
        (SourceKind.REGISTRY, {"name": ""}),
        (SourceKind.REGISTRY, {"name": "面" * 401}),
        (SourceKind.REGISTRY, {"status": None}),
        (SourceKind.REGISTRY, {"principal": ["林知夏"]}),
        (SourceKind.REGISTRY, {"principal_number": "11010119900307002X"}),  # never the whole
        (SourceKind.REGISTRY, {"principal_number": "a" * 64}),
        (SourceKind.REGISTRY, {"abnormal": "no"}),
        (SourceKind.REGISTRY, {"as_of": "2026-11-30"}),
        (SourceKind.REGISTRY, {"as_of": "yesterday"}),
        (SourceKind.REGISTRY, {"founded": "2018-02-30"}),
        (SourceKind.ACQUIRING, {"first_day": "2026-11-29"}),
        (SourceKind.ACQUIRING, {"last_day": "2026-11-30"}),
        (SourceKind.ACQUIRING, {"days": day() + day()}),
        (SourceKind.ACQUIRING, {"days": day(day="2026-10-31")}),
        (SourceKind.ACQUIRING, {"days": day(gross_fen=-1)}),
        (SourceKind.ACQUIRING, {"days": day(gross_fen=1.5)}),
        (SourceKind.ACQUIRING, {"days": day(gross_fen=10**14)}),
        (SourceKind.ACQUIRING, {"days": day(refunded_fen="1")}),
        (SourceKind.ACQUIRING, {"days": day(channel="<b>")}),
        (SourceKind.ACQUIRING, {"days": {}}),
        (SourceKind.ACQUIRING, {"days": day() * 20_001}),
        (SourceKind.REVIEWS, {"stars": 7}),
        (SourceKind.REVIEWS, {"stars": float("nan")}),
        (SourceKind.REVIEWS, {"count": -1}),
        (SourceKind.REVIEWS, {"count": 10**10}),
        (SourceKind.REVIEWS, {"count": True}),
    ],
)
def test_what_cannot_be_is_no_record(source: SourceKind, changes: dict[str, Any]) -> None:
    with pytest.raises(RecordInvalid):
        read(source, answer(source, **changes))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"[]",
        b"\xff\xfe",
        b"<!doctype html>",
        b'{"record": {}}',
        b"[" * 100_000,
        b'{"credit_code": "92110101MA00000001", "record": {}}',
        json.dumps({"credit_code": CODE, "record": None}).encode(),
        json.dumps(
            {"credit_code": "92110101MA00000001", "record": ANSWERS[SourceKind.REVIEWS]}
        ).encode(),
    ],
)
def test_what_is_no_answer_is_told(content: bytes) -> None:
    for source in ASKED:
        with pytest.raises(RecordInvalid):
            read(source, content)


def test_what_no_field_is_for_is_dropped() -> None:
    record = read(SourceKind.REVIEWS, answer(SourceKind.REVIEWS, limit_fen=10**9, approve=True))
    assert record == read(SourceKind.REVIEWS, answer(SourceKind.REVIEWS))


@given(source=st.sampled_from(sorted(ASKED)), content=st.binary(max_size=200))
def test_nothing_else_is_raised(source: SourceKind, content: bytes) -> None:
    with pytest.raises(RecordInvalid):
        read(source, content)


def changed(name: str) -> Callable[[Any], bytes]:
    return lambda value: answer(SourceKind.REGISTRY, **{name: value})


@given(
    st.sampled_from(sorted(ANSWERS[SourceKind.REGISTRY])).flatmap(
        lambda name: st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=5),
            lambda inner: st.lists(inner, max_size=2),
            max_leaves=3,
        ).map(changed(name))
    )
)
def test_any_value_makes_a_record_or_none(content: bytes) -> None:
    try:
        record = read(SourceKind.REGISTRY, content)
    except RecordInvalid:
        return
    assert isinstance(record, RegistryRecord)
    assert record.code == CODE
    assert record.as_of <= TODAY
