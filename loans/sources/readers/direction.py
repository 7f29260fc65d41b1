"""How the rows under a header say whether money came or went."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise

from loans.sources.readers.amount_columns import balance_column
from loans.sources.readers.records import Cell
from loans.sources.readers.sample import Sample, cell_of, mostly_negative
from loans.sources.readers.vocabulary import CHINESE, plain, vocabulary
from loans.sources.rows import AccountKind, Direction


class Sign(StrEnum):
    """How a row says whether money came or went."""

    TWO_COLUMNS = "two_columns"
    WORD = "word"  # in a column of its own, or in the type of trade
    SIGNED = "signed"  # minus is out
    INVERTED = "inverted"  # minus is in, as bills of credit cards print it
    CARD = "card"  # a card's bill without any minus: in where it says that it was paid back
    ALL_IN = "all_in"  # by the name of the only column
    ALL_OUT = "all_out"
    TAKINGS = "takings"  # a merchant's: in, unless it is a refund
    BALANCE = "balance"  # not printed; the balance tells
    TYPE = "type"  # publishers' types of trade that have one direction


NAMED_SIGNS = {"income": Sign.ALL_IN, "expense": Sign.ALL_OUT}


def direction_column(sample: Sample) -> int | None:
    """The column whose words say in or out; it may be called a type."""
    header, known = sample.header, vocabulary()
    for at in header.places("direction"):
        if not sample.mostly_amounts(at):
            return at
    for at in header.places("type", "fund_state", "status", "ignored"):
        said = {known.direction(word) for word in set(map(str, sample.column(at)))}
        if None not in said and said & {Direction.IN, Direction.OUT}:
            return at
    return None


def sign_of(
    sample: Sample, account: AccountKind, amounts: tuple[int, ...], direction: int | None
) -> Sign | None:
    """How amounts of one column are signed; None where it would have to be guessed."""
    if direction is not None:
        return Sign.WORD
    at, header = amounts[0], sample.header
    if (named := NAMED_SIGNS.get(str(header.roles[at]))) is not None:
        return named
    if account is AccountKind.CREDIT:
        return _card_sign(sample, at)
    if any(amount.signed for amount in sample.amounts(at)):
        takings = account is AccountKind.MERCHANT
        return Sign.TAKINGS if takings else _signed_or_inverted(sample, at)
    if header.places("balance") and sample.rows:
        return Sign.BALANCE
    if account is AccountKind.MERCHANT:
        return Sign.TAKINGS
    if sample.rows and _types_tell(sample):
        return Sign.TYPE
    return None if sample.rows else Sign.SIGNED


def minus_repeats(
    sample: Sample,
    amounts: tuple[int, ...],
    expense: tuple[int, ...],
    direction: int | None,
    sign: Sign,
) -> bool:
    """Whether a minus only says again what the word or the column says."""
    if sign in NAMED_SIGNS.values():
        expense = amounts
    if expense:
        return mostly_negative([amount.fen for amount in sample.amounts(expense[0])])
    if direction is not None and amounts:
        return mostly_negative(_amounts_out(sample, amounts[0], direction))
    return False


def type_direction(words: str) -> Direction | None:
    """Whether a type of trade is in or out; None for one that could be either."""
    known = vocabulary()
    text = plain(words)
    ins = any(word in text for word in known.types_in)
    outs = any(word in text for word in known.types_out)
    if ins == outs:
        return None
    return Direction.IN if ins else Direction.OUT


def _card_sign(sample: Sample, at: int) -> Sign:
    """A card's bill: repayments are in. Without one, what most rows are is spending."""
    evidence, minus, plus = _evidence(sample, at)
    if not minus:
        return Sign.CARD
    if evidence:
        return Sign.INVERTED if evidence > 0 else Sign.SIGNED
    return Sign.INVERTED if plus >= minus else Sign.SIGNED


def _sign_by_words(sample: Sample, at: int) -> Sign | None:
    """Minus is out under Chinese names; under others bills differ, and words have to tell."""
    if any(CHINESE.search(name) for name in sample.header.names):
        return Sign.SIGNED
    evidence, _, _ = _evidence(sample, at)
    if not evidence:
        return None
    return Sign.INVERTED if evidence > 0 else Sign.SIGNED


def _evidence(sample: Sample, at: int) -> tuple[int, int, int]:
    """How many more rows say that minus is in than out; how many are negative, how many not."""
    kinds = vocabulary().kinds
    evidence, minus, plus = 0, 0, 0
    for row in sample.rows:
        amount = sample.amount(row, at)
        if amount is None or amount.fen == 0:
            continue
        words = plain("".join(str(cell) for cell in row if isinstance(cell, str)))
        negative = amount.fen < 0
        minus, plus = minus + negative, plus + (not negative)
        if any(word in words for word in kinds["repayment"]):
            evidence += 1 if negative else -1
        elif any(word in words for word in kinds["spending"]):
            evidence += -1 if negative else 1
    return evidence, minus, plus


def _signed_or_inverted(sample: Sample, at: int) -> Sign | None:
    """Minus is out, unless the balance carries forward only the other way round."""
    balance = balance_column(sample)
    if balance is None:
        return _sign_by_words(sample, at)
    pairs = []
    for row in sample.rows:
        amount, after = sample.amount(row, at), sample.amount(row, balance)
        if amount is not None and after is not None:
            pairs.append((amount.fen, after.fen))
    plain_way = max(_carried(pairs, 1), _carried(pairs[::-1], 1))
    other_way = max(_carried(pairs, -1), _carried(pairs[::-1], -1))
    return Sign.INVERTED if other_way > plain_way else Sign.SIGNED


def _carried(pairs: list[tuple[int, int]], sign: int) -> int:
    """How many balances follow from the one before, amounts taken with a sign."""
    return sum(before[1] + sign * after[0] == after[1] for before, after in pairwise(pairs))


def _types_tell(sample: Sample) -> bool:
    places = sample.header.places("type", "description")
    return all(type_direction(_words(row, places)) is not None for row in sample.rows)


def _words(row: Sequence[Cell], places: list[int]) -> str:
    return "".join(str(cell_of(row, at) or "") for at in places)


def _amounts_out(sample: Sample, at: int, direction: int) -> list[int]:
    known = vocabulary()
    found = [
        sample.amount(row, at)
        for row in sample.rows
        if known.direction(cell_of(row, direction)) is Direction.OUT
    ]
    return [amount.fen for amount in found if amount is not None]
