"""Invoices that a made-up firm issues: at once, before, later, or one for a month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from evaluation.simulation.sales import BEGIN, END, Firm, company, person
from loans.sources.invoices import Invoice, InvoiceFlag, InvoiceLayout, Party

RATES = (1, 1, 3, 6, 13)  # percent


@dataclass(frozen=True)
class Paper:
    """An invoice for some sales."""

    at: datetime
    buyer: str
    fen: int
    sales: tuple[int, ...]


def papers_of(draw: Random, firm: Firm) -> list[Paper]:
    """The invoices of a firm, those before and after the period too."""
    papers: list[Paper] = []
    months: dict[tuple[str, str], list[tuple[datetime, int, int]]] = defaultdict(list)
    for sale in firm.sales:
        if sale.refund_fen:
            continue
        habit = sale.customer.invoicing if sale.customer else "each" if sale.invoiced else "never"
        buyer = sale.customer.buyer if sale.customer else None
        if habit == "monthly" and buyer:
            months[buyer, f"{sale.at:%Y-%m}"].append((sale.at, sale.fen, sale.number))
        elif habit != "never":
            before = habit == "before"
            late = -draw.randint(0, 10) if before else draw.choice((0, 0, 1, 7, 30, 45))
            name = buyer or (person(draw) if draw.random() < 0.5 else company(draw))
            papers.append(Paper(sale.at + timedelta(days=late), name, sale.fen, (sale.number,)))
    for (buyer, _), sold in months.items():
        last = max(at for at, _, _ in sold)
        issued = (last.replace(day=1) + timedelta(days=32)).replace(day=draw.randint(1, 10))
        total = sum(fen for _, fen, _ in sold)
        papers.append(Paper(issued, buyer, total, tuple(number for _, _, number in sold)))
    return papers


def invoices_of(draw: Random, firm: Firm, papers: Sequence[Paper]) -> list[Invoice]:
    """As the tax office lists those of the period: some void, some taken back and written anew.

    Among them are invoices that the firm received.
    """
    rate = draw.choice(RATES)
    issued = [paper for paper in papers if BEGIN <= paper.at < END]
    listed: list[Invoice] = []
    for paper in sorted(issued, key=lambda paper: paper.at):
        listed.extend(_issued(draw, firm, paper, rate, len(listed)))
    for _ in range(draw.randint(5, 30)):
        day = BEGIN + timedelta(days=draw.randrange((END - BEGIN).days))
        fen = draw.randint(20_000, 3_000_000)
        seller = Party(company(draw), f"91{draw.randrange(10**15):015d}A")
        listed.append(_invoice(day, seller, Party(firm.name, firm.code), fen, 13, len(listed)))
    return listed


def _issued(draw: Random, firm: Firm, paper: Paper, rate: int, number: int) -> Iterator[Invoice]:
    seller, buyer = Party(firm.name, firm.code), Party(paper.buyer, None)
    luck = draw.random()
    good = _invoice(paper.at, seller, buyer, paper.fen, rate, number)
    if luck < 0.03:
        yield _invoice(paper.at, seller, buyer, paper.fen, rate, number + 50_000, void=True)
    elif luck < 0.05:
        yield _invoice(paper.at, seller, buyer, paper.fen, rate, number + 60_000)
        yield _invoice(paper.at, seller, buyer, -paper.fen, rate, number + 70_000)
    yield good


def _invoice(
    at: datetime,
    seller: Party,
    buyer: Party,
    gross: int,
    rate: int,
    number: int,
    *,
    void: bool = False,
) -> Invoice:
    net = round(gross / (1 + rate / 100))
    return Invoice(
        InvoiceLayout.DIGITAL,
        "电子发票（普通发票）",
        f"2644200000{number:010d}",
        at.date(),
        seller,
        buyer,
        net,
        gross - net,
        gross,
        flags=frozenset({InvoiceFlag.RED}) if gross < 0 else frozenset(),
        void=void,
    )
