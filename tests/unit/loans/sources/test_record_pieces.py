from __future__ import annotations

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
    registry_differences,
    without_days_of_files,
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


def file_of(first: date, last: date) -> Statement:
    rows = [
        Row(number, at, 100, Direction.IN, RowKind.PAYMENT)
        for number, at in enumerate((first, last), 1)
    ]
    return Statement("wechat", AccountKind.MERCHANT, tuple(rows))


@given(records)
def test_days_that_a_file_covers_are_not_counted_twice(record: AcquiringRecord) -> None:
    statement = merchant_statement(record)
    first, last = FIRST + timedelta(days=5), FIRST + timedelta(days=10)
    sent = file_of(first, last)
    kept_sent, kept = without_days_of_files([sent, statement])
    assert kept_sent == sent
    assert kept.rows == tuple(row for row in statement.rows if not first <= row.at <= last)
    assert without_days_of_files([statement]) == [statement]


def test_a_wallet_covers_no_day_of_an_acquirer() -> None:
    record = AcquiringRecord(
        first_day=FIRST,
        last_day=FIRST,
        days=(AcquiredDay(day=FIRST, channel="card", gross_fen=1, count=1),),
        as_of=FIRST,
    )
    statement = merchant_statement(record)
    wallet = Statement("wechat", AccountKind.WALLET, file_of(FIRST, FIRST).rows)
    assert without_days_of_files([wallet, statement]) == [wallet, statement]
