"""What a firm's invoices say of it: how much it sells, how steadily, to whom. Pure.

Void invoices count as void and as nothing else. Red ones take from sales what they take back.
What cannot be told is left out, never zero.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from loans.profile.feature import Feature, Source
from loans.sources.invoices import InvoiceRecord, InvoiceSide

MONTHS_A_YEAR = 12
WINDOW_MONTHS = 36  # what is older says little of today
MONTHS_A_QUARTER = 3
WEEKS_A_MONTH = 365.25 / 7 / MONTHS_A_YEAR
MAX_RATIO = 100.0  # of two amounts: beyond it the smaller one is as good as nothing


@dataclass(frozen=True)
class FeatureMeaning:
    """What a feature is measured in, and the values that it can have."""

    unit: str
    minimum: float
    maximum: float
    zh: str
    en: str


_AMOUNT, _SHARE, _COUNT = (0.0, 1e12), (0.0, 1.0), (0.0, 1e6)
_MEANINGS: Sequence[tuple[str, str, tuple[float, float], str, str]] = (
    ("invoice_months", "months", (0, WINDOW_MONTHS), "开票月数", "months since the first invoice"),
    ("invoice_sales_a_month_fen", "fen", (-1e12, 1e12), "月均开票额", "sales a month with tax"),
    ("invoice_sales_count_a_month", "count", _COUNT, "月均开票张数", "sales invoices a month"),
    ("invoice_mean_sale_fen", "fen", _AMOUNT, "单张平均金额", "mean sales invoice"),
    ("invoice_active_share", "share", _SHARE, "有销售月份占比", "share of months with sales"),
    ("invoice_active_weeks_share", "share", _SHARE, "有销售周占比", "share of weeks with sales"),
    ("invoice_longest_gap_months", "months", (0, WINDOW_MONTHS), "最长无销售月数", "longest gap"),
    ("invoice_days_since_sale", "days", (0, 1e5), "距最近销售天数", "days since the last sale"),
    ("invoice_variation", "ratio", (0, MAX_RATIO), "月销售波动", "deviation over mean of months"),
    ("invoice_busiest_quarter_share", "share", _SHARE, "最旺季度占比", "share of the best quarter"),
    ("invoice_growth", "ratio", (0, MAX_RATIO), "近一年比前一年", "last year over the one before"),
    ("invoice_void_share", "share", _SHARE, "作废占比", "share of sales invoices made void"),
    ("invoice_red_share", "share", _SHARE, "红冲占比", "share of sales invoices taken back"),
    ("invoice_red_amount_share", "share", _SHARE, "红冲金额占比", "share of sales taken back"),
    ("invoice_customers", "count", _COUNT, "客户数", "customers"),
    ("invoice_top_customer_share", "share", _SHARE, "最大客户占比", "share of the top customer"),
    ("invoice_customer_concentration", "share", _SHARE, "客户集中度", "Herfindahl of customers"),
    ("invoice_repeat_share", "share", _SHARE, "老客户占比", "sales to customers of before"),
    ("invoice_suppliers", "count", _COUNT, "供应商数", "suppliers"),
    ("invoice_top_supplier_share", "share", _SHARE, "最大供应商占比", "share of the top supplier"),
    ("invoice_supplier_concentration", "share", _SHARE, "供应商集中度", "Herfindahl of suppliers"),
    ("invoice_purchases_a_month_fen", "fen", (-1e12, 1e12), "月均进项", "purchases a month"),
    ("invoice_purchases_to_sales", "ratio", (0, MAX_RATIO), "进销比", "purchases over sales"),
    ("invoice_margin", "ratio", (-1, 1), "毛利率（估）", "sales without purchases, over sales"),
    ("invoice_tax_burden", "ratio", (-1, 1), "税负率", "tax of sales without that of purchases"),
)
INVOICE_FEATURES: Mapping[str, FeatureMeaning] = {
    name: FeatureMeaning(unit, low, high, zh, en) for name, unit, (low, high), zh, en in _MEANINGS
}


@dataclass(frozen=True)
class InvoiceFeatures:
    """Features by name, without those that cannot be told, as of a day.

    `coverage` is the share of the last 24 months that invoices cover, 0..1.
    """

    values: Mapping[str, float]
    as_of: date
    coverage: float


def invoice_features(records: Sequence[InvoiceRecord], as_of: date) -> InvoiceFeatures:
    """The features of a firm by its invoices of the three years up to a day.

    Records of one invoice must not be in it twice. Months are those of the calendar; the one of
    `as_of` counts. Without any invoice there is no feature.
    """
    until = _month(as_of)
    known = [
        each for each in records if each.day <= as_of and _month(each.day) > until - WINDOW_MONTHS
    ]
    if not known:
        return InvoiceFeatures({}, as_of, 0.0)
    months = until - min(_month(each.day) for each in known) + 1
    issued = [each for each in known if each.side is InvoiceSide.SALE]
    sales = [each for each in issued if not each.void]
    purchases = [each for each in known if each.side is InvoiceSide.PURCHASE and not each.void]
    by_month = _by_month(sales, until, months)
    found = {
        "invoice_months": months,
        **_volume(sales, months),
        **_steadiness(sales, by_month, as_of),
        **_corrections(issued, sales),
        **_customers(sales, until),
        **_suppliers(purchases),
        **_trade(sales, purchases, months),
    }
    values = {
        name: _within(name, float(value)) for name, value in found.items() if value is not None
    }
    return InvoiceFeatures(values, as_of, min(1.0, months / (2 * MONTHS_A_YEAR)))


def features_of_invoices(found: InvoiceFeatures, names: Collection[str]) -> dict[str, Feature]:
    """Those of a firm's invoices that the scorer's catalogue has, by the policy's `names`."""
    return {
        name: Feature(value, Source.INVOICES, found.as_of, found.coverage)
        for name, value in found.values.items()
        if name in names
    }


Found = dict[str, float | None]


def _volume(sales: Sequence[InvoiceRecord], months: int) -> Found:
    sold = [each.gross_fen for each in sales if each.gross_fen > 0]
    return {
        "invoice_sales_a_month_fen": sum(each.gross_fen for each in sales) / months,
        "invoice_sales_count_a_month": len(sold) / months,
        "invoice_mean_sale_fen": statistics.fmean(sold) if sold else None,
    }


def _steadiness(sales: Sequence[InvoiceRecord], by_month: Sequence[int], as_of: date) -> Found:
    active = [amount > 0 for amount in by_month]
    gaps = [len(list(run)) for is_active, run in groupby(active) if not is_active]
    total, months = sum(by_month), len(by_month)
    sold = [each.day for each in sales if each.gross_fen > 0]
    weeks = {day.isocalendar()[:2] for day in sold}
    year = by_month[-MONTHS_A_YEAR:], by_month[-2 * MONTHS_A_YEAR : -MONTHS_A_YEAR]
    has_two_years = months >= 2 * MONTHS_A_YEAR and sum(year[1]) > 0
    return {
        "invoice_active_share": sum(active) / months,
        "invoice_active_weeks_share": len(weeks) / max(months * WEEKS_A_MONTH, 1),
        "invoice_longest_gap_months": max(gaps, default=0),
        "invoice_days_since_sale": (as_of - max(sold)).days if sold else None,
        "invoice_variation": statistics.pstdev(by_month) / (total / months) if total > 0 else None,
        "invoice_busiest_quarter_share": _busiest_quarter(by_month) / total if total > 0 else None,
        "invoice_growth": max(sum(year[0]), 0) / sum(year[1]) if has_two_years else None,
    }


def _busiest_quarter(by_month: Sequence[int]) -> int:
    """The most that three months in a row sold."""
    ends = range(MONTHS_A_QUARTER, max(len(by_month), MONTHS_A_QUARTER) + 1)
    return max(sum(by_month[max(end - MONTHS_A_QUARTER, 0) : end]) for end in ends)


def _corrections(issued: Sequence[InvoiceRecord], sales: Sequence[InvoiceRecord]) -> Found:
    red = [-each.gross_fen for each in sales if each.gross_fen < 0]
    sold = sum(each.gross_fen for each in sales if each.gross_fen > 0)
    return {
        "invoice_void_share": 1 - len(sales) / len(issued) if issued else None,
        "invoice_red_share": len(red) / len(sales) if sales else None,
        "invoice_red_amount_share": sum(red) / sold if sold else None,
    }


def _customers(sales: Sequence[InvoiceRecord], until: int) -> Found:
    bought = _by_party(sales)
    last_year = [each for each in sales if _month(each.day) > until - MONTHS_A_YEAR]
    before = {each.party for each in sales if _month(each.day) <= until - MONTHS_A_YEAR}
    recent = _by_party(last_year)
    again = sum(amount for party, amount in recent.items() if party in before)
    return {
        "invoice_customers": len(bought),
        "invoice_top_customer_share": _top_share(bought),
        "invoice_customer_concentration": _concentration(bought),
        "invoice_repeat_share": again / recent.total() if before and recent.total() else None,
    }


def _suppliers(purchases: Sequence[InvoiceRecord]) -> Found:
    sold = _by_party(purchases)
    return {
        "invoice_suppliers": len(sold),
        "invoice_top_supplier_share": _top_share(sold),
        "invoice_supplier_concentration": _concentration(sold),
    }


def _trade(
    sales: Sequence[InvoiceRecord], purchases: Sequence[InvoiceRecord], months: int
) -> Found:
    sold, bought = (sum(each.gross_fen for each in side) for side in (sales, purchases))
    net, cost = (sum(each.net_fen for each in side) for side in (sales, purchases))
    tax = sum(each.tax_fen for each in sales) - sum(each.tax_fen for each in purchases)
    return {
        "invoice_purchases_a_month_fen": bought / months,
        "invoice_purchases_to_sales": bought / sold if sold > 0 else None,
        "invoice_margin": (net - cost) / net if net > 0 else None,
        "invoice_tax_burden": tax / net if net > 0 else None,
    }


def _by_month(sales: Sequence[InvoiceRecord], until: int, months: int) -> list[int]:
    """Sales of each month, the last one `until`; below zero where more was taken back."""
    amounts = [0] * months
    for each in sales:
        amounts[_month(each.day) - until - 1] += each.gross_fen
    return amounts


def _by_party(records: Sequence[InvoiceRecord]) -> Counter[str]:
    amounts: Counter[str] = Counter()
    for each in records:
        if each.gross_fen > 0:
            amounts[each.party] += each.gross_fen
    return amounts


def _top_share(amounts: Counter[str]) -> float | None:
    return max(amounts.values()) / amounts.total() if amounts else None


def _concentration(amounts: Counter[str]) -> float | None:
    """The sum of the squares of all shares (Herfindahl and Hirschman): 1 is one partner alone."""
    total = amounts.total()
    return sum((amount / total) ** 2 for amount in amounts.values()) if total else None


def _month(day: date) -> int:
    return day.year * MONTHS_A_YEAR + day.month


def _within(name: str, value: float) -> float:
    meaning = INVOICE_FEATURES[name]
    return min(max(value, meaning.minimum), meaning.maximum)
