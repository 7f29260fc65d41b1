"""Firms by their invoices alone: how well a card fitted on others tells who defaulted.

`loans/invoices/firms-invoices.csv.gz` holds what the tax office lists of anonymised firms, and
`firms.csv` which of them defaulted. Few firms: a card has few bins, and one firm is left out at a
time.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt

from evaluation.report import Figures, not_measured
from loans.profile.invoice_features import invoice_features
from loans.sources.invoices import InvoiceRecord, InvoiceSide
from reference.scorer import ranking
from reference.scorer.calibration import calibrated, log_odds_of
from reference.scorer.card import Card, CardInvalid, Data, Trend, Value, read_card
from reference.scorer.fit import About, Fitted, fit
from reference.scorer.quantile_bins import QuantileBinner
from reference.scorer.settings import SHIPPED_CARDS
from reference.scorer.tables import Input, Table

FIRMS, INVOICES = "firms.csv", "firms-invoices.csv.gz"
CARD = SHIPPED_CARDS / "invoiced.toml"
# What a lender expects of each, before any firm was seen.
TRENDS: Mapping[str, Trend] = {
    "invoice_sales_a_month_fen": Trend.RISING,
    "invoice_sales_count_a_month": Trend.RISING,
    "invoice_active_share": Trend.RISING,
    "invoice_variation": Trend.FALLING,
    "invoice_busiest_quarter_share": Trend.FALLING,
    "invoice_void_share": Trend.FALLING,
    "invoice_top_customer_share": Trend.FALLING,
    "invoice_repeat_share": Trend.RISING,
}
MEASURES: Mapping[str, Callable[[npt.NDArray[np.float64], npt.NDArray[np.int_]], float]] = {
    "auc": ranking.auc,
    "ks": ranking.ks,
    "ece": ranking.ece,
}
RESAMPLINGS = 10
_SIDES = {"in": InvoiceSide.PURCHASE, "out": InvoiceSide.SALE}


def evaluate_firms(folder: Path) -> Figures:
    """What cards say of firms that they were not fitted on, and how long reading takes."""
    began = time.process_time()
    table = firm_table(folder)
    seconds = time.process_time() - began
    fitted = fit_firms(table, fingerprint(folder))
    return {
        "firms.n": len(table.defaults),
        "firms.defaults": int(table.defaults.sum()),
        **_left_out(fitted),
        **_of_the_shipped_card(table, fingerprint(folder)),
        "firms_read_s": seconds,
    }


def fit_firms(table: Table, sha256: str) -> Fitted:
    """A card of invoices, with what it says of each firm when it is fitted on the others."""
    about = About(
        name="firms-by-invoices",
        version="1",
        catalogue="1",
        data=Data(
            source="VAT invoices of anonymised Chinese firms (CUMCM 2020, problem C)",
            licence="published for the contest; the card: Apache-2.0",
            period="2016 to 2020",
            rows=len(table.defaults),
            defaults=int(table.defaults.sum()),
            sha256=sha256,
        ),
    )
    inputs = [Input(name, "number", trend) for name, trend in TRENDS.items()]
    return fit(table, inputs, about, QuantileBinner(), folds=None)


def firm_table(folder: Path) -> Table:
    """The features of each firm, as of the last day of any invoice, and who defaulted."""
    records = firm_records(folder / INVOICES)
    last = max((each.day for of_firm in records.values() for each in of_firm), default=date.min)
    with (folder / FIRMS).open(encoding="utf-8-sig", newline="") as file:
        firms = list(csv.DictReader(file))
    known = [invoice_features(records.get(firm["firm"], ()), last).values for firm in firms]
    columns: dict[str, Sequence[Value]] = {
        name: [values.get(name) for values in known] for name in TRENDS
    }
    return Table(columns, np.array([int(firm["default"]) for firm in firms]))


def firm_records(path: Path) -> Mapping[str, Sequence[InvoiceRecord]]:
    """The invoices of each firm, out of a gzipped CSV file."""
    days: dict[str, date] = {}
    found: dict[str, list[InvoiceRecord]] = defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        head = next(rows)
        at = [head.index(name) for name in COLUMNS]
        for row in rows:
            firm, side, day, party, net, tax, gross, void = (row[place] for place in at)
            if day not in days:
                days[day] = date.fromisoformat(day)
            record = InvoiceRecord(
                _SIDES[side], days[day], party, _fen(net), _fen(tax), _fen(gross), void == "1"
            )
            found[firm].append(record)
    return found


COLUMNS = ("firm", "side", "date", "party", "net", "tax", "gross", "void")


def fingerprint(folder: Path) -> str:
    """Which firms these are: the SHA-256 of the file of their outcomes."""
    return hashlib.sha256((folder / FIRMS).read_bytes()).hexdigest()


def _left_out(fitted: Fitted) -> Figures:
    """The figures, and how much they vary over firms that are drawn again."""
    said, defaults = fitted.probabilities, fitted.defaults
    figures: Figures = {}
    for name, measure in MEASURES.items():
        figures[f"firms.{name}"] = measure(said, defaults)
        drawn = [measure(said[chosen], defaults[chosen]) for chosen in _resamplings(defaults)]
        figures[f"firms.{name}.sd"] = float(np.std(drawn))
    return figures


def _resamplings(defaults: npt.NDArray[np.int_]) -> list[npt.NDArray[np.int_]]:
    """Firms drawn with replacement; a drawing without both outcomes is drawn again."""
    source = np.random.default_rng(1)
    found: list[npt.NDArray[np.int_]] = []
    while len(found) < RESAMPLINGS:
        chosen = source.integers(0, len(defaults), len(defaults))
        if 0 < defaults[chosen].sum() < len(chosen):
            found.append(chosen)
    return found


def _of_the_shipped_card(table: Table, sha256: str) -> Figures:
    names = ("firms.auc_from_dev", "firms.ks_from_dev")
    card = _shipped_card()
    if card is None:
        return not_measured("no card of invoices ships", *names)
    if card.data.sha256 == sha256:
        return not_measured("the shipped card was fitted on these firms", *names)
    said = calibrated(card.calibration, log_odds_of(card, table))
    return {
        "firms.auc_from_dev": ranking.auc(said, table.defaults),
        "firms.ks_from_dev": ranking.ks(said, table.defaults),
    }


def _shipped_card() -> Card | None:
    try:
        return read_card(CARD)
    except (CardInvalid, FileNotFoundError):
        return None


def _fen(yuan: str) -> int:
    return round(float(yuan) * 100)
