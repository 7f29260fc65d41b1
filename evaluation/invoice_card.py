"""`kaihu calibrate invoices`: the card that the reference scorer uses where invoices are known."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from evaluation.invoice_firms import CARD, fingerprint, firm_table, fit_firms
from evaluation.report import Figures
from loans.profile.invoice_features import INVOICE_FEATURES
from reference.scorer.card import Data, read_card
from reference.scorer.card_files import card_text
from reference.scorer.combined import Added, combined
from reference.scorer.settings import SHIPPED_CARDS

# By judgement, as other points of the thick card: the firms are larger than those that are served,
# and what invoices say overlaps with what statements and the licence do.
SHARE = 0.5
SOURCE = "Half of the points fitted on VAT invoices of Chinese firms (CUMCM 2020, problem C)."
REASONS: Mapping[str, str] = {
    "invoice_sales_a_month_fen": "invoiced_sales_small",
    "invoice_sales_count_a_month": "invoices_few",
    "invoice_active_share": "invoiced_sales_interrupted",
    "invoice_variation": "invoiced_sales_unsteady",
    "invoice_busiest_quarter_share": "invoiced_sales_seasonal",
    "invoice_void_share": "invoices_void",
    "invoice_top_customer_share": "one_large_customer",
    "invoice_repeat_share": "customers_new",
}


def calibrate_invoices(data: Path, target: Path = CARD) -> Figures:
    """Fit what invoices add, write the card, and tell what it reached on firms left out."""
    folder = data / "loans" / "invoices"
    fitted = fit_firms(firm_table(folder), fingerprint(folder)).card
    added = {
        name: Added(reason, SOURCE, INVOICE_FEATURES[name].minimum, INVOICE_FEATURES[name].maximum)
        for name, reason in REASONS.items()
    }
    thick = read_card(SHIPPED_CARDS / "thick.toml")
    about = Data(
        source=(
            "The thick card, set by hand, with points for invoices: half of those fitted on "
            f"{fitted.data.source}. The figures are those of invoices alone, fitted whole, each "
            "firm left out once."
        ),
        licence=f"{thick.data.licence}; invoices: {fitted.data.licence}",
        period=fitted.data.period,
        rows=fitted.data.rows,
        defaults=fitted.data.defaults,
        sha256=fitted.data.sha256,
    )
    card = combined(thick, fitted, added, SHARE, "reference-invoiced", about)
    target.write_text(card_text(card, "kaihu calibrate invoices"), "utf-8")
    assert fitted.figures is not None  # noqa: S101 - `fit` tells them
    return {
        "firms.n": fitted.data.rows,
        **{f"firms.{name}": value for name, value in fitted.figures},
        "card": str(target),
        "features": len(card.features),
        "left_out": " ".join(sorted(REASONS.keys() - {each.name for each in card.features}))
        or "none",
    }
