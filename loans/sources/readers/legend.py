"""What the notes above a table say of all its amounts: unit, currency, and what marks mean."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from loans.sources.readers.amounts import FEN_A_YUAN
from loans.sources.readers.currencies import known_currency
from loans.sources.readers.notes import Note, labelled
from loans.sources.readers.times import DayOrder
from loans.sources.readers.vocabulary import plain, vocabulary
from loans.sources.rows import Direction

FEN_OF_UNITS = {
    "分": 1,
    "角": 10,
    "元": FEN_A_YUAN,
    "百元": FEN_A_YUAN * 100,
    "千元": FEN_A_YUAN * 1_000,
    "万": FEN_A_YUAN * 10_000,
    "万元": FEN_A_YUAN * 10_000,
    "百万元": FEN_A_YUAN * 1_000_000,
    "千万元": FEN_A_YUAN * 10_000_000,
    "亿元": FEN_A_YUAN * 100_000_000,
}
_UNITS = "|".join(sorted(FEN_OF_UNITS, key=len, reverse=True))
UNIT_IN_NOTE = re.compile(
    rf"[(\[]?[\u4e00-\u9fff]{{0,4}}单位:?(?:均?为|是)?(?:人民币)?({_UNITS})(?:/[角分]|整)*[)\]]?"
)
DAY_FIRST = re.compile(r"日/月/年|dd[/.-]mm[/.-]yy", re.IGNORECASE)
MONTH_FIRST = re.compile(r"月/日/年|mm[/.-]dd[/.-]yy", re.IGNORECASE)
UNIT_IN_NAME = re.compile(
    rf"[(\[/,](?:单位:?)?(?:人民币)?({_UNITS})(?=[)\],/]|$)|([百千万亿]元|百万元|千万元|万)$"
)

_IN = "收入|存入|转入|入账|收款|增加|还款|贷入|流入"
_OUT = "支出|支取|转出|出账|付款|减少|消费|取现|流出|取出"
_SAYS = "[也均则都]?表示|代表|为|是|即|指|=|登记|:"
_MARKS = "正|负|贷|借|dr|cr|[dc]"
MARK_MEANS = re.compile(
    rf"(?<![a-z\d修更改订])['\"“‘]?(?P<mark>{_MARKS})['\"”’]?(?:数|值|号|方|记)?"
    rf"(?:{_SAYS})[^,。;，；、]{{0,8}}?(?:(?P<ins>{_IN})|(?P<outs>{_OUT}))"
)
MEANS_MARK = re.compile(
    rf"(?:(?P<ins>{_IN})|(?P<outs>{_OUT}))[^,。;，；、]{{0,4}}?(?:表示|显示)?(?:为|以|用|记)"
    rf"['\"“‘]?(?P<mark>正|负)(?:数|值|号|$|[,。;，；、)])"
)
DEBIT, CREDIT, PLUS, MINUS = "借", "贷", "正", "负"
_SAME_MARK = {"d": DEBIT, "dr": DEBIT, "c": CREDIT, "cr": CREDIT}
_OTHER = {DEBIT: CREDIT, CREDIT: DEBIT, PLUS: MINUS, MINUS: PLUS}
_CONTRARY = {Direction.IN: Direction.OUT, Direction.OUT: Direction.IN}
_CLAUSES = re.compile(r"[\s,;，；、]+")


@dataclass(frozen=True)
class Legend:
    """What is said once above the rows; None and empty where nothing is said.

    `units` has each unit that is said, in fen: with two, none holds for a column that names none.
    """

    units: frozenset[int] = frozenset()
    currency: str | None = None  # its code
    order: DayOrder | None = None  # of 03/04/2026
    marks: Mapping[str, Direction] = field(default_factory=dict)  # of 借, 贷, 正, 负
    own_books: bool = False  # of a firm: 借 is in
    of_money: bool = False  # where own books are those of a bank account or of cash
    to_merchant: bool = False  # the notes are addressed to a merchant


def legend_of(notes: Iterable[Note], names: Iterable[str]) -> Legend:
    """The legend in the notes before a header, and in the names of its columns."""
    units: set[int] = set()
    currency: str | None = None
    orders: set[DayOrder] = set()
    marks: dict[str, set[Direction]] = {}
    words = vocabulary().notes
    around: list[str] = []
    for note in notes:
        around.append(plain(note.text))
        wide = unicodedata.normalize("NFKC", note.text)
        for clause in _CLAUSES.split(re.sub(r"(?<=单位):\s+", ":", wide)):
            if said := UNIT_IN_NOTE.fullmatch(clause):
                units.add(FEN_OF_UNITS[said[1]])
        orders |= _orders_in(wide)
        for label, value in labelled(note):
            if currency is None and label in words["currency"]:
                currency = known_currency(value)
        for mark, direction in _meanings(note.text):
            marks.setdefault(mark, set()).add(direction)
    to_merchant = any(word in text for text in around for word in words["merchant"])
    around += map(plain, names)
    joined = "\n".join(around)
    return Legend(
        units=frozenset(units),
        currency=currency,
        order=orders.pop() if len(orders) == 1 else None,
        marks=_agreed(marks),
        own_books=any(word in joined for word in words["own_books"]),
        of_money=any(word in joined for word in words["money_accounts"]),
        to_merchant=to_merchant,
    )


def _orders_in(text: str) -> set[DayOrder]:
    found = {DayOrder.DAY_FIRST: DAY_FIRST, DayOrder.MONTH_FIRST: MONTH_FIRST}
    return {order for order, form in found.items() if form.search(text)}


def unit_in_name(name: str) -> int | None:
    """The unit that a column names, in fen; None where it names none."""
    text = unicodedata.normalize("NFKC", name).strip()
    found = UNIT_IN_NAME.search(text)
    return FEN_OF_UNITS[found[1] or found[2]] if found else None


def _meanings(text: str) -> list[tuple[str, Direction]]:
    """What a text says that marks mean; blanks part its clauses."""
    wide = unicodedata.normalize("NFKC", text).lower()
    found = []
    for clause in _CLAUSES.split(wide):
        for said in (*MARK_MEANS.finditer(clause), *MEANS_MARK.finditer(clause)):
            mark = _SAME_MARK.get(said["mark"], said["mark"])
            found.append((mark, Direction.IN if said["ins"] else Direction.OUT))
    return found


def _agreed(marks: Mapping[str, set[Direction]]) -> dict[str, Direction]:
    """Marks that are said to mean one thing, and that their contraries do not mean, too."""
    single = {mark: next(iter(said)) for mark, said in marks.items() if len(said) == 1}
    return {
        mark: direction
        for mark, direction in single.items()
        if single.get(_OTHER[mark], _CONTRARY[direction]) is not direction
    }
