"""How the rows under a header say whether money came or went."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from loans.sources.readers.amount_columns import balance_column
from loans.sources.readers.legend import MINUS, PLUS, Legend
from loans.sources.readers.records import Cell
from loans.sources.readers.sample import Sample, cell_of, mostly_negative
from loans.sources.readers.sides import carried
from loans.sources.readers.takings import are_payouts, are_takings, is_refund, said_by_customers
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


FEW = 10  # one row in so many may have a word that does not tell
RARE = 5  # one entry in so many may be taken back
SAYING = ("type", "description", "place", "memo", "counterparty")
OF_BALANCE = "余额"
NAMED_SIGNS = {"income": Sign.ALL_IN, "expense": Sign.ALL_OUT}


def direction_column(sample: Sample, account: AccountKind) -> int | None:
    """The column whose words say in or out; it may be called a type.

    Of types a few may be of another sort: rows with such a word are refused. What a merchant's
    customers did is no direction of its own.
    """
    header, known = sample.header, vocabulary()
    own_accounts = bool(header.places("second_account"))
    merchant = account is AccountKind.MERCHANT
    for at in header.places("direction"):
        if not sample.mostly_amounts(at) and not (merchant and _of_customers(sample, at)):
            return at
    for at in header.places("type", "fund_state", "status", "ignored"):
        if OF_BALANCE in header.names[at] or (merchant and _of_customers(sample, at)):
            continue
        said = [known.direction(word, own_accounts) for word in map(str, sample.column(at))]
        unknown = said.count(None)
        enough = unknown * FEW <= len(said) if header.roles[at] == "type" else not unknown
        if enough and {Direction.IN, Direction.OUT} & set(said):
            return at
    return _unnamed_direction(sample)


def _of_customers(sample: Sample, at: int) -> bool:
    return said_by_customers(set(map(str, sample.column(at))))


def _unnamed_direction(sample: Sample) -> int | None:
    """A column with a name that is not known, all of whose cells say in or out, and both."""
    header, known = sample.header, vocabulary()
    for at, name in enumerate(header.names):
        if name and header.roles[at] is None:
            said = {known.direction(word) for word in map(str, sample.column(at))}
            if {Direction.IN, Direction.OUT} <= said and None not in said:
                return at
    return None


def sign_of(
    sample: Sample,
    account: AccountKind,
    legend: Legend,
    amounts: tuple[int, ...],
    direction: int | None,
) -> Sign | None:
    """How amounts of one column are signed; None where it would have to be guessed."""
    if direction is not None:
        return Sign.WORD
    at, header = amounts[0], sample.header
    named = NAMED_SIGNS.get(str(header.roles[at]))
    if named is Sign.ALL_IN and account is AccountKind.MERCHANT:
        return Sign.TAKINGS
    if named is not None:
        return named
    if account is AccountKind.CREDIT:
        return _card_sign(sample, at, _plus_said(legend))
    if any(amount.signed for amount in sample.amounts(at)):
        takings = account is AccountKind.MERCHANT
        return Sign.TAKINGS if takings else _signed_or_inverted(sample, at, _plus_said(legend))
    if header.places("balance") and sample.rows:
        return Sign.BALANCE
    if account is AccountKind.MERCHANT:
        if are_payouts(sample):
            return None
        if are_takings(sample, legend):
            return Sign.TAKINGS
        if _types_of_customers(sample):
            return None
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


def minus_unclear(sample: Sample, amounts: tuple[int, ...], direction: int | None) -> bool:
    """Whether amounts beside a word for out have a minus too often to be entries taken back.

    And too seldom to only repeat the word. A balance would tell.
    """
    if direction is None or not amounts or balance_column(sample) is not None:
        return False
    moved = [fen for fen in _amounts_out(sample, amounts[0], direction) if fen]
    minus = sum(fen < 0 for fen in moved)
    return min(minus, len(moved) - minus) * RARE > len(moved)


def _plus_said(legend: Legend) -> Sign | None:
    """What the notes say of amounts with a plus or without a sign, and of those with a minus."""
    plus, minus = legend.marks.get(PLUS), legend.marks.get(MINUS)
    if plus is Direction.IN or minus is Direction.OUT:
        return Sign.SIGNED
    return Sign.INVERTED if plus or minus else None


def _card_sign(sample: Sample, at: int, said: Sign | None) -> Sign | None:
    """A card's bill: repayments are in. Without one, what most rows are is spending."""
    evidence, minus, plus = _evidence(sample, at)
    if not minus:
        return Sign.CARD if sample.header.places(*SAYING) else None
    if said is not None:
        contrary = evidence < 0 if said is Sign.INVERTED else evidence > 0
        return None if contrary else said
    if evidence:
        return Sign.INVERTED if evidence > 0 else Sign.SIGNED
    told = sample.header.places(*SAYING)
    if not told or max(plus, minus) < 2 * min(plus, minus):
        return None
    return Sign.INVERTED if plus >= minus else Sign.SIGNED


def _sign_by_words(sample: Sample, at: int) -> Sign | None:
    """Minus is out under Chinese names; under others bills differ, and words have to tell.

    Where types of trade say the contrary of what Chinese names do, neither is believed.
    """
    if any(CHINESE.search(name) for name in sample.header.names):
        return None if _types_contradict(sample, at) else Sign.SIGNED
    evidence, _, _ = _evidence(sample, at)
    if not evidence:
        return None
    return Sign.INVERTED if evidence > 0 else Sign.SIGNED


def _types_contradict(sample: Sample, at: int) -> bool:
    """Whether types of trade say the contrary of plus and minus in more rows than they agree."""
    agreeing, contrary = 0, 0
    places = sample.header.places("type", "description")
    for row in sample.rows:
        amount, said = sample.amount(row, at), vocabulary().type_direction(_words(row, places))
        if amount is not None and amount.fen and said is not None:
            agrees = (amount.fen < 0) == (said is Direction.OUT)
            agreeing, contrary = agreeing + agrees, contrary + (not agrees)
    return contrary > agreeing


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


def _signed_or_inverted(sample: Sample, at: int, said: Sign | None) -> Sign | None:
    """Minus is out, unless the balance carries forward only the other way round."""
    balance = balance_column(sample)
    if balance is None:
        return said or _sign_by_words(sample, at)
    pairs = []
    for row in sample.rows:
        amount, after = sample.amount(row, at), sample.amount(row, balance)
        if amount is not None and after is not None:
            pairs.append((amount.fen, after.fen))
    plain_way = max(carried(pairs, 1), carried(pairs[::-1], 1))
    other_way = max(carried(pairs, -1), carried(pairs[::-1], -1))
    if plain_way == other_way and said is not None:
        return said
    proven = Sign.INVERTED if other_way > plain_way else Sign.SIGNED
    return None if said not in (None, proven) else proven


def _types_tell(sample: Sample) -> bool:
    places = sample.header.places("type", "description")
    words = [_words(row, places) for row in sample.rows]
    said = [vocabulary().type_direction(word) for word in words]
    if Direction.OUT not in said and any(
        refund in plain(word) for word in words for refund in vocabulary().types_refund
    ):
        return False  # nothing was bought that could be given back: it may be a list of takings
    return said.count(None) * FEW <= len(said)


def _types_of_customers(sample: Sample) -> bool:
    """Whether types of trade say what customers do, as 扫码支付, and none that the merchant got."""
    known = vocabulary()
    places = sample.header.places("type", "description")
    types = {_words(row, places) for row in sample.rows}
    received = (
        known.type_direction(said) is Direction.IN and not is_refund(said) for said in types
    )
    return any(map(known.is_of_customers, types)) and not any(received)


def _words(row: Sequence[Cell], places: list[int]) -> str:
    return "".join(str(cell_of(row, at) or "") for at in places)


def _amounts_out(sample: Sample, at: int, direction: int) -> list[int]:
    known = vocabulary()
    own_accounts = bool(sample.header.places("second_account"))
    found = [
        sample.amount(row, at)
        for row in sample.rows
        if known.direction(cell_of(row, direction), own_accounts) is Direction.OUT
    ]
    return [amount.fen for amount in found if amount is not None]
