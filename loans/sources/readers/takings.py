"""Whether a table is of what a merchant took, whose types of trade are said by its customers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from loans.sources.readers.header import AMOUNTS
from loans.sources.readers.legend import Legend
from loans.sources.readers.sample import Sample
from loans.sources.readers.unnamed import NEARLY_ALL
from loans.sources.readers.vocabulary import plain, vocabulary
from loans.sources.rows import Direction

OF_TAKINGS = ("fee", "amount_received", "amount_posted", "refund_amount", "merchant_no")
RECEIVED = ("收款", "收银", "实收", "应收", "费率", "扣率", "结算", "清算", "到账", "收入")
ENOUGH = 2  # rows with a fee, to prove anything


def are_takings(sample: Sample, legend: Legend) -> bool:
    """Whether a merchant was paid: columns name what was received, charged, or settled.

    A list of what somebody bought at merchants has none of them, and is addressed to no merchant.
    """
    header = sample.header
    named = any(word in name for name in header.names for word in RECEIVED)
    return legend.to_merchant or bool(header.places(*OF_TAKINGS)) or named


def settled_after_fees(sample: Sample) -> bool:
    """Whether what customers did is settled after a fee: nobody settles with a buyer."""
    header = sample.header
    amounts = header.places(*AMOUNTS)
    paid = {str(cell) for at in header.places("type") for cell in sample.column(at)}
    if are_payouts(sample) or not any(map(vocabulary().is_of_customers, paid)):
        return False
    return any(
        _left_after(sample, gross, fee, net)
        for fee in header.places("fee")
        for gross in amounts
        for net in amounts
        if gross != net
    )


def are_payouts(sample: Sample) -> bool:
    """Whether columns are of what a merchant drew or paid, as 提现金额: nothing that it took."""
    words = vocabulary().kinds["drawn"]
    return any(word in plain(name) for name in sample.header.names for word in words)


def _left_after(sample: Sample, gross: int, fee: int, net: int) -> bool:
    charged = left = 0
    for row in sample.rows:
        taken, charge, rest = (sample.amount(row, at) for at in (gross, fee, net))
        if taken and charge and rest and charge.fen:
            charged += 1
            left += abs(taken.fen) - abs(charge.fen) == abs(rest.fen)
    return charged >= ENOUGH and left >= NEARLY_ALL * charged


def refunds_apart(sample: Sample, amounts: Sequence[int]) -> bool:
    """Whether what was given back has rows of its own, by their types or a minus."""
    types = {str(cell) for at in sample.header.places("type") for cell in sample.column(at)}
    minus = any(amount.fen < 0 for at in amounts[:1] for amount in sample.amounts(at))
    return minus or any(map(is_refund, types))


def said_by_customers(words: Iterable[str]) -> bool:
    """Whether a merchant's column says what its customers did, or only what it took and gave back.

    消费 is money that comes to a merchant, and 退货 money that goes. Where a column has words for
    both ways of its own, as 收入 and 支出, it is the merchant's.
    """
    known = vocabulary()
    said = {word: known.direction(word) for word in words}
    outs = {plain(word) for word, direction in said.items() if direction is Direction.OUT}
    ins = Direction.IN in said.values()
    if not outs and not ins:
        return any(map(known.is_of_customers, said))
    if outs:
        return not ins and outs <= known.of_customers
    return ins and any(is_refund(word) for word, direction in said.items() if direction is None)


def is_refund(words: str) -> bool:
    """Whether words name what a merchant gives back, or takes back before it was settled."""
    text, kinds = plain(words), vocabulary().kinds
    return any(word in text for word in (*kinds["refund"], *kinds["refund_out"]))


def is_taken_back(words: str) -> bool:
    """Whether a refund itself was undone, as in 退货撤销: it came, or never went."""
    text, kinds = plain(words), vocabulary().kinds
    return all(any(word in text for word in kinds[name]) for name in ("refund", "refund_out"))
