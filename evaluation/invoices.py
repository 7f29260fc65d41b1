"""`kaihu evaluate invoices`: invoices as OFD, XML, PDF and photo, and firms by their invoices.

`loans/invoices/truth.json` says what each paper holds. Texts are compared after NFKC and without
white space. A paper that was refused has none of its fields right.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np

from core.files import PhotoLimits
from core.policy import Policy
from evaluation.invoice_firms import evaluate_firms
from evaluation.report import Figures, not_measured
from kyc.policy import UploadPolicy
from loans.policy import LoanPolicy
from loans.sources.invoices import Invoice, InvoiceFlag
from loans.sources.readers.einvoice import InvoiceReason, InvoiceRefused, read_invoice
from loans.sources.readers.einvoice_checks import duplicates
from loans.sources.readers.einvoice_limits import InvoiceLimits
from loans.sources.readers.einvoice_photo import texts_of_sheets
from loans.sources.readers.placed_text import PlacedText
from ocr.page_lines import page_lines
from ocr.preprocess.decode import decode_photo
from ocr.recognition.engine import PaddleTextEngine
from ocr.recognition.line import narrow
from ocr.recognition.protocols import TextEngine

FORMS = ("ofd", "pdf", "xml", "photo")
SAME = "same_as:"
Truth = Mapping[str, Any]


@dataclass(frozen=True)
class Case:
    """A paper of the set: what it holds, what was read, and why nothing was."""

    truth: Truth
    invoice: Invoice | None
    refused: InvoiceReason | None


def evaluate_invoices(data: Path, models: Path, policy: Policy) -> Figures:
    """Fields and flags of the papers; AUC, KS and calibration error of the firms."""
    folder = data / "loans" / "invoices"
    engine = PaddleTextEngine(models / "ocr")
    photo = policy.section(UploadPolicy).photo
    limits = policy.section(LoanPolicy).invoices
    truths = json.loads((folder / "truth.json").read_text("utf-8"))
    cases = [_case(folder, truth, limits, engine, photo) for truth in truths]
    return {"n": len(cases), **papers(cases), **evaluate_firms(folder)}


def _case(
    folder: Path, truth: Truth, limits: InvoiceLimits, engine: TextEngine, photo: PhotoLimits
) -> Case:
    def recognise(content: bytes) -> Sequence[PlacedText]:
        return texts_of_sheets(page_lines(decode_photo(content, photo), engine))

    try:
        content = (folder / truth["file"]).read_bytes()
        return Case(truth, read_invoice(content, limits, recognise), None)
    except InvoiceRefused as refusal:
        return Case(truth, None, refusal.reason)


def papers(cases: Sequence[Case]) -> Figures:
    """Fields, goods and flags of papers that were read."""
    figures: Figures = {}
    for form in FORMS:
        of_form = [case for case in cases if case.truth["form"] == form]
        invoices = [case for case in of_form if case.truth["is_invoice"]]
        names = (f"{form}.fields_right", f"{form}.items_right")
        if invoices:
            fields = [right for case in invoices for right in _fields_right(case)]
            items = [right for case in invoices for right in _items_right(case)]
            figures[names[0]], figures[names[1]] = float(np.mean(fields)), float(np.mean(items))
        else:
            figures |= not_measured("no invoice of this form in the set", *names)
    wrong = [
        f"{case.truth['file']}:{field}"
        for case in cases
        if case.truth["is_invoice"]
        for field, right in zip(FIELDS, _fields_right(case), strict=True)
        if not right
    ]
    return {**figures, **_flags(cases), **_others(cases), "fields_wrong": " ".join(wrong) or "none"}


FIELDS = (
    "number", "date", "seller_name", "seller_id", "buyer_name", "buyer_id",
    "net_fen", "tax_fen", "gross_fen",
)  # fmt: skip


def _fields_right(case: Case) -> list[bool]:
    if case.invoice is None:
        return [False] * len(FIELDS)
    read = case.invoice
    found = (
        read.number, read.day.isoformat(), read.seller.name, read.seller.number, read.buyer.name,
        read.buyer.number, read.net_fen, read.tax_fen, read.gross_fen,
    )  # fmt: skip
    return [
        _plain(value) == _plain(case.truth[name]) for name, value in zip(FIELDS, found, strict=True)
    ]


def _items_right(case: Case) -> list[bool]:
    """Of each line of goods whether it is there, with its name, net amount and tax."""
    items = case.invoice.items if case.invoice is not None else ()
    read = [(_plain(item.name), item.net_fen, item.tax_fen) for item in items]
    known = [(_plain(i["name"]), i["net_fen"], i["tax_fen"]) for i in case.truth["items"]]
    return [one is not None and one == other for one, other in zip_longest(read, known)]


def _flags(cases: Sequence[Case]) -> Figures:
    """Share of each flag that was raised; papers with one that they do not deserve."""
    raised: dict[str, list[bool]] = defaultdict(list)
    false = []
    for case in cases:
        if case.invoice is None or not case.truth["is_invoice"]:
            continue
        wanted = {flag for flag in case.truth["flags"] if not flag.startswith(SAME)}
        for flag in wanted:
            raised[flag].append(flag in case.invoice.flags)
        false.append(bool(case.invoice.flags - {InvoiceFlag(flag) for flag in wanted}))
    recalls = {f"flag_recall.{flag}": float(np.mean(each)) for flag, each in sorted(raised.items())}
    return {**recalls, "flag_false": float(np.mean(false)) if false else None}


def _others(cases: Sequence[Case]) -> Figures:
    """Papers that are no invoice, and papers of an invoice that was there before."""
    refused = [
        case.refused is InvoiceReason.NOT_AN_INVOICE
        for case in cases
        if not case.truth["is_invoice"]
    ]
    read = [case for case in cases if case.invoice is not None]
    found = duplicates([case.invoice for case in read if case.invoice is not None])
    told = {read[later].truth["file"]: read[first].truth["file"] for later, first in found.items()}
    known = {
        case.truth["file"]: flag.removeprefix(SAME)
        for case in cases
        for flag in case.truth.get("flags", ())
        if flag.startswith(SAME)
    }
    pairs = {frozenset(pair) for pair in told.items()}
    same = [frozenset(pair) in pairs for pair in known.items()]
    return {
        "not_an_invoice_right": float(np.mean(refused)) if refused else None,
        "same_told": float(np.mean(same)) if same else None,
        "same_false": len(pairs - {frozenset(pair) for pair in known.items()}),
    }


def _plain(value: Any) -> Hashable:
    return narrow(value or "") if isinstance(value, str | None) else value
