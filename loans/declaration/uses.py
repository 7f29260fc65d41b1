"""What the money of a declaration goes to that it must not: the forbidden, and a household. Pure.

Declarations that are written alike say how probable each use is; the trade of the business and
searches of the last weeks move the odds. What is probable is looked at by a person, what is less
so is asked about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from loans.declaration.case import Case, Finding, found, moved
from loans.declaration.evidence import Consistency, Difference
from loans.profile.intents import FORBIDDEN, Intent

SEARCHES = "searches"  # what speaks against a declaration, where only searches do
_OWN_DEBT = "private_debt"
_DIFFERENCES = {
    "property": Difference.MONEY_TO_PROPERTY,
    "securities": Difference.MONEY_TO_SECURITIES,
    "gambling": Difference.MONEY_TO_GAMBLING,
    "lending_on": Difference.MONEY_LENT_ON,
    "private": Difference.MONEY_PRIVATE,
    _OWN_DEBT: Difference.MONEY_PRIVATE,
    "equity": Difference.EQUITY_BOUGHT,
    "mixed": Difference.PRIVATE_AND_BUSINESS,
}
_INTENTS = {
    Difference.MONEY_TO_PROPERTY: Intent.PROPERTY,
    Difference.MONEY_TO_SECURITIES: Intent.SECURITIES,
    Difference.MONEY_TO_GAMBLING: Intent.GAMBLING,
    Difference.MONEY_LENT_ON: Intent.LENDING_ON,
}
# One answer settles them: what is taken over may be a shop, and a car may carry goods.
_ASKED = frozenset({Difference.EQUITY_BOUGHT, Difference.PRIVATE_AND_BUSINESS})


def money_elsewhere(case: Case) -> Iterator[Finding]:
    """Money for what no business loan may pay, a household, or both: the surest of the readings."""
    told, rules = case.told.concepts, case.rules
    findings = list(_read(case, case.alike, rules.asked_share, rules.person_share))
    for shares in case.alike_paid:
        findings += _read(case, shares, rules.asked_payee_share, rules.person_payee_share)
    contradicting = [each for each in findings if each.consistency is Consistency.CONTRADICTING]
    at_home = "dwelling" in told and "premises" in told
    if at_home and not contradicting and not case.is_own_trade(Difference.HOME_OR_SHOP):
        yield found(Consistency.UNCLEAR, Difference.HOME_OR_SHOP, case, told["dwelling"])
    else:
        yield from (contradicting or findings)[:1]


def _read(
    case: Case, shares: Mapping[str, float], asked: float, person: float
) -> Iterator[Finding]:
    """One reading: a person looks at one probable use, any of them together is asked about."""
    differences: defaultdict[Difference, float] = defaultdict(float)
    for use, share in shares.items():
        settled_elsewhere = use == _OWN_DEBT and case.owes_for_goods
        if use in _DIFFERENCES and not settled_elsewhere:
            differences[_DIFFERENCES[use]] += share
    weighed = {each: moved(share, _factor(case, each)) for each, share in differences.items()}
    if not weighed:
        return
    difference = max(weighed, key=weighed.__getitem__)
    if weighed[difference] >= person and difference not in _ASKED:
        yield found(Consistency.CONTRADICTING, difference, case, difference)
    elif sum(weighed.values()) >= asked:
        yield found(Consistency.UNCLEAR, difference, case, difference)


def _factor(case: Case, difference: Difference) -> float:
    """By what the trade of the business and its searches multiply the odds of a use."""
    if case.is_own_trade(difference):
        return case.rules.own_trade_odds
    if difference not in _INTENTS:
        return 1.0
    times = case.searched(frozenset({_INTENTS[difference]}), case.rules.searches_days)
    return case.rules.searched_odds if times > 1 else 1.0  # a stray search says nothing


def money_to_owner(case: Case) -> Iterator[Finding]:
    """All of it to the owner, who searches for what is forbidden and for nothing of a business."""
    days = case.rules.owner_searches_days
    searched = case.searched(FORBIDDEN, days) >= case.rules.min_searches
    trading = any(
        one.intent not in FORBIDDEN | {Intent.NONE, Intent.PERSONAL_CONSUMPTION}
        for one in case.shown.intents
    )
    if case.is_paid_to_self and searched and not trading:
        yield found(Consistency.CONTRADICTING, Difference.MONEY_TO_OWNER, case, SEARCHES)


def searches(case: Case) -> Iterator[Finding]:
    """Many searches of one forbidden use that is not the own trade; a stray one says nothing."""
    strange = frozenset(intent for use, intent in _INTENTS.items() if not case.is_own_trade(use))
    if case.searched(strange, case.rules.searches_days) >= case.rules.min_searches:
        yield found(Consistency.UNCLEAR, Difference.SEARCHES_FORBIDDEN, case, SEARCHES)
