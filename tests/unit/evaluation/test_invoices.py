"""Figures of invoices, on a made-up set."""

from __future__ import annotations

import gzip
import random
from datetime import date, timedelta
from pathlib import Path

import pytest

from evaluation.invoice_card import REASONS, calibrate_invoices
from evaluation.invoice_firms import (
    FIRMS,
    INVOICES,
    TRENDS,
    evaluate_firms,
    fingerprint,
    firm_records,
    firm_table,
)
from evaluation.invoices import Case, papers
from loans.profile.invoice_features import INVOICE_FEATURES
from loans.sources.readers.einvoice import InvoiceReason, read_invoice
from reference.scorer.card import read_card
from tests.support.invoices import LIMITS, SELLER, Paper, changed, xml_of


@pytest.fixture(scope="module")
def firms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty firms; those that sell seldom default."""
    root = tmp_path_factory.mktemp("evaluation")
    folder = root / "loans" / "invoices"
    folder.mkdir(parents=True)
    source, rows, outcomes = random.Random(4), [], []
    for number in range(40):
        bad = number % 4 == 0
        outcomes.append(f"E{number},B,{int(bad)}")
        for day in range(0, 720, source.randint(60, 120) if bad else source.randint(5, 12)):
            at = date(2018, 1, 1) + timedelta(days=day)
            rows.append(
                f"E{number},out,{day},{at},B{day % 5},90.00,10.00,100.00,{int(day % 7 == 0)}"
            )
            rows.append(f"E{number},in,{day},{at},S{day % 3},45.00,5.00,50.00,0")
    (folder / FIRMS).write_text("firm,rating,default\n" + "\n".join(outcomes) + "\n")
    head = "firm,side,number,date,party,net,tax,gross,void\n"
    with gzip.open(folder / INVOICES, "wt", encoding="utf-8") as file:
        file.write(head + "\n".join(rows) + "\n")
    return root


def test_firms_are_seen_through_their_invoices(firms: Path) -> None:
    folder = firms / "loans" / "invoices"
    table = firm_table(folder)
    assert set(table.columns) == set(TRENDS) == set(REASONS) <= set(INVOICE_FEATURES)
    assert table.defaults.sum() == 10
    record = firm_records(folder / INVOICES)["E1"][0]
    assert (record.net_fen, record.gross_fen, record.void) == (9_000, 10_000, True)


def test_firms_left_out_are_told_apart(firms: Path) -> None:
    figures = evaluate_firms(firms / "loans" / "invoices")
    assert figures["firms.auc"] > 0.9
    assert figures["firms.auc.sd"] < 0.2
    assert figures["firms.auc_from_dev"] > 0.7  # by the card that ships, of other firms
    assert figures["firms_read_s"] < 20


def test_a_card_is_not_measured_on_its_own_firms(
    firms: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = calibrate_invoices(firms, tmp_path / "invoiced.toml")
    card = read_card(tmp_path / "invoiced.toml")
    assert card.name == "reference-invoiced"
    assert card.data.sha256 == fingerprint(firms / "loans" / "invoices")
    assert told["firms.auc"] > 0.9
    monkeypatch.setattr("evaluation.invoice_firms.CARD", tmp_path / "invoiced.toml")
    figures = evaluate_firms(firms / "loans" / "invoices")
    assert figures["firms.auc_from_dev"] is None
    assert "fitted on these firms" in figures["firms.auc_from_dev.why"]


TRUTH = {
    "file": "a.xml",
    "form": "xml",
    "is_invoice": True,
    "number": "25322000000123456789",
    "date": "2025-03-07",
    "seller_name": SELLER,
    "seller_id": Paper().seller_number,
    "buyer_name": Paper().buyer,
    "buyer_id": Paper().buyer_number,
    "net_fen": 100_000,
    "tax_fen": 13_000,
    "gross_fen": 113_000,
    "items": [{"name": "*机床*数控铣床配件", "net_fen": 100_000, "tax_fen": 13_000}],
    "flags": [],
}


def case(paper: Paper, **truth: object) -> Case:
    return Case({**TRUTH, **truth}, read_invoice(xml_of(paper), LIMITS), None)


def test_fields_goods_and_flags_are_counted() -> None:
    cases = [
        case(Paper()),
        case(changed(buyer="别的公司"), file="b.xml", flags=["same_as:a.xml"]),
        case(changed(gross="2130.00", number="25322000000123456780"), flags=["red"], file="c.xml"),
        Case({"file": "d.ofd", "form": "ofd", "is_invoice": False}, None, InvoiceReason.UNREADABLE),
    ]
    figures = papers(cases)
    assert figures["xml.fields_right"] == pytest.approx(1 - 3 / 27)
    assert figures["xml.items_right"] == 1
    assert figures["ofd.fields_right"] is None
    assert figures["flag_recall.red"] == 0
    assert figures["flag_false"] == pytest.approx(1 / 3)
    assert figures["not_an_invoice_right"] == 0  # refused, and for another reason
    assert figures["same_told"] == 1
    assert figures["fields_wrong"] == "b.xml:buyer_name c.xml:number c.xml:gross_fen"
