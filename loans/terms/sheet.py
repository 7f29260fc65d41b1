"""The cost sheet (综合融资成本明示表): what a borrower pays to whom, and what it is a year. Pure.

Rates are told by both methods of PBoC Announcement 2021-3, each with its name. The page is drawn
by a library that takes a second to import, which happens where a PDF is made only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from core.money import BasisPoints, Fen
from loans.terms.cost import Cost
from loans.terms.options import Option
from loans.terms.schedule import Repayment
from loans.terms.words import in_percent, in_yuan

if TYPE_CHECKING:
    from loans.terms.pages import Pages

VERSION = "cost-sheet-1"
TITLE = "综合融资成本明示表"
WAYS = {
    Repayment.EQUAL_INSTALMENTS: "等额本息",
    Repayment.EQUAL_PRINCIPAL: "等额本金",
    Repayment.INTEREST_FIRST: "先息后本（按月付息，到期还本）",
    Repayment.BULLET: "一次还本付息",
}
HEADING = ("项目", "金额（元）", "年化", "收取方", "收取方式")
NOTES = (
    "年化综合成本（复利）为内部收益率（IRR），即使各期还款的现值之和等于借款本金的月利率，"
    "按复利折算为年利率；单利为该月利率乘以十二。两者均包含上列全部利息和费用，"
    "以放款后各期按时还款为前提（中国人民银行公告〔2021〕第3号）。",
    "除上列项目外，不收取任何其他费用。",
)


@dataclass(frozen=True)
class SheetRow:
    """A line of the sheet, as it is printed."""

    item: str
    yuan: str
    rate: str
    taken_by: str
    taken_when: str

    @property
    def cells(self) -> tuple[str, ...]:
        """The line from left to right."""
        return (self.item, self.yuan, self.rate, self.taken_by, self.taken_when)


@dataclass(frozen=True)
class CostSheet:
    """What a sheet says: a loan, who lends and guarantees it, and when it was made."""

    number: str
    lender: str
    guarantor: str | None  # None where nobody guarantees
    guarantee_bp: BasisPoints
    option: Option
    made_at: datetime  # timezone-aware
    remark: str = ""  # before the notes


def sheet_rows(sheet: CostSheet) -> tuple[SheetRow, ...]:
    """Interest, fee, others, and all in, by both methods.

    Raises `ValueError` where a fee is taken by nobody.
    """
    cost, with_instalments = sheet.option.cost, "随各期还款"
    if cost.fee_fen and sheet.guarantor is None:
        raise ValueError("a fee without a guarantor")
    interest_rate = f"{in_percent(sheet.option.rate.annual_rate_bp)}（单利）"
    rows = [
        SheetRow("利息", in_yuan(cost.interest_fen), interest_rate, sheet.lender, with_instalments)
    ]
    if sheet.guarantor is not None:
        fee = f"{in_percent(sheet.guarantee_bp)}（未还本金）"
        rows.append(
            SheetRow("担保费", in_yuan(cost.fee_fen), fee, sheet.guarantor, with_instalments)
        )
    nothing = in_yuan(Fen(0))
    return (
        *rows,
        SheetRow("平台服务费及其他费用", nothing, "0.00%", "无", "不收取"),
        SheetRow("合计", in_yuan(cost.total_fen), in_both(cost), "", ""),
    )


def loan_facts(option: Option) -> Sequence[tuple[str, str]]:
    """The loan that a sheet is about: label and value."""
    terms, cost = option.terms, option.cost
    return (
        ("借款本金", f"{in_yuan(terms.principal_fen)}元"),
        ("期限", f"{terms.tenor_months}个月"),
        ("还款方式", WAYS[terms.repayment]),
        ("还款总额", f"{in_yuan(Fen(terms.principal_fen + cost.total_fen))}元"),
        ("年化综合成本", in_both(cost)),
    )


def in_both(cost: Cost) -> str:
    """The all-in rate by both methods, each with its name."""
    return f"{in_percent(cost.irr_bp)}（复利，IRR）　{in_percent(cost.simple_rate_bp)}（单利）"


def sheet_pdf(sheet: CostSheet, font: Path) -> bytes:
    """The sheet on a page; the same bytes for the same sheet.

    `font` is a TrueType file with Chinese. Raises as `sheet_rows` does.
    """
    from loans.terms.pages import Pages

    pages = Pages(font, f"{TITLE}　{sheet.number}　{VERSION}", sheet.made_at)
    draw_sheet(pages, sheet)
    return pages.content()


def draw_sheet(pages: Pages, sheet: CostSheet, title_prefix: str = "") -> None:
    """The sheet, from where the pages stand."""
    pages.title(f"{title_prefix}{TITLE}")
    pages.facts(loan_facts(sheet.option))
    rows = [row.cells for row in sheet_rows(sheet)]
    pages.table(HEADING, rows, widths=(23, 14, 25, 23, 15), right=(1,), emphasised=1)
    for note in (sheet.remark, *NOTES) if sheet.remark else NOTES:
        pages.paragraph(note)
