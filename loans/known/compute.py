"""Everything that is known of a business, put together. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from loans.known.inputs import ComputedProfile, PieceKind, ProfileInputs
from loans.profile.catalogue import require_valid
from loans.profile.feature import Feature, Source
from loans.profile.features import (
    BusinessRecords,
    Reviews,
    business_features,
    coverage_of,
    source_of,
)
from loans.profile.invoice_features import (
    INVOICE_FEATURES,
    features_of_invoices,
    invoice_features,
)
from loans.profile.owner import Evidence, EvidenceKind, OwnerView, identify_owner
from loans.profile.thickness import KnownSource, Thickness, thickness
from loans.profile.turnover import Turnover, turnover
from loans.profile.verified_trade import trade_of
from loans.sources.belonging import is_owner_known
from loans.sources.categories import (
    CategorisedAccount,
    Category,
    KnownOwner,
    Why,
    categorise,
    sure_share,
)
from loans.sources.days import without_future
from loans.sources.invoices import Invoice, InvoiceRecord, InvoiceSide, record_for
from loans.sources.moments import day_of
from loans.sources.packing import unpack_invoice, unpack_statement
from loans.sources.record_pieces import records_first
from loans.sources.rows import Statement
from loans.terms.calendar import MONTHS_A_YEAR


def compute_profile(inputs: ProfileInputs, pieces: Sequence[bytes]) -> ComputedProfile:
    """The profile of what was read, packed.

    Raises `loans.sources.packing.Unpackable`, and `loans.profile.catalogue.FeatureInvalid` for a
    feature outside its domain, which is a defect. Statements of which it is not known whose they
    are make features and debts, and raise nothing: neither thickness nor the trade that is lent by.
    """
    statements, invoices = _unpacked(inputs, pieces)
    proven = _proven(statements, inputs)
    every = _income_of(statements, invoices, inputs)
    sure = every if len(proven) == len(statements) else _income_of(proven, invoices, inputs)
    accounts, income = every.accounts, every.turnover
    records = BusinessRecords(accounts, income, _reviews(inputs))
    features = business_features(records)
    features |= _of_invoices(invoices, inputs)
    require_valid(features)
    known = list(_known(sure.accounts, invoices, inputs))
    thick = thickness(known, inputs.today, inputs.rules.thickness, inputs.not_offered)
    trade = trade_of(sure.turnover, accounts, thick.points)
    seen = identify_owner(_evidence(inputs, accounts, invoices), inputs.rules.owner)
    return ComputedProfile(
        features={name: _recorded(feature) for name, feature in sorted(features.items())},
        known={
            "thickness": _shown_thickness(thick),
            "owner": _shown_owner(seen),
            "turnover": _shown_turnover(income),
            "sure_share": sure_share(accounts),
            "trade": None if trade is None else trade.model_dump(),
            "newest_sale": _iso(sure.turnover.newest_sale),
        },
    )


def _unpacked(
    inputs: ProfileInputs, pieces: Sequence[bytes]
) -> tuple[list[Statement], list[Invoice]]:
    """What the pieces hold, of no day to come; an acquirer's record before a merchant's file."""
    statements: list[Statement] = []
    invoices: list[Invoice] = []
    for kind, piece in zip(inputs.pieces, pieces, strict=True):
        if kind is PieceKind.STATEMENT:
            statements.append(unpack_statement(piece, inputs.max_piece_bytes))
        else:
            invoices.append(unpack_invoice(piece, inputs.max_piece_bytes))
    past = [invoice for invoice in invoices if invoice.day <= inputs.today]
    counted = records_first(statements, inputs.rules.turnover.record_tolerance_bp)
    return [without_future(each, inputs.today) for each in counted], past


@dataclass(frozen=True)
class _Income:
    """Accounts, and what the business took in through them."""

    accounts: tuple[CategorisedAccount, ...]
    turnover: Turnover


def _income_of(
    statements: Sequence[Statement], invoices: Sequence[Invoice], inputs: ProfileInputs
) -> _Income:
    owner = KnownOwner(inputs.person, inputs.businesses, (inputs.credit_code,))
    accounts = categorise(statements, owner, inputs.rules.categories)
    return _Income(accounts, turnover(accounts, invoices, owner, inputs.rules.turnover))


def _proven(statements: Sequence[Statement], inputs: ProfileInputs) -> list[Statement]:
    """Statements of which it is known whose they are."""
    return [
        each
        for each in statements
        if is_owner_known(each.owner, each.account, inputs.owner_not_printed)
    ]


def _reviews(inputs: ProfileInputs) -> Reviews | None:
    given = inputs.reviews
    if given is None:
        return None
    return Reviews(given.stars, given.count, given.complaints_90d, given.as_of)


def _of_invoices(invoices: Sequence[Invoice], inputs: ProfileInputs) -> dict[str, Feature]:
    """Features of the business's own invoices."""
    found = invoice_features(_records(invoices, inputs), inputs.today)
    return features_of_invoices(found, INVOICE_FEATURES)


def _records(invoices: Sequence[Invoice], inputs: ProfileInputs) -> list[InvoiceRecord]:
    """The business's own invoices, each once whatever file it came in."""
    once = {(each.code, each.number, each.gross_fen): each for each in invoices}.values()
    found = (record_for(each, inputs.credit_code) for each in once)
    return [record for record in found if record is not None]


def _known(
    accounts: Sequence[CategorisedAccount], invoices: Sequence[Invoice], inputs: ProfileInputs
) -> Iterator[KnownSource]:
    """Every source that was read, with the share of the last year that it covers."""
    yield KnownSource(Source.LICENCE, 1.0, inputs.today)
    if inputs.registry_as_of is not None:
        yield KnownSource(Source.REGISTRY, 1.0, min(inputs.registry_as_of, inputs.today))
    for account in accounts:
        days = [day_of(categorised.row) for categorised in account.rows]
        if days:
            covered = coverage_of((account,), inputs.today)
            yield KnownSource(source_of(account), covered, min(max(days), inputs.today))
    if invoices:
        newest = max(invoice.day for invoice in invoices)
        months = {(invoice.day.year, invoice.day.month) for invoice in invoices}
        covered = min(1.0, len(months) / MONTHS_A_YEAR)
        yield KnownSource(Source.INVOICES, covered, min(newest, inputs.today))
    if inputs.reviews is not None:
        yield KnownSource(Source.REVIEWS, 1.0, min(inputs.reviews.as_of, inputs.today))


def _evidence(
    inputs: ProfileInputs, accounts: Sequence[CategorisedAccount], invoices: Sequence[Invoice]
) -> Iterator[Evidence]:
    """What was looked for and found, or not; of sources that were not read nothing."""
    for each in inputs.evidence:
        yield Evidence(EvidenceKind(each.kind), each.present, each.days_ago)
    rows = [row for account in accounts for row in account.rows]
    if rows:
        sells = any(row.category is Category.BUSINESS_INCOME and row.sure for row in rows)
        yield Evidence(EvidenceKind.TAKINGS, sells)
        yield Evidence(EvidenceKind.PAYROLL, any(row.why is Why.PAYROLL for row in rows))
    if invoices:
        sides = {record.side for record in _records(invoices, inputs)}
        yield Evidence(EvidenceKind.INVOICES_AS_SELLER, InvoiceSide.SALE in sides)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _recorded(feature: Feature) -> dict[str, Any]:
    return {
        "value": feature.value,
        "source": feature.source,
        "as_of": feature.as_of.isoformat(),
        "coverage": feature.coverage,
    }


def _shown_thickness(thick: Thickness) -> dict[str, Any]:
    return {
        "points": thick.points,
        "by_source": {each.source: [each.points, each.max_points] for each in thick.by_source},
        "next_source": thick.next_source,
        "next_points": thick.next_points,
    }


def _shown_owner(seen: OwnerView) -> dict[str, Any]:
    return {
        "class": seen.owner_class,
        "probability": seen.probability,
        "reasons": list(seen.reasons),
        "terms": [[term.kind, term.present, term.log_odds] for term in seen.terms],
    }


def _shown_turnover(income: Turnover) -> dict[str, Any]:
    return {
        "mean_monthly_fen": income.mean_monthly_fen,
        "months": [[each.month.isoformat(), each.fen, each.sales] for each in income.months],
        "deductions": {why: [each.count, each.fen] for why, each in income.deductions.items()},
        "first_day": _iso(income.first_day),
        "last_day": _iso(income.last_day),
    }
