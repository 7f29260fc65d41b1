"""Everything that is known of a business, put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from loans.known.compute import compute_profile
from loans.known.inputs import ComputedProfile, PieceKind, ProfileInputs
from loans.policy import LoanPolicy
from loans.profile.catalogue import FeatureInvalid
from loans.profile.feature import Source
from loans.profile.verified_trade import VerifiedTrade
from loans.sources.invoices import Invoice
from loans.sources.packing import Unpackable, pack_invoice, pack_statement
from loans.sources.records import ReviewsRecord
from loans.sources.rows import Row, RowKind, Statement
from tests.support.policy import POLICY
from tests.support.statement_values import CHINA, OWNER, at, bank, invoice, merchant, row, wallet

RULES = POLICY.section(LoanPolicy)
TODAY = date(2026, 6, 30)
EVERY_DAY = range(181)


def inputs_of(*kinds: PieceKind) -> ProfileInputs:
    return ProfileInputs(
        today=TODAY,
        person=OWNER.person or "",
        businesses=OWNER.businesses,
        credit_code=OWNER.codes[0],
        pieces=kinds,
        owner_not_printed=RULES.known_by.owner_not_printed,
        max_piece_bytes=2**20,
        rules=RULES.profiles,
    )


def computed(statements: Sequence[Statement], invoices: Sequence[Invoice] = ()) -> ComputedProfile:
    kinds = [PieceKind.STATEMENT] * len(statements) + [PieceKind.INVOICE] * len(invoices)
    pieces = [*map(pack_statement, statements), *map(pack_invoice, invoices)]
    return compute_profile(inputs_of(*kinds), pieces)


def sold(number: int, fen: int = 100_000) -> Row:
    when = at(1, 1) + timedelta(days=number)
    return row(when, fen, f"客{number}", "货款", line=number + 1)


def trade(of: ComputedProfile) -> VerifiedTrade | None:
    found = of.known["trade"]
    return None if found is None else VerifiedTrade.model_validate(found)


def points(of: ComputedProfile) -> float:
    return float(of.known["thickness"]["points"])


SHOP = bank(*map(sold, EVERY_DAY))


def test_of_nothing_the_licence_alone_is_known() -> None:
    nothing = computed([])
    assert nothing.features == {}
    assert trade(nothing) is None
    assert points(nothing) == RULES.profiles.thickness.sources[Source.LICENCE].points


def test_sales_make_features_and_a_trade_that_is_lent_by() -> None:
    known = computed([SHOP])
    lent_by = trade(known)
    assert lent_by is not None
    assert known.features["turnover_monthly"]["value"] == lent_by.turnover_fen > 0
    assert known.known["newest_sale"] == TODAY.isoformat()


def test_a_row_of_a_day_to_come_changes_nothing() -> None:
    paid = [row(at(month, 5), -1_000_000, "某食品公司", "货款") for month in range(1, 7)]
    debts = [row(at(month, 6), -100_000, "某银行", "贷款还款") for month in range(1, 7)]
    known = bank(*SHOP.rows, *paid, *debts)
    ahead = row(datetime(2099, 1, 1, tzinfo=CHINA), 100, "客", "货款")
    told = computed([replace(known, rows=(*known.rows, ahead))])
    assert told.known == computed([known]).known
    assert told.features["refused_rows"]["value"] == 1
    late = invoice(date(2099, 1, 1), 900_000, "某公司", "9")
    assert computed([known], [late]) == computed([known])


def test_a_printed_period_makes_old_trade_no_newer_and_no_wider() -> None:
    forever = replace(SHOP, first_day=date.min, last_day=date.max)
    assert computed([forever]) == computed([SHOP])
    old = bank(*SHOP.rows[:30])
    until_today = computed([replace(old, last_day=date.max)])
    assert until_today.known["newest_sale"] == "2026-01-30"
    assert points(until_today) == points(computed([old]))


@pytest.mark.parametrize("owner", [None, "**", "6222 1234"])
def test_a_file_of_nobody_known_makes_features_and_raises_nothing(owner: str | None) -> None:
    nobody = computed([replace(SHOP, owner=owner)])
    assert nobody.features["turnover_monthly"] == computed([SHOP]).features["turnover_monthly"]
    assert trade(nobody) is None
    assert points(nobody) == points(computed([]))


def test_debts_of_a_file_of_nobody_known_count() -> None:
    debts = [row(at(month, 6), -100_000, "某银行", "贷款还款") for month in range(1, 7)]
    other = replace(bank(*debts, owner="**"), publisher="ccb", account_tail="9999")
    alone, with_debts = trade(computed([SHOP])), trade(computed([SHOP, other]))
    assert alone is not None
    assert with_debts is not None
    assert with_debts.instalments_fen > alone.instalments_fen == 0
    assert with_debts.turnover_fen == alone.turnover_fen


def test_a_wallet_needs_no_name() -> None:
    bill = replace(wallet(*SHOP.rows), owner=None)
    assert trade(computed([bill])) is not None


def test_what_is_only_invoiced_is_no_trade_to_lend_by() -> None:
    bills = [invoice(date(2026, month, 9), 900_000, "某公司", str(month)) for month in range(1, 7)]
    known = computed([], bills)
    assert known.features["turnover_monthly"]["value"] > 0
    assert trade(known) is None


def test_an_acquirers_record_counts_before_a_file() -> None:
    days = [
        row(date(2026, 1, 1) + timedelta(days=n), 100_000, kind=RowKind.PAYMENT) for n in EVERY_DAY
    ]
    record = replace(merchant(*days), first_day=date(2026, 1, 1), last_day=TODAY)
    more = [replace(one, amount_fen=900_000) for one in days]
    sent = merchant(*more, publisher="wechat_merchant")
    assert computed([sent, record]) == computed([record])


def test_no_advice_is_a_source_that_cannot_be_told() -> None:
    sources = computed([]).known["thickness"]["by_source"]
    assert Source.DECLARED not in sources
    assert sum(most for _, most in sources.values()) == pytest.approx(100)


def test_a_feature_outside_its_domain_is_a_defect() -> None:
    no_answer = ReviewsRecord.model_construct(stars=None, count=-1, complaints_90d=0, as_of=TODAY)
    with pytest.raises(FeatureInvalid):
        compute_profile(inputs_of().model_copy(update={"reviews": no_answer}), [])


def test_a_damaged_piece_is_no_profile() -> None:
    with pytest.raises(Unpackable):
        compute_profile(inputs_of(PieceKind.STATEMENT), [b"damaged"])
