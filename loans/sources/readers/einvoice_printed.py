"""What an invoice says in print or in elements, before it is checked. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from core.money import FEN_A_YUAN, Fen
from loans.sources.invoices import Invoice, InvoiceItem, InvoiceLayout, Party
from loans.sources.readers.einvoice_words import goods_classes, vocabulary, words

DIGITAL_NUMBER, OLD_NUMBER = re.compile(r"\d{20}"), re.compile(r"\d{8}")
CODE = re.compile(r"\d{10}|\d{12}")
TAX_NUMBER = re.compile(r"(?<![0-9A-Z])[0-9A-Z]{15,20}(?![0-9A-Z])")
CREDIT_CODE_LENGTH = 18
MAX_YUAN = 10**12
_AMOUNT = re.compile(r"[(（]?(?:负数)?[)）]?-?[¥Y￥]?-?\d[\d,]*(?:\.\d+)?元?")
NOBODY = Party(None, None)
_LIKE_STARS = str.maketrans(dict.fromkeys("“”‘’\"'°", "*"))
_LIKE_DIGITS = str.maketrans("OISZ", "0152")
_RATE = re.compile(r"(\d+(?:\.\d+)?)%")


@dataclass(frozen=True)
class PrintedItem:
    """A line of goods as printed."""

    name: str
    net: str | None
    rate: str | None
    tax: str | None


@dataclass(frozen=True)
class PrintedInvoice:
    """What was found of an invoice, as printed; None for what was not."""

    kind: str | None = None
    number: str | None = None
    code: str | None = None
    check_code: str | None = None
    day: date | None = None
    seller: Party = NOBODY
    buyer: Party = NOBODY
    net: str | None = None
    tax: str | None = None
    gross: str | None = None
    items: Sequence[PrintedItem] = ()
    words: str | None = None
    remark: str = ""
    drawer: str | None = None


class InvoiceIncomplete(Exception):
    """A paper that lacks what every invoice has; `lacking` says what."""

    def __init__(self, lacking: str) -> None:
        super().__init__(lacking)
        self.lacking = lacking


def invoice_of(printed: PrintedInvoice) -> Invoice:
    """The invoice that was printed. Raises `InvoiceIncomplete`.

    Of net, tax and gross one may be missing and is the difference of the others. Forms that print
    the gross alone (tickets, rolls) have all of it as their net.
    """
    number, day = printed.number, printed.day
    if number is None or not (DIGITAL_NUMBER.fullmatch(number) or OLD_NUMBER.fullmatch(number)):
        raise InvoiceIncomplete("number")
    if day is None:
        raise InvoiceIncomplete("day")
    net, tax, gross = _totals(printed)
    items = tuple(_item(each) for each in printed.items)
    digital = DIGITAL_NUMBER.fullmatch(number) is not None
    return Invoice(
        layout=InvoiceLayout.DIGITAL if digital else InvoiceLayout.OLD,
        kind=printed.kind or str(vocabulary()["kinds"]["unnamed"]),
        number=number,
        day=day,
        seller=_tidy(printed.seller),
        buyer=_tidy(printed.buyer),
        net_fen=net,
        tax_fen=tax,
        gross_fen=gross,
        code=printed.code,
        check_code=printed.check_code,
        items=items,
        capital=printed.words,
        remark=printed.remark,
        drawer=printed.drawer,
    )


def as_seen(printed: PrintedInvoice) -> PrintedInvoice:
    """What a recogniser read, with what it cannot have read right.

    Credit codes have no I, O, S and Z (GB 32100-2015), which look like digits. Goods begin with a
    star, which small print loses or makes a quotation mark.
    """
    return replace(
        printed,
        seller=replace(printed.seller, number=_in_code_letters(printed.seller.number)),
        buyer=replace(printed.buyer, number=_in_code_letters(printed.buyer.number)),
        items=_starred(printed.items),
    )


def fen_of(text: str | None) -> Fen | None:
    """Fen of an amount in yuan: -1,234.50, ¥1234.5, (负数)12; None for what is no amount."""
    plain = re.sub(r"\s", "", text or "")
    if not _AMOUNT.fullmatch(plain):
        return None
    try:
        yuan = Decimal(re.sub(r"[^\d.]", "", plain))
    except InvalidOperation:
        return None
    if yuan > MAX_YUAN:
        return None
    fen = int((yuan * FEN_A_YUAN).quantize(Decimal(1), ROUND_HALF_UP))
    return Fen(-fen if "-" in plain or "负" in plain else fen)


def is_amount(text: str) -> bool:
    """Whether a text is an amount and nothing else."""
    return _AMOUNT.fullmatch(text) is not None


def is_rate(text: str) -> bool:
    """Whether a text may stand in the column of rates."""
    return _RATE.fullmatch(text) is not None or any(
        text in words("rates", name) for name in ("exempt", "none", "hidden")
    )


def full_width_brackets(name: str) -> str:
    """A name with Chinese brackets, as licences print them, if it is Chinese."""
    if not re.search(r"[一-龥]", name):
        return name
    return name.replace("(", "（").replace(")", "）")


def _totals(printed: PrintedInvoice) -> tuple[Fen, Fen, Fen]:
    net, tax, gross = (fen_of(each) for each in (printed.net, printed.tax, printed.gross))
    if gross is None and net is not None and tax is not None:
        gross = Fen(net + tax)
    if gross is None:
        raise InvoiceIncomplete("gross")
    if net is None:
        net = Fen(gross - (tax or 0))
    if tax is None:
        tax = Fen(gross - net)
    return net, tax, gross


def _item(printed: PrintedItem) -> InvoiceItem:
    rate = (printed.rate or "").strip()
    exempt = rate in words("rates", "exempt")
    untaxed = exempt or rate in words("rates", "none")
    return InvoiceItem(
        name=printed.name,
        net_fen=fen_of(printed.net) or 0,
        tax_fen=0 if untaxed else fen_of(printed.tax),
        rate_bp=0 if exempt else _rate_bp(rate),
        exempt=exempt,
    )


def _rate_bp(rate: str) -> int | None:
    found = _RATE.fullmatch(rate)
    return int(Decimal(found[1]) * 100) if found else None


def _in_code_letters(number: str | None) -> str | None:
    if number is None or len(number) != CREDIT_CODE_LENGTH:
        return number
    return number.translate(_LIKE_DIGITS)


def _starred(items: Sequence[PrintedItem]) -> list[PrintedItem]:
    """Goods with the stars around their class (*餐饮服务*餐费), on a form where any has one."""
    plain = [item.name.translate(_LIKE_STARS) for item in items]
    names = map(_with_stars, plain) if any("*" in name for name in plain) else plain
    return [replace(item, name=name) for item, name in zip(items, names, strict=True)]


def _with_stars(name: str) -> str:
    """Of two stars one that is left, or the class of goods, tells where the others were."""
    if name.count("*") > 1:
        return name
    if "*" in name and not name.startswith("*"):
        return f"*{name}"
    bare = name.removeprefix("*")
    known = max((each for each in goods_classes() if bare.startswith(each)), key=len, default="")
    return f"*{known}*{bare.removeprefix(known)}" if known else name


def _tidy(party: Party) -> Party:
    name = full_width_brackets(party.name.strip()) if party.name else None
    number = re.sub(r"\s", "", party.number or "").upper()
    return Party(name or None, number or None)
