"""Receipts of a business in all of its accounts, each sale once. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from loans.profile.policy import BASIS_POINTS_A_UNIT, TurnoverRules
from loans.sources.categories import Categorised, CategorisedAccount, Category, Why
from loans.sources.moments import day_of, order_of, seconds_apart
from loans.sources.rows import AccountKind, Direction, Row
from loans.sources.vocabulary import name_of

Key = tuple[int, int]


@dataclass(frozen=True)
class Receipt:
    """Money that came for a sale, or went back for one (negative), in one account."""

    row: Row
    key: Key  # the places of its account and of its row
    merchant: bool  # of a merchant account
    settlement: bool  # paid out by who collects for the business

    @property
    def fen(self) -> int:
        """In fen; negative where it went back."""
        return self.row.amount_fen

    @property
    def day(self) -> date:
        """When."""
        return day_of(self.row)

    @property
    def payer(self) -> str:
        """The counterparty's name as names are compared; empty for none."""
        return name_of(self.row.counterparty)


def receipts_of(accounts: Sequence[CategorisedAccount]) -> list[Receipt]:
    """Business income and what was given back for it, by account and time."""
    return list(_receipts(accounts, _is_receipt))


def unexplained_of(accounts: Sequence[CategorisedAccount]) -> list[Receipt]:
    """Money that came in and of which nothing tells what for; an invoice may."""
    return list(_receipts(accounts, _is_unexplained))


def _receipts(
    accounts: Sequence[CategorisedAccount], wanted: Callable[[Categorised], bool]
) -> Iterator[Receipt]:
    for place, account in enumerate(accounts):
        merchant = account.kind is AccountKind.MERCHANT
        for at, each in enumerate(account.rows):
            if wanted(each):
                yield Receipt(each.row, (place, at), merchant, each.why is Why.SETTLEMENT)


def _is_receipt(each: Categorised) -> bool:
    given_back = each.category is Category.REFUND and each.row.direction is Direction.OUT
    return given_back or each.category is Category.BUSINESS_INCOME


def _is_unexplained(each: Categorised) -> bool:
    return each.category is Category.UNKNOWN and each.row.direction is Direction.IN


@dataclass(frozen=True)
class Mirrored:
    """Receipts without those that another account shows, and these, by how they were found."""

    kept: tuple[Receipt, ...]
    same_order: tuple[Receipt, ...]
    same_time: tuple[Receipt, ...]


def without_mirrors(receipts: Sequence[Receipt], rules: TurnoverRules) -> Mirrored:
    """Take out what an account shows that another one shows, too.

    Two accounts show the same sales if so large a share of the smaller one's has a receipt of the
    same order number, or of the same amount at the same time, in the other; otherwise equal ones
    are different sales. What a settlement pays out is compared elsewhere.
    """
    by_account: dict[int, list[Receipt]] = defaultdict(list)
    for receipt in receipts:
        if not receipt.settlement:
            by_account[receipt.key[0]].append(receipt)
    kept: list[list[Receipt]] = []
    same_order: list[Receipt] = []
    same_time: list[Receipt] = []
    for account in sorted(by_account, key=lambda place: (-len(by_account[place]), place)):
        left = by_account[account]
        for earlier in kept:
            by_order = _by_order(left, earlier)
            by_time = _by_time([r for r in left if r.key not in by_order], earlier, rules)
            matched = len(by_order) + len(by_time)
            if matched * BASIS_POINTS_A_UNIT < rules.mirror_share_bp * len(left):
                continue
            same_order += [r for r in left if r.key in by_order]
            same_time += [r for r in left if r.key in by_time]
            left = [r for r in left if r.key not in by_order and r.key not in by_time]
        kept.append(left)
    settled = [receipt for receipt in receipts if receipt.settlement]
    return Mirrored(
        tuple(sorted((r for rows in kept for r in rows), key=_place)) + tuple(settled),
        tuple(same_order),
        tuple(same_time),
    )


def _place(receipt: Receipt) -> tuple[Hashable, ...]:
    return (*order_of(receipt.row), *receipt.key)


def _by_order(left: Sequence[Receipt], others: Sequence[Receipt]) -> set[Key]:
    free: dict[Hashable, int] = defaultdict(int)
    for other in others:
        if other.row.order_no:
            free[other.row.order_no, other.fen] += 1
    found: set[Key] = set()
    for receipt in left:
        key = (receipt.row.order_no, receipt.fen)
        if receipt.row.order_no and free[key] > 0:
            free[key] -= 1
            found.add(receipt.key)
    return found


def _by_time(left: Sequence[Receipt], others: Sequence[Receipt], rules: TurnoverRules) -> set[Key]:
    by_amount: dict[int, list[Receipt]] = defaultdict(list)
    for other in others:
        by_amount[other.fen].append(other)
    found: set[Key] = set()
    taken: set[Key] = set()
    pairs = sorted(
        _near(left, by_amount, rules), key=lambda pair: (pair[0], _place(pair[1]), _place(pair[2]))
    )
    for _, receipt, other in pairs:
        if receipt.key not in found and other.key not in taken:
            found.add(receipt.key)
            taken.add(other.key)
    return found


def _near(
    left: Sequence[Receipt], by_amount: dict[int, list[Receipt]], rules: TurnoverRules
) -> Iterator[tuple[float, Receipt, Receipt]]:
    for receipt in left:
        for other in by_amount.get(receipt.fen, ()):
            apart = seconds_apart(receipt.row, other.row)
            if apart <= rules.same_sale_s:
                yield apart, receipt, other
