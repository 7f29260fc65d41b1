"""What a publisher says a row is: a payment, a refund, a transfer between one's own accounts."""

from __future__ import annotations

import re
from functools import lru_cache

from loans.sources.readers.vocabulary import plain, vocabulary
from loans.sources.rows import AccountKind, Direction, RowKind

PERSON = re.compile(r"[\u4e00-\u9fff]{2,3}$")  # what a person's transfer is described by
REFUND_BEGINS = "退款"
RETURNED = re.compile(r"退(?![休税役伍保股租押订网票])[\u4e00-\u9fff]+$")  # as in 退饲料


@lru_cache(maxsize=16_384)
def kind_of(
    account: AccountKind, direction: Direction, status: str, types: str, memo: str
) -> RowKind:
    """The kind of a row by the publisher's words for its status and type, and how its note begins.

    What the owner writes (退货款 in a note) is no refund: a note counts only where 退款 begins it.
    """
    kinds = vocabulary().kinds
    state, words = plain(status), plain(types)

    def said(text: str, name: str) -> bool:
        return any(word in text for word in kinds[name])

    if said(state, "closed"):
        return RowKind.CLOSED
    if said(state, "refund_status") or _is_refund(account, direction, words, plain(memo)):
        return RowKind.REFUND
    if account is AccountKind.SECURITIES:
        return _of_securities(words)
    if said(state, "pending"):
        return RowKind.PENDING
    if direction is Direction.NEUTRAL:
        return (
            RowKind.INVESTMENT
            if said(words, "investment") and "购买" not in words
            else RowKind.TRANSFER
        )
    if account is AccountKind.WALLET and (
        said(words, "topped_up") or (direction is Direction.IN and said(words, "own_money"))
    ):
        return RowKind.TRANSFER
    if account in (AccountKind.WALLET, AccountKind.MERCHANT):
        return (
            RowKind.TRANSFER
            if said(words, "transfer") and direction is Direction.OUT
            else RowKind.PAYMENT
        )
    return _of_bank(account, direction, words)


def _is_refund(account: AccountKind, direction: Direction, words: str, memo: str) -> bool:
    if direction is Direction.OUT and account is not AccountKind.MERCHANT:
        return False
    kinds = vocabulary().kinds
    if any(word in words for word in kinds["refund"]) or memo.startswith(REFUND_BEGINS):
        return True
    if direction is Direction.IN and account is not AccountKind.MERCHANT:
        return RETURNED.match(words) is not None
    return any(word in words for word in kinds["refund_out"])


def _of_securities(words: str) -> RowKind:
    kinds = vocabulary().kinds
    if any(word in words for word in kinds["transfer"]):
        return RowKind.TRANSFER
    if any(word in words for word in kinds["interest"]):
        return RowKind.INTEREST
    return RowKind.INVESTMENT


def _into_card(words: str) -> RowKind:
    """Money comes onto a card when its owner repays, or when a merchant gives back."""
    repaid = any(word in words for word in vocabulary().kinds["repayment"])
    return RowKind.TRANSFER if repaid or PERSON.match(words) else RowKind.REFUND


def _of_bank(account: AccountKind, direction: Direction, words: str) -> RowKind:
    """Kinds of a bank's summaries; what is paid back to a card comes from another account."""
    kinds = vocabulary().kinds
    if any(word in words for word in kinds["interest"]):
        return RowKind.INTEREST
    if account is AccountKind.CREDIT and direction is Direction.IN:
        return _into_card(words)
    for name, kind in (
        ("investment", RowKind.INVESTMENT),
        ("transfer", RowKind.TRANSFER),
        ("loan", RowKind.LOAN),
        ("fee", RowKind.FEE),
    ):
        if any(word in words for word in kinds[name]):
            return kind
    return RowKind.PAYMENT
