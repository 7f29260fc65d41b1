"""What each movement of money was for. Pure.

Words of the counterparty and the memo decide where they are clear; what remains is told by
structure: movements between a person's own accounts, equal payments to persons at the turn of the
month, many small receipts from many payers. What neither tells stays `unknown`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Annotated

from pydantic import Field

from core.money import BasisPoints, Fen
from core.policy import Part
from loans.sources.accounts import JoinedAccount, join_accounts
from loans.sources.own_transfers import OwnTransferRules, own_transfers, paid_through_wallet
from loans.sources.patterns import is_odd, many_payers, regular_payees, repeat_customers
from loans.sources.rows import AccountKind, Direction, Row, RowKind, Statement
from loans.sources.vocabulary import is_company, name_of, normal, word_rules

BASIS_POINTS_A_UNIT = 10_000
PositiveInt = Annotated[int, Field(gt=0)]


class Category(StrEnum):
    """What a movement of money was for."""

    BUSINESS_INCOME = "business_income"
    PURCHASE = "purchase"
    WAGES = "wages"
    RENT = "rent"
    TAX = "tax"
    LOAN_IN = "loan_in"
    LOAN_REPAYMENT = "loan_repayment"
    OWN_TRANSFER = "own_transfer"
    PRIVATE = "private"
    FORBIDDEN = "forbidden"  # gambling, securities, lending on
    FEE = "fee"
    REFUND = "refund"
    UNKNOWN = "unknown"


class Why(StrEnum):
    """Which rule told a category."""

    WORDS = "words"
    PUBLISHER = "publisher"  # the publisher's own kind of row
    MERCHANT_ACCOUNT = "merchant_account"
    SETTLEMENT = "settlement"  # paid out by an acquirer or a platform for sales
    OWN_NAME = "own_name"
    OWN_ACCOUNTS = "own_accounts"  # left one account as it reached another
    PAYROLL = "payroll"  # wages that the person receives from somebody else
    FORBIDDEN_USE = "forbidden_use"
    REGULAR_PAYMENTS = "regular_payments"  # equal ones to a person at the turn of the month
    MANY_PAYERS = "many_payers"
    BUSINESS_ACCOUNT = "business_account"  # most of what comes in, and is clear, is for sales
    COMPANY = "company"  # the counterparty is a business
    NOTHING = "nothing"


class CategoryRules(Part):
    """From when structure tells what words do not."""

    own_transfer_s: PositiveInt  # between leaving one account and reaching the other
    own_transfer_fee_bp: BasisPoints  # that a wallet keeps of a withdrawal
    payers_a_month: PositiveInt  # so many unnamed payers are customers
    takings_max_fen: Fen  # and none of them pays more
    repeat_payments: PositiveInt  # so many of one payer, of sums that are not round, are for goods
    business_share_bp: BasisPoints  # of what comes in and is clear: the account is the business's
    regular_months: PositiveInt  # a payee in so many months is paid regularly
    regular_spread_bp: BasisPoints  # by how much such payments may differ from their median
    pay_days: tuple[int, ...]  # of a month


@dataclass(frozen=True)
class Categorised:
    """A row with what it was for; `sure` where words or structure leave no other reading."""

    row: Row
    category: Category
    sure: bool
    why: Why


@dataclass(frozen=True)
class KnownOwner:
    """By what names and numbers the owner of the statements may stand in papers."""

    person: str | None
    businesses: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()  # unified social credit codes


@dataclass(frozen=True)
class CategorisedAccount:
    """An account: its distinct rows with what they were for, by time."""

    statements: tuple[Statement, ...]  # the files that it was put together from
    rows: tuple[Categorised, ...]
    duplicates: int = 0  # rows that several files held
    duplicates_fen: int = 0  # what they add up to, whatever their direction

    @property
    def kind(self) -> AccountKind:
        """What kind of account it is."""
        return self.statements[0].account

    @property
    def publisher(self) -> str:
        """Who publishes its statements."""
        return self.statements[0].publisher


def categorise(
    statements: Sequence[Statement], owner: KnownOwner, rules: CategoryRules
) -> tuple[CategorisedAccount, ...]:
    """The accounts that statements are of, with what each movement was for.

    Files that overlap are joined; their order and the order of rows do not matter. Rows that were
    never paid (`closed`, `pending`) and rows of another currency are left out.
    """
    accounts = join_accounts(statements)
    transfer = OwnTransferRules(rules.own_transfer_s, rules.own_transfer_fee_bp)
    moved = own_transfers([account.rows for account in accounts], transfer)
    funded = paid_through_wallet([(account.kind, account.rows) for account in accounts], transfer)
    own_names = frozenset(filter(None, map(name_of, (owner.person, *owner.businesses))))
    return tuple(
        _categorised(account, own_names, moved[place] | funded[place], rules)
        for place, account in enumerate(accounts)
    )


def sure_share(accounts: Sequence[CategorisedAccount]) -> float | None:
    """Of the money that moved, the share whose category is sure, 0..1; None where none moved."""
    rows = [each for account in accounts for each in account.rows]
    moved = sum(abs(each.row.amount_fen) for each in rows)
    sure = sum(abs(each.row.amount_fen) for each in rows if each.sure)
    return sure / moved if moved else None


def _categorised(
    account: JoinedAccount,
    own_names: frozenset[str],
    paired: frozenset[int],
    rules: CategoryRules,
) -> CategorisedAccount:
    told = [
        _told(row, account.kind, own_names, is_paired=place in paired)
        for place, row in enumerate(account.rows)
    ]
    open_rows = [each.row for each in told if each.category is Category.UNKNOWN]
    customers = many_payers(
        open_rows, rules.payers_a_month, rules.takings_max_fen
    ) | repeat_customers(open_rows, rules.repeat_payments)
    staff = regular_payees(open_rows, rules.regular_months, rules.regular_spread_bp, rules.pay_days)
    patterns = _Patterns(customers, staff, _is_business_account(told, rules))
    closed = tuple(
        _by_structure(each, patterns) if each.category is Category.UNKNOWN else each
        for each in told
    )
    return CategorisedAccount(
        account.statements, closed, account.duplicates, account.duplicates_fen
    )


@dataclass(frozen=True)
class _Patterns:
    customers: frozenset[str]
    staff: frozenset[str]
    business_account: bool


def _is_business_account(told: Sequence[Categorised], rules: CategoryRules) -> bool:
    """Whether sales make up so much of what came in and is clear, transfers left out."""
    clear = [each for each in told if each.sure and each.row.direction is Direction.IN]
    came = [each for each in clear if each.category not in _MOVED]
    sold = [each for each in came if each.category is Category.BUSINESS_INCOME]
    share_of = sum(each.row.amount_fen for each in came) * rules.business_share_bp
    enough = len(sold) >= rules.payers_a_month
    return enough and sum(e.row.amount_fen for e in sold) * BASIS_POINTS_A_UNIT >= share_of


_MOVED = frozenset({Category.OWN_TRANSFER, Category.LOAN_IN, Category.REFUND})


def _told(
    row: Row, account: AccountKind, own_names: frozenset[str], *, is_paired: bool
) -> Categorised:
    """What the publisher, the account, names and words tell, in this order."""
    by_kind = _by_kind(row)
    if by_kind is not None:
        return by_kind
    if name_of(row.counterparty) in own_names:
        return Categorised(row, Category.OWN_TRANSFER, True, Why.OWN_NAME)
    if is_paired:
        return Categorised(row, Category.OWN_TRANSFER, True, Why.OWN_ACCOUNTS)
    if account is AccountKind.MERCHANT and row.direction is Direction.IN:
        return Categorised(row, Category.BUSINESS_INCOME, True, Why.MERCHANT_ACCOUNT)
    category, sure, why = _by_words(row.direction, row.counterparty, row.memo)
    return Categorised(row, category, sure, why)


_BY_KIND = {
    RowKind.REFUND: Category.REFUND,
    RowKind.TRANSFER: Category.OWN_TRANSFER,
    RowKind.INTEREST: Category.PRIVATE,
    RowKind.FEE: Category.FEE,
}


def _by_kind(row: Row) -> Categorised | None:
    if row.kind is RowKind.LOAN:
        came = row.direction is Direction.IN
        loan = Category.LOAN_IN if came else Category.LOAN_REPAYMENT
        return Categorised(row, loan, True, Why.PUBLISHER)
    category = _BY_KIND.get(row.kind)
    return None if category is None else Categorised(row, category, True, Why.PUBLISHER)


_OF_NEUTRAL = frozenset(  # what a movement may be that its publisher counts as neither in nor out
    {Category.OWN_TRANSFER, Category.LOAN_REPAYMENT, Category.FORBIDDEN, Category.REFUND}
)


@lru_cache(maxsize=65_536)
def _by_words(
    direction: Direction, counterparty: str | None, memo: str
) -> tuple[Category, bool, Why]:
    party, text = normal(counterparty), normal(memo)
    for rule in word_rules():
        if rule.fits(direction, party, text):
            category = Category(rule.category)
            if direction is Direction.NEUTRAL and category not in _OF_NEUTRAL:
                break
            return category, rule.sure, Why(rule.why)
    return Category.UNKNOWN, False, Why.NOTHING


def _by_structure(each: Categorised, patterns: _Patterns) -> Categorised:
    row, name = each.row, name_of(each.row.counterparty)
    came, went = row.direction is Direction.IN, row.direction is Direction.OUT
    if came and is_company(row.counterparty):
        return Categorised(row, Category.BUSINESS_INCOME, False, Why.COMPANY)
    if came and name in patterns.customers:
        return Categorised(row, Category.BUSINESS_INCOME, False, Why.MANY_PAYERS)
    if came and patterns.business_account and is_odd(row):
        return Categorised(row, Category.BUSINESS_INCOME, False, Why.BUSINESS_ACCOUNT)
    if went and name in patterns.staff:
        return Categorised(row, Category.WAGES, False, Why.REGULAR_PAYMENTS)
    if went and is_company(row.counterparty):
        return Categorised(row, Category.PURCHASE, False, Why.COMPANY)
    return each
