"""The header of a statement, found by its vocabulary and never by its line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from loans.sources.readers.currencies import currency_in_name
from loans.sources.readers.legend import unit_in_name
from loans.sources.readers.records import Cell
from loans.sources.readers.times import looks_like_a_date
from loans.sources.readers.vocabulary import LONGEST_NAME, column_name, vocabulary

TIMES = ("traded", "paid", "created", "posted", "recorded", "value_date")
AMOUNTS = (
    "amount",
    "amount_received",
    "amount_paid",
    "amount_posted",
    "amount_order",
    "amount_other",
    "income",
    "expense",
)
NUMBER = re.compile(r"[¥￥+-]?\d[\d,]*(?:\.\d+)?$")
MAX_COLUMNS = 128
IN_BRACKETS = re.compile(r"[(（\[][^()（）\[\]]*[)）\]]$")
REPAID = "还款"
POSTED = ("入账", "入帐", "到账", "到帐")
PROBE = 12  # names by which most records are known to be no header
MIN_KNOWN = 3  # columns that are known
MIN_SHARE = 0.5  # of the columns that are named
TIME, AMOUNT = "time", "amount"


@dataclass(frozen=True)
class Header:
    """The columns of a table: their names as printed, and the role of each."""

    line: int
    names: tuple[str, ...]
    roles: tuple[str | None, ...]

    def places(self, *roles: str) -> list[int]:
        """Where columns of these roles are, in the order of the roles."""
        return [at for role in roles for at, found in enumerate(self.roles) if found == role]

    @property
    def width(self) -> int:
        """Columns up to the last that has a name."""
        return max((at + 1 for at, name in enumerate(self.names) if name), default=0)

    @property
    def missing(self) -> tuple[str, ...]:
        """What a statement has and this header does not."""
        absent = []
        if not self.places(*TIMES):
            absent.append(TIME)
        if not self.places(*AMOUNTS):
            absent.append(AMOUNT)
        return tuple(absent)


def header_of(line: int, cells: Sequence[Cell]) -> Header | None:
    """The header that a record is; None for a record that is none.

    A header has three columns that are known, half of those that it names, and no amount or day.
    What it `missing` says is for the caller to judge.
    """
    if len(cells) > MAX_COLUMNS:
        return None
    names = tuple(str(cell).strip() if isinstance(cell, str) else "" for cell in cells)
    named = [name for name in names if name]
    if len(named) < MIN_KNOWN or any(cell and not _may_be_a_name(cell) for cell in cells):
        return None
    if sum(len(column_name(name)) > LONGEST_NAME for name in named) > len(named) // 4:
        return None
    known = vocabulary()
    if sum(known.role(name) is not None for name in named[:PROBE]) < MIN_KNOWN:
        return None
    roles = tuple(known.role(name) if name else None for name in names)
    count = sum(role is not None for role in roles)
    if count < MIN_KNOWN or count < len(named) * MIN_SHARE:
        return None
    return Header(line, names, _beside_each_other(names, roles))


def _beside_each_other(
    names: tuple[str, ...], roles: tuple[str | None, ...]
) -> tuple[str | None, ...]:
    """Roles of columns that mean another thing alone than in a pair.

    入账金额 is income beside 出账金额, and alone the amount that was posted, in or out. 还款金额 is
    income beside 消费金额.
    """
    if "expense" in roles:
        return tuple(
            "income"
            if "income" not in roles and role in (None, "amount_other") and REPAID in name
            else role
            for name, role in zip(names, roles, strict=True)
        )
    return tuple(
        "amount_posted" if role == "income" and any(word in name for word in POSTED) else role
        for name, role in zip(names, roles, strict=True)
    )


def under_groups(header: Header, above: Sequence[Cell]) -> Header:
    """A header with what the record above it adds, as where its cells stand over several names.

    A column that only the upper record names has that name, as 交易结果 over two rows. Amounts are
    in the unit or currency that stands over them: 金额（万元） over 发生额 and 手续费.
    """
    if any(cell and not _may_be_a_name(cell) for cell in above):
        return header
    named = header_of(header.line, above) is not None
    upper = [*(str(cell or "").strip() for cell in above), *[""] * len(header.names)]
    names, over = [], ""
    for top, name, role in zip(upper, header.names, header.roles, strict=False):
        over = top or over
        of_money = role in AMOUNTS or role in {"balance", "fee"}
        if of_money and not IN_BRACKETS.search(name) and (said := _unit_over(over)):
            names.append(f"{name}{said}")
        else:
            names.append(name or (top if named else ""))
    if tuple(names) == header.names:
        return header
    return header_of(header.line, names) or header


def _unit_over(name: str) -> str | None:
    """The unit or the currency that a name has in brackets, with them."""
    said = IN_BRACKETS.search(name)
    if said is None or not (unit_in_name(said[0]) or currency_in_name(said[0])):
        return None
    return said[0]


def _may_be_a_name(cell: Cell) -> bool:
    return isinstance(cell, str) and not looks_like_a_date(cell) and not NUMBER.match(cell.strip())


def joined_header(line: int, above: Sequence[Cell], below: Sequence[Cell]) -> Header | None:
    """The header of two records, as where one cell stands over two: 发生额 over 借方 and 贷方."""
    if max(len(above), len(below)) > MAX_COLUMNS:
        return None
    if not any(isinstance(cell, str) and cell.strip() for cell in below):
        return None
    if sum(bool(cell) for cell in above) < MIN_KNOWN:
        return None  # a title
    if any(cell and not _may_be_a_name(cell) for cell in (*above, *below)):
        return None
    width = max(len(above), len(below))
    upper = [*(str(cell or "").strip() for cell in above), *[""] * (width - len(above))]
    lower = [*(str(cell or "").strip() for cell in below), *[""] * (width - len(below))]
    over, names = "", []
    for top, bottom in zip(upper, lower, strict=True):
        over = top or over
        names.append(f"{over}{bottom}" if bottom else top)
    return header_of(line, names)
