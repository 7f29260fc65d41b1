from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loans.policy import LoanPolicy
from loans.sources.record_pieces import (
    OnPaper,
    Principal,
    RegistryDifference,
    StatusWords,
    merchant_statement,
    principal_of,
    records_first,
    registry_differences,
)
from loans.sources.records import AcquiredDay, AcquiringRecord, RegistryRecord
from loans.sources.rows import AccountKind, Direction, Row, RowKind, Statement
from tests.support.policy import POLICY

RULES = POLICY.section(LoanPolicy).known_by.records
WORDS = StatusWords(RULES.operating, RULES.ending)
PAPER = OnPaper("林知夏", "330106198803141234", "样例市知夏面馆（个体工商户）")
REGISTERED = RegistryRecord(
    name=PAPER.business_name,
    code="92110101MA00000000",
    status="存续",
    principal=PAPER.name,
    principal_number="330***********1234",
    as_of=date(2026, 11, 1),
)
FIRST = date(2026, 11, 1)


def registered(**changes: object) -> RegistryRecord:
    return REGISTERED.model_copy(update=changes)


@pytest.mark.parametrize(
    ("changes", "principal"),
    [
        ({}, Principal.SAME),
        ({"principal": "林 知夏"}, Principal.SAME),
        ({"principal_number": None}, Principal.SAME_NAME),
        ({"principal_number": "330***********1235"}, Principal.OTHER),
        ({"principal_number": "331***********1234"}, Principal.OTHER),
        ({"principal": "林知春"}, Principal.OTHER),
        ({"principal": "林知春", "principal_number": None}, Principal.OTHER),
    ],
)
def test_a_principal_is_compared_by_name_and_what_is_visible(
    changes: dict[str, object], principal: Principal
) -> None:
    assert principal_of(registered(**changes), PAPER) is principal


def test_the_last_character_of_a_number_may_be_a_letter() -> None:
    paper = OnPaper("林知夏", "33010619880314123x", "甲店")
    assert principal_of(registered(principal_number="330***********123X"), paper) is Principal.SAME


def test_a_number_of_fifteen_digits_is_not_the_same() -> None:
    paper = OnPaper("林知夏", "330106880314123", "甲店")
    assert principal_of(registered(), paper) is Principal.OTHER


@pytest.mark.parametrize(
    "status",
    ["存续", "存续（在营、开业、在册）", "开业", "在业", "在营（开业）企业", "正常", "登记成立"],
)
def test_a_business_that_operates_is_told_by_its_status(status: str) -> None:
    assert registry_differences(registered(status=status), PAPER, WORDS) == ()


@pytest.mark.parametrize(
    "status",
    [
        "注销",
        "吊销",
        "吊销，未注销",
        "已注销",
        "撤销",
        "停业",
        "清算中",
        "迁出",
        "存续（拟注销）",
        "?",
        "未知",
    ],
)
def test_any_other_status_has_a_person_look(status: str) -> None:
    found = registry_differences(registered(status=status), PAPER, WORDS)
    assert found == (RegistryDifference.NOT_OPERATING,)


def test_what_a_registry_says_otherwise_is_named() -> None:
    other = registered(name="另一家面馆", principal="周晓岚", abnormal=True)
    assert registry_differences(other, PAPER, WORDS) == (
        RegistryDifference.ABNORMAL,
        RegistryDifference.NAME,
        RegistryDifference.PRINCIPAL,
    )
    assert registry_differences(None, PAPER, WORDS) == (RegistryDifference.UNKNOWN,)


def test_brackets_of_either_width_are_the_same_name() -> None:
    half = registered(name="样例市知夏面馆(个体工商户)")
    assert registry_differences(half, PAPER, WORDS) == ()


amounts = st.integers(0, 10**9)
acquired_days = st.builds(
    AcquiredDay,
    day=st.dates(FIRST, FIRST + timedelta(days=27)),
    channel=st.sampled_from(["wechat", "alipay", "card"]),
    gross_fen=amounts,
    refunded_fen=amounts,
    fee_fen=amounts,
    count=st.integers(0, 1000),
)
records = st.lists(acquired_days, unique_by=lambda each: (each.day, each.channel)).map(
    lambda days: AcquiringRecord(
        first_day=FIRST,
        last_day=FIRST + timedelta(days=27),
        days=tuple(days),
        as_of=FIRST + timedelta(days=27),
    )
)


@given(records)
def test_a_statement_has_all_that_was_collected_and_given_back(record: AcquiringRecord) -> None:
    statement = merchant_statement(record)
    assert statement.account is AccountKind.MERCHANT
    assert (statement.first_day, statement.last_day) == (record.first_day, record.last_day)
    came = sum(row.amount_fen for row in statement.rows if row.direction is Direction.IN)
    went = sum(row.amount_fen for row in statement.rows if row.direction is Direction.OUT)
    assert came == sum(each.gross_fen for each in record.days)
    assert went == -sum(each.refunded_fen for each in record.days)
    assert [row.line for row in statement.rows] == list(range(1, len(statement.rows) + 1))
    assert all(row.amount_fen for row in statement.rows)


TOLERANCE_BP = 500


def file_of(sales: dict[date, int]) -> Statement:
    rows = [
        Row(number, at, fen, Direction.IN, RowKind.PAYMENT)
        for number, (at, fen) in enumerate(sales.items(), 1)
    ]
    return Statement("wechat", AccountKind.MERCHANT, tuple(rows))


def record_of(fen_a_day: int, days: int = 10) -> Statement:
    """An acquirer's statement of so many days from `FIRST` on."""
    sold = [
        AcquiredDay(day=FIRST + timedelta(days=n), channel="card", gross_fen=fen_a_day, count=1)
        for n in range(days if fen_a_day else 0)
    ]
    last = FIRST + timedelta(days=days - 1)
    record = AcquiringRecord(first_day=FIRST, last_day=last, days=tuple(sold), as_of=last)
    return merchant_statement(record)


def test_of_days_that_a_record_covers_it_alone_counts() -> None:
    record = record_of(1_000)
    earlier, inside = FIRST - timedelta(days=1), FIRST + timedelta(days=3)
    sent = file_of({earlier: 700, inside: 1_000})
    kept, same = records_first([sent, record], TOLERANCE_BP)
    assert same == record
    assert [row.at for row in kept.rows] == [earlier]


@pytest.mark.parametrize(("shown", "kept"), [(1_050, 1), (1_051, 0)])
def test_a_file_that_shows_more_than_the_record_is_not_used(shown: int, kept: int) -> None:
    sent = file_of({FIRST - timedelta(days=9): 99_000, FIRST: shown})
    others = records_first([sent, record_of(1_000, days=1)], TOLERANCE_BP)
    assert len(others) == 1 + kept


def test_a_record_of_no_sales_speaks_against_a_file_that_shows_some() -> None:
    record = record_of(0)
    assert records_first([file_of({FIRST: 100}), record], TOLERANCE_BP) == [record]


def test_what_was_never_paid_does_not_speak_against_a_file() -> None:
    sent = file_of({FIRST: 1_000})
    closed = replace(sent.rows[0], amount_fen=9_000, kind=RowKind.CLOSED)
    sent = replace(sent, rows=(*sent.rows, closed))
    assert len(records_first([sent, record_of(1_000)], TOLERANCE_BP)) == 2


@given(records)
def test_a_file_changes_nothing_of_a_record(record: AcquiringRecord) -> None:
    statement = merchant_statement(record)
    *_, kept = records_first([file_of({FIRST: 100}), statement], TOLERANCE_BP)
    assert kept == statement
    assert records_first([statement], TOLERANCE_BP) == [statement]


def test_a_wallet_is_not_held_against_a_record() -> None:
    wallet = replace(file_of({FIRST: 9_000}), account=AccountKind.WALLET)
    assert records_first([wallet, record_of(1)], TOLERANCE_BP) == [wallet, record_of(1)]
