from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loans.profile.feature import Feature
from loans.profile.invoice_features import (
    INVOICE_FEATURES,
    MONTHS_A_YEAR,
    WINDOW_MONTHS,
    InvoiceFeatures,
    features_of_invoices,
    invoice_features,
)
from loans.sources.invoices import InvoiceRecord, InvoiceSide

TODAY = date(2026, 6, 30)


def sale(months_ago: int, yuan: int, party: str = "A", void: bool = False) -> InvoiceRecord:
    month = TODAY.year * MONTHS_A_YEAR + TODAY.month - 1 - months_ago
    day = date(month // MONTHS_A_YEAR, month % MONTHS_A_YEAR + 1, 15)
    net = yuan * 100
    return InvoiceRecord(InvoiceSide.SALE, day, party, net, net // 10, net + net // 10, void)


def purchase(months_ago: int, yuan: int, party: str = "S") -> InvoiceRecord:
    return replace(sale(months_ago, yuan, party), side=InvoiceSide.PURCHASE)


def features(*records: InvoiceRecord) -> dict[str, float]:
    return dict(invoice_features(records, TODAY).values)


def test_no_invoice_says_nothing() -> None:
    found = invoice_features((), TODAY)
    assert (found.values, found.coverage) == ({}, 0.0)


def test_steady_sales() -> None:
    known = features(*(sale(ago, 1000, party) for ago in range(24) for party in "AB"))
    assert known["invoice_months"] == 24
    assert known["invoice_sales_a_month_fen"] == 220_000
    assert known["invoice_sales_count_a_month"] == 2
    assert known["invoice_active_share"] == 1
    assert known["invoice_variation"] == 0
    assert known["invoice_longest_gap_months"] == 0
    assert known["invoice_busiest_quarter_share"] == pytest.approx(3 / 24)
    assert known["invoice_growth"] == 1
    assert known["invoice_top_customer_share"] == 0.5
    assert known["invoice_customer_concentration"] == 0.5
    assert known["invoice_repeat_share"] == 1
    assert known["invoice_days_since_sale"] == 15
    assert known["invoice_void_share"] == known["invoice_red_share"] == 0


def test_gaps_and_seasons() -> None:
    known = features(sale(11, 100), sale(10, 300), sale(2, 600))
    assert known["invoice_months"] == 12
    assert known["invoice_active_share"] == 0.25
    assert known["invoice_longest_gap_months"] == 7
    assert known["invoice_busiest_quarter_share"] == 0.6
    assert known["invoice_variation"] > 1.5
    assert "invoice_growth" not in known  # it takes two years
    assert "invoice_repeat_share" not in known


def test_void_and_red_invoices() -> None:
    known = features(sale(1, 100), sale(1, 900), sale(1, 50, void=True), sale(0, -100))
    assert known["invoice_void_share"] == 0.25
    assert known["invoice_red_share"] == pytest.approx(1 / 3)
    assert known["invoice_red_amount_share"] == pytest.approx(0.1)
    assert known["invoice_sales_a_month_fen"] == pytest.approx(99_000 / 2)
    assert known["invoice_active_share"] == 0.5  # more taken back than sold is no sale


def test_margin_and_tax() -> None:
    known = features(sale(1, 1000), purchase(1, 600), purchase(0, 100, "T"))
    assert known["invoice_margin"] == pytest.approx(0.3)
    assert known["invoice_purchases_to_sales"] == pytest.approx(0.7)
    assert known["invoice_tax_burden"] == pytest.approx(0.03)
    assert known["invoice_suppliers"] == 2
    assert known["invoice_top_supplier_share"] == pytest.approx(6 / 7)


def test_what_nobody_sold_cannot_be_told() -> None:
    known = features(purchase(1, 600))
    assert known["invoice_sales_a_month_fen"] == 0
    assert known["invoice_active_share"] == 0
    for name in ("variation", "void_share", "margin", "top_customer_share", "days_since_sale"):
        assert f"invoice_{name}" not in known


def test_what_is_old_or_later_does_not_count() -> None:
    now, old = sale(1, 100), sale(WINDOW_MONTHS, 900)
    later = replace(now, day=TODAY + timedelta(days=1))
    assert features(now, old, later) == features(now)


def test_coverage_is_of_two_years() -> None:
    assert invoice_features([sale(5, 1)], TODAY).coverage == 0.25
    assert invoice_features([sale(30, 1)], TODAY).coverage == 1


RECORDS = st.lists(
    st.builds(
        InvoiceRecord,
        side=st.sampled_from(InvoiceSide),
        day=st.dates(date(2023, 1, 1), TODAY),
        party=st.sampled_from("ABCDE"),
        net_fen=st.integers(-(10**9), 10**10),
        tax_fen=st.integers(-(10**8), 10**9),
        gross_fen=st.integers(-(10**9), 10**10),
        void=st.booleans(),
    ),
    max_size=40,
)


@given(RECORDS)
def test_every_feature_keeps_its_bounds(records: Sequence[InvoiceRecord]) -> None:
    for name, value in invoice_features(records, TODAY).values.items():
        meaning = INVOICE_FEATURES[name]
        assert meaning.minimum <= value <= meaning.maximum


@given(RECORDS, st.randoms(use_true_random=False))
def test_the_order_of_invoices_says_nothing(records: list[InvoiceRecord], source: object) -> None:
    shuffled = list(records)
    source.shuffle(shuffled)  # type: ignore[attr-defined]
    first, second = (invoice_features(each, TODAY).values for each in (records, shuffled))
    assert first == pytest.approx(second)


@given(RECORDS)
def test_a_void_invoice_changes_no_amount(records: list[InvoiceRecord]) -> None:
    valid = [each for each in records if not each.void]
    if not valid:
        return
    void = replace(valid[0], void=True)
    before, after = (invoice_features(each, TODAY).values for each in (valid, [*valid, void]))
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed <= {"invoice_void_share"}


def test_only_features_that_are_named_are_of_invoices() -> None:
    found = InvoiceFeatures({"invoice_variation": 0.4, "invoice_suppliers": 3.0}, TODAY, 0.5)
    known = features_of_invoices(found, {"invoice_variation"})
    assert known == {"invoice_variation": Feature(0.4, "invoices", TODAY, 0.5)}
