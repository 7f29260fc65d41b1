"""Whether debit is out, as banks say it of an account with them, or in, as its owner's books do."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from loans.sources.readers.amount_columns import balance_column
from loans.sources.readers.legend import CREDIT, DEBIT, Legend
from loans.sources.readers.records import Cell
from loans.sources.readers.sample import Sample, cell_of
from loans.sources.readers.vocabulary import plain, vocabulary
from loans.sources.rows import AccountKind, Direction

SIDES = frozenset(
    ("借", "贷", "借方", "贷方", "借记", "贷记", "d", "c", "dr", "cr", "debit", "credit")
)
DEBIT_NAMES = (DEBIT, "debit")
CREDIT_NAMES = (CREDIT, "credit")
ENOUGH = 2  # balances that follow from the one before, to prove anything


def are_sides(word: object) -> bool:
    """Whether a word is one of debit and credit, whose meaning depends on whose book it is."""
    return plain(str(word or "")) in SIDES


def debit_is_in(
    sample: Sample,
    account: AccountKind,
    legend: Legend,
    pair: tuple[tuple[int, ...], tuple[int, ...]],
    amounts: tuple[int, ...],
    direction: int | None,
) -> bool | None:
    """Whether debit is in; None where it would have to be guessed, or the balance says otherwise.

    The balance proves it. Without one the legend tells, and that the book is a firm's own.
    """
    income, expense = pair
    proven = _as_banks_say(_moves(sample, income, expense, amounts, direction))
    contradicted = account is AccountKind.DEBIT and _types_contradict(
        sample, income, expense, amounts, direction
    )
    if not _has_sides(sample, income, expense, direction):
        contrary = proven is False and account is not AccountKind.CREDIT
        return None if contrary or (proven is None and contradicted) else False
    said = _said(legend)
    if legend.own_books and direction is not None and sample.same([direction]) is not None:
        return None  # it is the side of the balance, which does not change
    if proven is None and said is False:
        return None if contradicted else False
    if proven is None:
        return said if said is not None or not legend.own_books else (legend.of_money or None)
    if proven:
        return None if said else False
    if account is AccountKind.CREDIT:
        return False  # the balance is what is owed
    return True if said or (legend.own_books and legend.of_money) else None


def _said(legend: Legend) -> bool | None:
    """What the legend says of debit; None where it says nothing, and the book is not a firm's."""
    debit, credit = legend.marks.get(DEBIT), legend.marks.get(CREDIT)
    if debit is None and credit is None:
        return None if legend.own_books else False
    return debit is Direction.IN or credit is Direction.OUT


def _has_sides(
    sample: Sample, income: Sequence[int], expense: Sequence[int], direction: int | None
) -> bool:
    names = [plain(name) for name in sample.header.names]
    if income and expense:
        debit = any(word in names[expense[0]] for word in DEBIT_NAMES)
        return debit and any(word in names[income[0]] for word in CREDIT_NAMES)
    words = sample.column(direction) if direction is not None else []
    return sum(map(are_sides, words)) * 2 > len(words)


def _moves(
    sample: Sample,
    income: Sequence[int],
    expense: Sequence[int],
    amounts: Sequence[int],
    direction: int | None,
) -> list[tuple[int, int]]:
    """What each row moved, debit being out, and its balance."""
    balance = balance_column(sample)
    if balance is None:
        return []
    moves = []
    for row in sample.rows:
        moved = _moved(sample, row, income, expense, amounts, direction)
        after = sample.amount(row, balance)
        if moved is not None and after is not None:
            moves.append((moved, after.fen))
    return moves


def _moved(
    sample: Sample,
    row: Sequence[Cell],
    income: Sequence[int],
    expense: Sequence[int],
    amounts: Sequence[int],
    direction: int | None,
) -> int | None:
    if income and expense:
        came, went = sample.amount(row, income[0]), sample.amount(row, expense[0])
        return (came.fen if came else 0) - (abs(went.fen) if went else 0)
    one = sample.amount(row, amounts[0]) if amounts else None
    if direction is None or one is None:
        return None
    said = vocabulary().direction(cell_of(row, direction))
    if said is Direction.OUT:
        return -abs(one.fen)
    return abs(one.fen) if said is Direction.IN else 0


def _types_contradict(
    sample: Sample,
    income: Sequence[int],
    expense: Sequence[int],
    amounts: Sequence[int],
    direction: int | None,
) -> bool:
    """Whether types of trade say the contrary of columns or words in more rows than they agree.

    They have to do so of both directions: 扫码支付 alone is also what a shop calls its takings.
    """
    places = sample.header.places("type", "description")
    agreeing, contrary = 0, {Direction.IN: 0, Direction.OUT: 0}
    for row in sample.rows:
        moved = _moved(sample, row, income, expense, amounts, direction)
        words = "".join(str(cell_of(row, at) or "") for at in places if at != direction)
        said = vocabulary().type_direction(words)
        if moved and said is not None:
            if (moved < 0) == (said is Direction.OUT):
                agreeing += 1
            else:
                contrary[said] += 1
    return all(contrary.values()) and sum(contrary.values()) > agreeing


def _as_banks_say(moves: list[tuple[int, int]]) -> bool | None:
    """Whether balances carry forward with debit out (True) or in (False); None without proof."""
    plain_way, other_way = (
        max(carried(moves, sign), carried(moves[::-1], sign)) for sign in (1, -1)
    )
    if max(plain_way, other_way) < min(ENOUGH, max(1, len(moves) - 1)) or plain_way == other_way:
        return None
    if other_way * 2 > len(moves) - 1 and other_way > plain_way:
        return False
    return True if plain_way > other_way else None


def carried(moves: Sequence[tuple[int, int]], sign: int) -> int:
    """How many balances follow from the one before, amounts taken with a sign."""
    return sum(
        before[1] + sign * after[0] == after[1] for before, after in pairwise(moves) if after[0]
    )
