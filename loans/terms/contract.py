"""The loan contract as a PDF: parties, terms, clauses, repayment plan, cost sheet. Pure.

The text is a file by version (`texts/`): a contract names its own, and is printed from it alone.
The same contract is the same bytes, so that its hash can be logged.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from core.clock import CHINA
from core.money import BasisPoints, Fen
from core.policy import Part
from loans.terms.calendar import payable_until
from loans.terms.options import Option
from loans.terms.product import Product
from loans.terms.schedule import BASIS_POINTS_A_UNIT, Repayment
from loans.terms.sheet import WAYS, CostSheet, draw_sheet, in_both
from loans.terms.words import in_chinese, in_percent, in_words, in_yuan

if TYPE_CHECKING:
    from loans.terms.pages import Pages

TEXTS = Path(__file__).with_name("texts")
PLAN_TITLE = "附件一　还款计划表"
PLAN_HEADING = (
    "期次",
    "还款日",
    "最迟付款日",
    "本金（元）",
    "利息（元）",
    "担保费（元）",
    "合计（元）",
)


LINE_REMARK = (
    "本表按一次提用全部额度、以最长用信期限和上列还款方式计算，仅作示例；"
    "各笔用信的融资成本以该笔用信凭证所附明示表为准。"
)


class Confirmation(StrEnum):
    """By what a borrower was recognised when they accepted."""

    VOICE = "voice"
    FACE = "face"


CONFIRMED_BY = {Confirmation.VOICE: "声纹", Confirmation.FACE: "人脸"}


class Paper(StrEnum):
    """What a document agrees on."""

    LOAN = "loan"
    LINE = "line"  # how much may be drawn, and on which terms
    DRAW = "draw"  # one draw on a line


class PenaltyRules(Part):
    """What an overdue or misused loan costs, as a multiple of its rate."""

    overdue_bp: BasisPoints  # 15,000 is one and a half times
    misuse_bp: BasisPoints


class Lender(Part):
    """The bank that lends."""

    name: str
    code: str  # unified social credit code
    address: str


class ContractRules(Part):
    """What every contract of a policy has in common."""

    text: str  # the version of its words, a file of `texts/`
    lender: Lender
    guarantor: str  # of the products that have a guarantee fee
    penalties: PenaltyRules


@dataclass(frozen=True)
class Borrower:
    """The owner who borrows, and the business."""

    name: str
    id_number: str
    phone_number: str
    business: str
    business_code: str


@dataclass(frozen=True)
class LineFacts:
    """The credit line that a contract is of, or that a draw is made on."""

    number: str  # of its contract
    limit_fen: Fen
    valid_until: date  # the last day on which it can be drawn on
    max_tenor_months: int  # of a draw
    min_draw_fen: Fen
    self_payment_max_fen: Fen  # a larger draw is paid to those who are named
    purposes: tuple[str, ...]  # in words
    ways: tuple[Repayment, ...]


@dataclass(frozen=True)
class Contract:
    """All that a contract says.

    Of a line, `option` is an example: the whole limit drawn at once for the longest time.
    """

    number: str
    rules: ContractRules
    product: Product
    borrower: Borrower
    purpose: str  # in words
    payees: tuple[str, ...]  # to whom it is paid; to the borrower where there is none
    option: Option
    paid_out: date
    ceiling_bp: BasisPoints  # of the all-in cost, penalties within
    confirmed_by: Confirmation
    confirmation: str  # the id of the verification
    confirmed_at: datetime  # timezone-aware
    paper: Paper = Paper.LOAN
    line: LineFacts | None = None  # of a line and of a draw

    @property
    def guarantor(self) -> str | None:
        """Who guarantees the loan; None where no fee is taken for it."""
        return self.rules.guarantor if self.product.guarantee_bp else None


class Paragraph(Part):
    """A paragraph of a text, and where it stands."""

    text: str
    when: str | None = None


class Clause(Part):
    """A clause of a text."""

    heading: str
    paragraphs: tuple[Paragraph, ...]


class ContractText(Part):
    """The words of a version."""

    title: str
    notice: str
    clauses: tuple[Clause, ...]


def contract_pdf(contract: Contract, font: Path) -> bytes:
    """The contract; `font` is a TrueType file with Chinese.

    Raises `FileNotFoundError` for a version of the text that does not exist, and as
    `loans.terms.sheet.sheet_rows` does.
    """
    from loans.terms.pages import Pages

    text = contract_text(contract.rules.text)
    foot = f"合同编号 {contract.number}　{contract.rules.text}"
    pages = Pages(font, foot, contract.confirmed_at)
    pages.small(f"合同编号：{contract.number}", align="R")
    pages.title(text.title)
    _draw_parties(pages, contract)
    pages.facts(key_terms(contract))
    pages.paragraph(text.notice.format_map(_values(contract)))
    for heading, paragraphs in clauses(contract):
        pages.heading(heading)
        for paragraph in paragraphs:
            pages.paragraph(paragraph)
    _draw_signatures(pages, contract)
    has_plan = contract.paper is not Paper.LINE  # of a line each draw has its own
    if has_plan:
        _draw_plan(pages, contract)
    pages.new_page()
    draw_sheet(pages, sheet_of(contract), title_prefix="附件二　" if has_plan else "附件　")
    return pages.content()


def clauses(contract: Contract) -> Iterator[tuple[str, Sequence[str]]]:
    """Numbered headings with their paragraphs, all values filled in.

    Raises `KeyError` where a text asks for a value that no contract has.
    """
    values, standing = _values(contract), _conditions(contract)
    for number, clause in enumerate(contract_text(contract.rules.text).clauses, start=1):
        stand = [part for part in clause.paragraphs if part.when is None or part.when in standing]
        paragraphs = [
            f"{number}.{place}　{part.text.format_map(values)}"
            for place, part in enumerate(stand, start=1)
        ]
        yield f"第{_ordinal(number)}条　{clause.heading}", paragraphs


@cache
def contract_text(version: str) -> ContractText:
    """The words of a version. Raises `FileNotFoundError`."""
    content = (TEXTS / f"{version}.toml").read_text("utf-8")
    return ContractText.model_validate(tomllib.loads(content))


def key_terms(contract: Contract) -> Sequence[tuple[str, str]]:
    """The table at the head: what is lent, for how long, what it costs."""
    option = contract.option
    terms, cost, schedule = option.terms, option.cost, option.schedule
    if contract.paper is Paper.LINE and contract.line is not None:
        return _line_terms(contract, contract.line)
    return (
        *((("额度合同", contract.line.number),) if contract.line else ()),
        ("借款金额", f"{in_yuan(terms.principal_fen)}元　（{in_words(terms.principal_fen)}）"),
        ("借款期限", f"{terms.tenor_months}个月，{in_chinese(contract.paid_out)}起"),
        ("借款用途", contract.purpose),
        ("还款方式", f"{WAYS[terms.repayment]}，共{len(schedule)}期"),
        ("首期还款日 / 到期日", f"{in_chinese(schedule[0].due)} / {in_chinese(schedule[-1].due)}"),
        ("年利率（单利）", f"{in_percent(option.rate.annual_rate_bp)}，固定"),
        ("年化综合成本", in_both(cost)),
        ("利息 / 担保费", f"{in_yuan(cost.interest_fen)}元 / {in_yuan(cost.fee_fen)}元"),
        ("还款总额", f"{in_yuan(Fen(terms.principal_fen + cost.total_fen))}元"),
    )


def _line_terms(contract: Contract, line: LineFacts) -> Sequence[tuple[str, str]]:
    option = contract.option
    return (
        ("授信额度", f"{in_yuan(line.limit_fen)}元　（{in_words(line.limit_fen)}），可循环使用"),
        ("额度有效期", f"自{in_chinese(contract.paid_out)}起至{in_chinese(line.valid_until)}止"),
        ("单笔用信", f"不低于{in_yuan(line.min_draw_fen)}元，期限最长{line.max_tenor_months}个月"),
        ("用途", "、".join(line.purposes)),
        ("还款方式", "、".join(WAYS[way] for way in line.ways)),
        ("年利率（单利）", f"{in_percent(option.rate.annual_rate_bp)}，固定"),
        ("年化综合成本（示例）", in_both(option.cost)),
    )


def penalty_rate(contract: Contract, times_bp: BasisPoints) -> BasisPoints:
    """The rate of a penalty, which the ceiling bounds too."""
    rate = contract.option.rate.annual_rate_bp * times_bp // BASIS_POINTS_A_UNIT
    return BasisPoints(min(rate, contract.ceiling_bp))


def _conditions(contract: Contract) -> set[str]:
    return {
        contract.product.channel.value,
        "guarantee" if contract.guarantor else "no_guarantee",
        "payees" if contract.payees else "no_payees",
        "bullet" if contract.option.terms.repayment is Repayment.BULLET else "instalments",
    }


def _values(contract: Contract) -> Mapping[str, str]:
    option, penalties = contract.option, contract.rules.penalties
    cost = option.cost
    return {
        **(_line_values(contract.line) if contract.line else {}),
        "amount": f"{in_yuan(option.terms.principal_fen)}元",
        "amount_words": in_words(option.terms.principal_fen),
        "tenor_months": str(option.terms.tenor_months),
        "paid_out": in_chinese(contract.paid_out),
        "matures": in_chinese(option.schedule[-1].due),
        "purpose": contract.purpose,
        "payees": "、".join(contract.payees),
        "annual_rate": in_percent(option.rate.annual_rate_bp),
        "way": WAYS[option.terms.repayment],
        "instalments": str(len(option.schedule)),
        "guarantor": contract.guarantor or "",
        "guarantee_rate": in_percent(contract.product.guarantee_bp),
        "fee": in_yuan(cost.fee_fen),
        "total_cost": in_yuan(cost.total_fen),
        "irr": in_percent(cost.irr_bp),
        "simple_rate": in_percent(cost.simple_rate_bp),
        "ceiling": in_percent(contract.ceiling_bp),
        "overdue_times": f"{penalties.overdue_bp / BASIS_POINTS_A_UNIT:g}",
        "overdue_rate": in_percent(penalty_rate(contract, penalties.overdue_bp)),
        "misuse_times": f"{penalties.misuse_bp / BASIS_POINTS_A_UNIT:g}",
        "misuse_rate": in_percent(penalty_rate(contract, penalties.misuse_bp)),
        "business": contract.borrower.business,
        "confirmed_by": CONFIRMED_BY[contract.confirmed_by],
    }


def _line_values(line: LineFacts) -> Mapping[str, str]:
    return {
        "line_number": line.number,
        "limit": f"{in_yuan(line.limit_fen)}元",
        "limit_words": in_words(line.limit_fen),
        "valid_until": in_chinese(line.valid_until),
        "max_tenor_months": str(line.max_tenor_months),
        "min_draw": f"{in_yuan(line.min_draw_fen)}元",
        "self_payment_max": f"{in_yuan(line.self_payment_max_fen)}元",
        "purposes": "、".join(line.purposes),
        "ways": "、".join(WAYS[way] for way in line.ways),
    }


def _draw_parties(pages: Pages, contract: Contract) -> None:
    lender, borrower = contract.rules.lender, contract.borrower
    pages.facts(
        (
            ("甲方（贷款人）", lender.name),
            ("统一社会信用代码 / 住所", f"{lender.code}　{lender.address}"),
            ("乙方（借款人）", f"{borrower.name}　身份证号 {borrower.id_number}"),
            ("经营主体", f"{borrower.business}　{borrower.business_code}"),
            ("联系电话", borrower.phone_number),
            *((("保证人", contract.guarantor),) if contract.guarantor else ()),
        )
    )


def _draw_signatures(pages: Pages, contract: Contract) -> None:
    moment = contract.confirmed_at.astimezone(CHINA)
    confirmed = f"{in_chinese(moment.date())} {moment:%H:%M:%S}"
    pages.columns(
        (
            f"甲方：{contract.rules.lender.name}",
            "（电子签章）",
            f"日期：{in_chinese(moment.date())}",
        ),
        (
            f"乙方：{contract.borrower.name}",
            f"（经本人{CONFIRMED_BY[contract.confirmed_by]}验证确认）",
            f"确认时间：{confirmed}（北京时间）",
            f"确认编号：{contract.confirmation}",
        ),
    )


def _draw_plan(pages: Pages, contract: Contract) -> None:
    schedule, cost = contract.option.schedule, contract.option.cost
    rows = [
        (
            str(part.number),
            part.due.isoformat(),
            payable_until(part.due).isoformat(),
            in_yuan(part.principal_fen),
            in_yuan(part.interest_fen),
            in_yuan(part.fee_fen),
            in_yuan(part.total_fen),
        )
        for part in schedule
    ]
    principal = contract.option.terms.principal_fen
    whole = (principal, cost.interest_fen, cost.fee_fen, Fen(principal + cost.total_fen))
    total = ("合计", "", "", *(in_yuan(fen) for fen in whole))
    pages.new_page()
    pages.title(PLAN_TITLE)
    pages.table(
        PLAN_HEADING, [*rows, total], (7, 14, 14, 16, 15, 17, 17), right=(3, 4, 5, 6), emphasised=1
    )
    pages.paragraph("还款日为非工作日的，在最迟付款日（含）前还款不视为逾期，利息不变。")


def sheet_of(contract: Contract) -> CostSheet:
    """The cost sheet of what a contract agrees on; of a line, of the example."""
    return CostSheet(
        number=contract.number,
        lender=contract.rules.lender.name,
        guarantor=contract.guarantor,
        guarantee_bp=contract.product.guarantee_bp,
        option=contract.option,
        made_at=contract.confirmed_at,
        remark=LINE_REMARK if contract.paper is Paper.LINE else "",
    )


def _ordinal(number: int) -> str:
    """A clause's number below a hundred: 十四."""
    digits = "〇一二三四五六七八九"
    tens, ones = divmod(number, 10)
    lead = "" if tens == 0 else "十" if tens == 1 else f"{digits[tens]}十"
    return lead + (digits[ones] if ones else "")
