"""What the money of a declaration goes to that it must not: the forbidden, and a household. Pure.

Words of the purpose, payees, purposes that are written alike and searches are signs with weights.
A sign that stands alone is asked about; signs that agree contradict; the own trade of a business
takes weight away (a decorator pays for other people's flats).
"""

from __future__ import annotations

from collections.abc import Iterator

from loans.declaration.case import Case, Finding, found
from loans.declaration.evidence import Consistency, Difference
from loans.profile.intents import FORBIDDEN, Intent

# Weights: a word that names a use is one sign, one that leaves no doubt two. A payee of that trade
# decides alone, for whoever is paid gets the money; a lender's name is one sign. Being one's own
# trade takes away what leaves any doubt, several searches of the last weeks add half of one.
_WORD, _SURE_WORD, _OWN_TRADE, _SEARCHED = 1.0, 2.0, 1.0, 0.5
# Purposes that are written alike are one sign where most go to a use, nearly two where nearly all
# do. Where nearly none does they take one away if most are of a business, two if nearly all are; a
# payee who says otherwise is believed.
_ALIKE, _SURELY_ALIKE = 1.0, 1.5
_SOME, _MOST, _NEARLY_ALL, _NEARLY_NONE = 0.3, 0.5, 0.8, 0.1
_PAYEE = {"property": 1.5, "securities": 1.5, "gambling": 1.5, "lending_on": 1.0, "private": 1.0}
SEARCHES = "searches"  # what speaks against a declaration, where only searches do

_USES = (
    (Difference.MONEY_TO_PROPERTY, "property", Intent.PROPERTY),
    (Difference.MONEY_TO_SECURITIES, "securities", Intent.SECURITIES),
    (Difference.MONEY_TO_GAMBLING, "gambling", Intent.GAMBLING),
    (Difference.MONEY_LENT_ON, "lending_on", Intent.LENDING_ON),
)


def forbidden_uses(case: Case) -> Iterator[Finding]:
    """Money for what no business loan may pay: housing, securities, gambling, lending on."""
    for difference, use, intent in _USES:
        word, payee = case.told.concepts.get(use), case.paid.concepts.get(use)
        if use == "lending_on":
            payee = payee or case.paid.concepts.get("relative")
        if use == "property" and case.pays_rent:
            continue
        alike = _by_alike(case, use, payee)
        if not word and alike <= 0 and payee == case.paid.concepts.get("relative"):
            continue  # whose relative is paid says nothing alone
        sure = f"{use}_sure" in case.told.concepts
        score = _SURE_WORD if sure else _WORD * bool(word)
        score += _PAYEE[use] * bool(payee) + alike
        if score <= 0:
            continue
        word = case.told.concepts.get(f"{use}_sure", word)
        if case.is_own_trade(use):
            score -= _OWN_TRADE * (1.0 if sure else 2.5)
        elif case.searched(frozenset({intent}), case.rules.searches_days) > 1:
            score += _SEARCHED
        yield from _weighed(score, difference, case, word or payee or use)


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


def private_uses(case: Case) -> Iterator[Finding]:
    """Money for a household: a home, a car, a debt of one's own; or for both."""
    told, paid = case.told.concepts, case.paid.concepts
    home, word, payee = told.get("dwelling"), told.get("private"), paid.get("private")
    if home and "premises" in told and not case.is_own_trade("home"):
        yield found(Consistency.UNCLEAR, Difference.HOME_OR_SHOP, case, home)
        return
    if word and ("business_side" in told or ("also" in told and "premises" in told)):
        yield found(Consistency.UNCLEAR, Difference.PRIVATE_AND_BUSINESS, case, word)
        return
    if "staff" in told or case.pays_wages:
        return
    uses = ("private",) if case.owes_for_goods else ("private", "private_debt")
    alike = max(_by_alike(case, use, payee) for use in uses)
    sure = sum(case.told.alike.get(use, 0.0) for use in (*uses, "mixed")) >= _SOME
    score = (_SURE_WORD if sure else _WORD) * bool(word)
    score += _PAYEE["private"] * bool(payee) + alike
    if "family" not in told and (case.is_own_trade("private") or case.names_own_things):
        score -= _OWN_TRADE * (1 if payee else 2)
    if not word and alike <= 0 and (case.told.things or "concrete" in told):
        return
    if score > 0:
        yield from _weighed(score, Difference.MONEY_PRIVATE, case, word or payee or "private")


def searches(case: Case) -> Iterator[Finding]:
    """Many searches of one forbidden use that is not the own trade; a stray one says nothing."""
    strange = frozenset(intent for _, use, intent in _USES if not case.is_own_trade(use))
    if case.searched(strange, case.rules.searches_days) >= case.rules.min_searches:
        yield found(Consistency.UNCLEAR, Difference.SEARCHES_FORBIDDEN, case, SEARCHES)


def _weighed(score: float, difference: Difference, case: Case, word: str) -> Iterator[Finding]:
    if score >= case.rules.contradicting_score:
        yield found(Consistency.CONTRADICTING, difference, case, word)
    elif score > 0:
        yield found(Consistency.UNCLEAR, difference, case, word)


def _by_alike(case: Case, use: str, payee: str | None) -> float:
    """What purposes that are written alike weigh for a use, or against it."""
    share = case.told.alike.get(use, 0.0)
    if share >= _NEARLY_ALL:
        return _SURELY_ALIKE
    if share >= _MOST:
        return _ALIKE
    of_business = case.told.alike.get("business", 0.0)
    if share >= _NEARLY_NONE or of_business < _MOST:
        return 0.0
    if payee:  # whoever is paid gets the money, whatever words say
        return -_WORD if case.names_own_things else 0.0
    return -_SURE_WORD if of_business >= _NEARLY_ALL else -_WORD
