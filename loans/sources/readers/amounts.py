"""Amounts of money as statements print them, to fen."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

EMPTY = frozenset(
    {"", "-", "--", "---", "/", "\\", "—", "——", "–", "无", "n/a", "null", "none", "*"}
)
CURRENCY_WORDS = re.compile(r"人民币|rmb|cny|[¥￥元圆]", re.IGNORECASE)
NOTE = re.compile(r"\((?=[^)]*[^\d.,)])[^)]*\)$")  # as in `99.00(已全额退款)`, `3.90(CN)`
USUAL = re.compile(r"-?\d{1,12}\.\d\d", re.ASCII)
FORM = re.compile(
    r"(?P<sign>[+-]?)(?P<number>\d+(?:\.\d*)?|\d{1,3}(?:,\d{3})+(?:\.\d*)?|\.\d+)$", re.ASCII
)
CODE = re.compile(r"[A-Za-z]{3}[\s/]*(?=[-+(]?[\d.])|(?<=\d)\s*[A-Za-z]{3}$")  # of a currency
WORD = re.compile(r"(收入|存入|转入|支出|支取|付出|借|贷|转出)(?=[\d.])")
SIDE = re.compile(r"(cr|dr|贷|借)$")
FLOAT_DUST = Decimal("1e-6")  # of a fen: what programs print of a binary number
FEN_A_YUAN = 100


class AmountUnreadable(ValueError):
    """A cell that should hold an amount and does not."""


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount in fen, and whether a plus or minus was printed with it."""

    fen: int
    signed: bool


def read_amount(cell: object, unit_fen: int = FEN_A_YUAN) -> Amount | None:
    """The amount in a cell; None where the cell is empty or holds a dash.

    `unit_fen` is what one of the column's unit is worth. Raises `AmountUnreadable`.
    """
    if isinstance(cell, bool):
        raise AmountUnreadable
    if isinstance(cell, int | float):
        return _of_number(cell, unit_fen)
    if cell is None:
        return None
    if not isinstance(cell, str):
        raise AmountUnreadable
    return _of_text(cell, unit_fen)


def _of_number(cell: float, unit_fen: int) -> Amount:
    try:
        fen = round(cell * unit_fen)
    except (OverflowError, ValueError) as error:
        raise AmountUnreadable from error
    if abs(cell * unit_fen - fen) > 1e-3 or abs(fen) > 10**15:  # floats of fen are near whole ones
        raise AmountUnreadable
    return Amount(fen, fen < 0)


def _of_text(cell: str, unit_fen: int) -> Amount | None:
    if unit_fen == FEN_A_YUAN and USUAL.fullmatch(cell):  # nearly all; the rest takes much longer
        fen = int(cell.replace(".", ""))
        return Amount(fen, cell[0] == "-")
    text = cell.strip("\t `'\"\u3000\xa0")
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    if text.lower() in EMPTY:
        return None
    text = CODE.sub("", NOTE.sub("", CURRENCY_WORDS.sub("", text)).strip())
    text = text.replace(" ", "").replace("−", "-")
    if not text:
        return None
    negative = False
    if said := WORD.match(text):
        negative, text = said[1][0] in "支付转借", text[said.end() :]
    if text[:1] == "(" and text[-1] == ")":  # the accountant's minus
        negative, text = True, text[1:-1]
    if text[-1:] in "+-" and text[:1] not in "+-":
        text = text[-1] + text[:-1]
    if side := SIDE.search(text.lower()):
        negative, text = negative or side[1] in ("dr", "借"), text[: side.start()]
    found = FORM.match(text)
    if found is None:
        raise AmountUnreadable
    try:
        value = Decimal(found["number"].replace(",", "")) * unit_fen
    except InvalidOperation as error:
        raise AmountUnreadable from error
    fen = round(value)
    if abs(value - fen) > FLOAT_DUST or fen > 10**15:  # a part of a fen is not money
        raise AmountUnreadable
    minus = negative != (found["sign"] == "-")
    return Amount(-fen if minus else fen, minus or found["sign"] == "+" or side is not None)


def printed_currency(cell: object) -> str | None:
    """The code of a currency that stands with the amount, as in `USD 12.00`."""
    if not isinstance(cell, str) or not (cell[:1].isalpha() or cell[-1:].isalpha()):
        return None
    found = CODE.search(cell.strip())
    return None if found is None else found[0].strip(" /\t").upper()
