"""Money that leaves one account of a person as it reaches another. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from loans.sources.moments import SECONDS_A_DAY, day_of, order_of, seconds_apart
from loans.sources.rows import AccountKind, Direction, Row, RowKind
from loans.sources.vocabulary import normal

BASIS_POINTS_A_UNIT = 10_000
_MOVED = re.compile("提现|充值|互转|划转|归集|本人|零钱|余额|转存")
_MAYBE_MOVED = re.compile("转账|转出|转入|财付通|支付宝|微信|银行|结算|清算")
_THROUGH_WALLET = re.compile("财付通|支付宝|微信|alipay|tenpay|wechat|快捷支付")


@dataclass(frozen=True)
class OwnTransferRules:
    """How far apart the two ends of a transfer may be, in time and in amount."""

    seconds: int
    fee_bp: int


class _Looks(IntEnum):
    OTHER = 0
    MAYBE_MOVED = 1
    MOVED = 2


@dataclass(frozen=True)
class _End:
    account: int
    place: int
    row: Row


_Candidate = tuple[float, str, str, int, int, int, int]


def own_transfers(
    accounts: Sequence[Sequence[Row]], rules: OwnTransferRules
) -> tuple[frozenset[int], ...]:
    """Of each account, the places of rows that have their other end in another account.

    Each row has at most one other end, the nearest in time. A customer may pay as much as is bought
    for in the same minute: both ends have to look like a transfer, too.
    """
    arriving, leaving = _by_day(accounts, came=True), _by_day(accounts, came=False)
    paired: list[set[int]] = [set() for _ in accounts]
    for _, _, _, out_account, out_place, in_account, in_place in sorted(
        _candidates(leaving, arriving, rules)
    ):
        if out_place not in paired[out_account] and in_place not in paired[in_account]:
            paired[out_account].add(out_place)
            paired[in_account].add(in_place)
    return tuple(frozenset(places) for places in paired)


def paid_through_wallet(
    accounts: Sequence[tuple[AccountKind, Sequence[Row]]], rules: OwnTransferRules
) -> tuple[frozenset[int], ...]:
    """Of each account, the places of payments that a wallet shows, too, with whom they were for."""
    shown: dict[int, list[_End]] = defaultdict(list)
    for account, (kind, rows) in enumerate(accounts):
        for place, row in enumerate(rows):
            if kind is AccountKind.WALLET and row.direction is Direction.OUT:
                shown[row.amount_fen].append(_End(account, place, row))
    funded: list[set[int]] = [set() for _ in accounts]
    taken: set[tuple[int, int]] = set()
    for account, (kind, rows) in enumerate(accounts):
        if kind is AccountKind.WALLET:
            continue
        for place, row in enumerate(rows):
            for end in shown.get(row.amount_fen, ()) if _funds(row) else ():
                free = (end.account, end.place) not in taken
                if free and _near_in_time(row, end.row, rules.seconds):
                    taken.add((end.account, end.place))
                    funded[account].add(place)
                    break
    return tuple(frozenset(places) for places in funded)


def _funds(row: Row) -> bool:
    text = normal(row.counterparty) + normal(row.memo)
    return row.direction is Direction.OUT and bool(_THROUGH_WALLET.search(text))


def _by_day(accounts: Sequence[Sequence[Row]], *, came: bool) -> dict[int, list[_End]]:
    """Ends by day, as an ordinal; what a publisher counts as neither may be either."""
    wanted = Direction.IN if came else Direction.OUT
    ends: dict[int, list[_End]] = defaultdict(list)
    for account, rows in enumerate(accounts):
        for place, row in enumerate(rows):
            if row.direction in (wanted, Direction.NEUTRAL):
                ends[day_of(row).toordinal()].append(_End(account, place, row))
    return ends


def _candidates(
    leaving: dict[int, list[_End]], arriving: dict[int, list[_End]], rules: OwnTransferRules
) -> Iterator[_Candidate]:
    span = timedelta(seconds=rules.seconds).days + 1
    for day, ends in leaving.items():
        near = [end for d in range(day - span, day + span + 1) for end in arriving.get(d, ())]
        by_amount: dict[int, list[_End]] = defaultdict(list)
        for end in near:
            by_amount[abs(end.row.amount_fen)].append(end)
        for end in ends:
            for fen in _amounts(end.row, by_amount, rules):
                for other in by_amount[fen]:
                    if other.account != end.account and _fits(end.row, other.row, rules):
                        apart = seconds_apart(end.row, other.row)
                        keys = (str(order_of(end.row)), str(order_of(other.row)))
                        yield (apart, *keys, end.account, end.place, other.account, other.place)


def _amounts(row: Row, by_amount: dict[int, list[_End]], rules: OwnTransferRules) -> list[int]:
    """What may arrive of an amount: all of it, or all but a fee."""
    sent = abs(row.amount_fen)
    fee = sent * rules.fee_bp // BASIS_POINTS_A_UNIT
    if _looks(row) is not _Looks.MOVED:
        return [sent] if sent in by_amount else []
    return [fen for fen in by_amount if sent - fee <= fen <= sent]


def _fits(out: Row, came: Row, rules: OwnTransferRules) -> bool:
    if not _near_in_time(out, came, rules.seconds):
        return False
    looks = (_looks(out), _looks(came))
    if _have_times(out, came):
        return min(looks) >= _Looks.MAYBE_MOVED
    return min(looks) >= _Looks.MAYBE_MOVED and max(looks) is _Looks.MOVED


def _near_in_time(one: Row, other: Row, seconds: int) -> bool:
    return seconds_apart(one, other) <= (seconds if _have_times(one, other) else SECONDS_A_DAY)


def _have_times(one: Row, other: Row) -> bool:
    return isinstance(one.at, datetime) and isinstance(other.at, datetime)


def _looks(row: Row) -> _Looks:
    text = normal(row.counterparty) + normal(row.memo)
    if row.kind is RowKind.TRANSFER or row.direction is Direction.NEUTRAL or _MOVED.search(text):
        return _Looks.MOVED
    return _Looks.MAYBE_MOVED if _MAYBE_MOVED.search(text) else _Looks.OTHER
