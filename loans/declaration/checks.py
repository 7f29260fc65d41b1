"""Each check of a declaration: what it finds, and how much that weighs. Pure.

A check weighs evidence: words of the purpose, the payees, what the business is. A sign that stands
alone is asked about; signs that agree contradict; the own trade of a business takes weight away (a
decorator pays for other people's flats).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from loans.codes import Role, section_of
from loans.declaration.evidence import Consistency, Difference, Evidence, Shown, Stated
from loans.declaration.rules import ConsistencyRules
from loans.declaration.told import (
    Thing,
    ToldPayees,
    ToldPurpose,
    read_payees,
    read_purpose,
    trades_of,
    usual_in,
)
from loans.profile.industry import IndustryReading, read_industry
from loans.profile.intents import FORBIDDEN, Intent
from loans.profile.lexicon import lexicon
from loans.profile.trades import TRADE

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


@dataclass(frozen=True)
class Case:
    """A declaration beside what is known, with what words of both say."""

    stated: Stated
    shown: Shown
    usual_sections: tuple[str, ...]  # in which the purpose is usual; none: in all
    rules: ConsistencyRules

    @cached_property
    def told(self) -> ToldPurpose:
        """The purpose in words."""
        return read_purpose(self.stated.purpose_text)

    @cached_property
    def paid(self) -> ToldPayees:
        """The payees."""
        return read_payees(self.stated.payees)

    @cached_property
    def business(self) -> IndustryReading:
        """The industry that the licence shows."""
        return read_industry(self.shown.business_name, self.shown.business_type, self.shown.scope)

    @cached_property
    def divisions(self) -> frozenset[str]:
        """Divisions that the business may be in: declared, and of name and scope."""
        declared = {self.stated.industry} if self.stated.industry else set()
        main = self.rules.least_division_share
        shown = (code for code, share in self.business.divisions.items() if share >= main)
        return frozenset({*declared, *shown})

    @cached_property
    def trades(self) -> frozenset[str]:
        """Trades whose things this business uses or sells, those of its side lines too."""
        divisions = self.divisions | (self.business.besides - TRADE)
        return trades_of(divisions, self.shown.business_name + self.shown.scope)

    @property
    def buys_goods(self) -> bool:
        """Whether the purpose is to buy things."""
        return self.stated.purpose in self.rules.for_goods

    @property
    def pays_wages(self) -> bool:
        """Whether the purpose is to pay people who work there."""
        return self.stated.purpose in self.rules.for_wages

    @property
    def is_small(self) -> bool:
        """Whether the amount is known to be less than a month of turnover: a side line may be."""
        asked, turnover = self.stated.amount_fen, self.shown.monthly_turnover_fen
        return asked is not None and turnover is not None and asked < turnover

    def searched(self, intents: frozenset[Intent], days: int) -> int:
        """How many searches of one of these intents, the most frequent, were made lately."""
        lately = Counter(
            one.intent
            for one in self.shown.intents
            if one.intent in intents and one.days_ago <= days
        )
        return max(lately.values(), default=0)


@dataclass(frozen=True)
class Finding:
    """What one check found."""

    consistency: Consistency
    evidence: Evidence


_MONTHS_A_QUARTER = 3  # of pay, where nobody says of how many
_PRODUCERS = frozenset({"A", "C"})  # sections of GB/T 4754
SEARCHES = "searches"  # what speaks against a declaration, where only searches do
Check = Callable[[Case], Iterator[Finding]]

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
        if use == "property" and _pays_rent(case):
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
        if _is_own_trade(case, use):
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
    if _paid_to_self(case) and searched and not trading:
        yield _found(Consistency.CONTRADICTING, Difference.MONEY_TO_OWNER, case, SEARCHES)


def private_uses(case: Case) -> Iterator[Finding]:
    """Money for a household: a home, a car, a debt of one's own; or for both."""
    told, paid = case.told.concepts, case.paid.concepts
    home, word, payee = told.get("dwelling"), told.get("private"), paid.get("private")
    if home and "premises" in told and not _is_own_trade(case, "home"):
        yield _found(Consistency.UNCLEAR, Difference.HOME_OR_SHOP, case, home)
        return
    if word and ("business_side" in told or ("also" in told and "premises" in told)):
        yield _found(Consistency.UNCLEAR, Difference.PRIVATE_AND_BUSINESS, case, word)
        return
    if "staff" in told or case.pays_wages:
        return
    uses = ("private",) if _owes_for_goods(case) else ("private", "private_debt")
    alike = max(_by_alike(case, use, payee) for use in uses)
    sure = sum(case.told.alike.get(use, 0.0) for use in (*uses, "mixed")) >= _SOME
    score = (_SURE_WORD if sure else _WORD) * bool(word)
    score += _PAYEE["private"] * bool(payee) + alike
    if "family" not in told and (_is_own_trade(case, "private") or _names_own_things(case)):
        score -= _OWN_TRADE * (1 if payee else 2)
    if not word and alike <= 0 and (case.told.things or "concrete" in told):
        return
    if score > 0:
        yield from _weighed(score, Difference.MONEY_PRIVATE, case, word or payee or "private")


def other_business(case: Case) -> Iterator[Finding]:
    """Things that neither this business nor one of its trades uses or sells."""
    if not case.buys_goods or not case.divisions:
        return
    strange = _strange(case)
    if not strange:
        return
    word = strange[0].word
    if "gift" in case.told.concepts:
        yield _found(Consistency.UNCLEAR, Difference.GIFT_OR_RESALE, case, word)
        return
    payee_fits = any(thing.trades and usual_in(thing, case.trades) for thing in case.paid.things)
    if payee_fits:
        return
    agrees = any(thing.trades & other.trades for thing in strange for other in case.paid.things)
    sure = (agrees or len(strange) > 1) and case.business.share >= case.rules.least_share
    sure = sure and not case.is_small
    kind = Consistency.CONTRADICTING if sure and _paid_to_firm(case) else Consistency.UNCLEAR
    yield _found(kind, Difference.OTHER_BUSINESS, case, word)


def industry(case: Case) -> Iterator[Finding]:
    """Another industry than name and scope of the licence show."""
    declared, business, rules = case.stated.industry, case.business, case.rules
    if not declared or business.share < rules.least_share or declared in business.besides:
        return
    section = section_of(declared)
    if declared in TRADE and business.section in _PRODUCERS:
        return  # who grows or makes something sells it too
    apart = section in rules.sections_told_apart
    shares = business.divisions if apart else business.sections
    if shares.get(declared if apart else section, 0.0) < rules.least_section_share:
        words = " ".join(business.words)
        evidence = Evidence(Difference.INDUSTRY_DIFFERS, declared, words)
        yield Finding(Consistency.UNCLEAR, evidence)


def role(case: Case) -> Iterator[Finding]:
    """A partner of a business that has one owner.

    Who says "shareholder" of a business of their own means that it is theirs.
    """
    if case.stated.role is not Role.PARTNER:
        return
    for kind in case.rules.single_owner_types:
        if kind in case.shown.business_type:
            evidence = Evidence(Difference.ROLE_UNUSUAL, case.stated.role, kind)
            yield Finding(Consistency.UNCLEAR, evidence)


def amount(case: Case) -> Iterator[Finding]:
    """An amount that the business's size does not explain."""
    asked, rules = case.stated.amount_fen, case.rules
    if asked is None:
        return
    if case.pays_wages:
        yield from _wages(case, asked)
    elif turnover := case.shown.monthly_turnover_fen:
        months = asked / turnover
        if months > rules.max_turnover_months:
            yield _found(
                Consistency.UNCLEAR, Difference.AMOUNT_LARGE, case, f"{months:.1f} months' turnover"
            )


def _wages(case: Case, asked: int) -> Iterator[Finding]:
    staff, rules, months = case.shown.staff, case.rules, case.told.months
    age = case.shown.months_in_business
    if staff and months:
        each = asked / staff / months
        known = f"{each / 100:.0f} yuan a head and month"
        if each > rules.impossible_wage_fen:
            yield _found(Consistency.CONTRADICTING, Difference.AMOUNT_IMPOSSIBLE, case, known)
            return
        if each > rules.large_wage_fen:
            yield _found(Consistency.UNCLEAR, Difference.AMOUNT_LARGE, case, known)
    elif staff and asked / staff > rules.impossible_wage_fen * _MONTHS_A_QUARTER:
        known = f"{asked / staff / 100:.0f} yuan a head"
        yield _found(Consistency.UNCLEAR, Difference.AMOUNT_LARGE, case, known)
    young = age is not None and age < rules.young_months
    if young and months is not None and months > rules.young_wage_months:
        yield _found(Consistency.UNCLEAR, Difference.BUSINESS_YOUNG, case, f"{age} months")


def equity(case: Case) -> Iterator[Finding]:
    """A share in a firm: no working capital (internet-loan rules 2020, art. 24)."""
    word = case.told.concepts.get("equity") or case.paid.concepts.get("partner")
    if word:
        yield _found(Consistency.UNCLEAR, Difference.EQUITY_BOUGHT, case, word)


def old_debt(case: Case) -> Iterator[Finding]:
    """What was owed before: goods long delivered, or a debt of another kind."""
    if _owes_for_goods(case):
        word = case.told.concepts["debt"]
        yield _found(Consistency.UNCLEAR, Difference.OLD_DEBT, case, word)


def payee_a_person(case: Case) -> Iterator[Finding]:
    """Goods that a person is paid for, of which there is no paper; wages paid to a relative."""
    paid, told = case.paid.concepts, case.told.concepts
    if case.pays_wages and "relative" in paid and "staff" not in paid:
        yield _found(Consistency.UNCLEAR, Difference.PAYEE_A_PERSON, case, "relative")
    elif case.pays_wages or "papers" in paid or "staff" in paid:
        return
    elif "person" in paid and ("spoken" in told or case.buys_goods or "relative" in paid):
        yield _found(Consistency.UNCLEAR, Difference.PAYEE_A_PERSON, case, "person")
    elif "spoken" in told:
        yield _found(Consistency.UNCLEAR, Difference.PAYEE_A_PERSON, case, told["spoken"])


def searches(case: Case) -> Iterator[Finding]:
    """Many searches of one forbidden use that is not the own trade; a stray one says nothing."""
    strange = frozenset(intent for _, use, intent in _USES if not _is_own_trade(case, use))
    if case.searched(strange, case.rules.searches_days) >= case.rules.min_searches:
        yield _found(Consistency.UNCLEAR, Difference.SEARCHES_FORBIDDEN, case, SEARCHES)


def vague(case: Case) -> Iterator[Finding]:
    """Words that do not say what is paid for."""
    told, paid = case.told, case.paid.concepts
    if not case.stated.purpose_text.strip() or "concrete" in told.concepts or told.things:
        return
    nobody = bool(paid) and paid.keys() <= {"self", "undecided"}
    unsaid = case.stated.purpose == case.rules.in_words and nobody
    if "vague" in told.concepts or unsaid:
        word = told.concepts.get("vague", "purpose")
        yield _found(Consistency.UNCLEAR, Difference.PURPOSE_VAGUE, case, word)


def unusual_purpose(case: Case) -> Iterator[Finding]:
    """A purpose that is unusual in the declared industry."""
    declared = case.stated.industry
    if case.usual_sections and declared and section_of(declared) not in case.usual_sections:
        known = " ".join(case.usual_sections)
        yield _found(Consistency.UNCLEAR, Difference.PURPOSE_UNUSUAL, case, known)


CHECKS: tuple[Check, ...] = (
    forbidden_uses,
    money_to_owner,
    private_uses,
    other_business,
    industry,
    role,
    amount,
    equity,
    old_debt,
    payee_a_person,
    searches,
    vague,
    unusual_purpose,
)


def _found(kind: Consistency, difference: Difference, case: Case, known: str) -> Finding:
    return Finding(kind, Evidence(difference, case.stated.purpose, known))


def _weighed(score: float, difference: Difference, case: Case, word: str) -> Iterator[Finding]:
    if score >= case.rules.contradicting_score:
        yield _found(Consistency.CONTRADICTING, difference, case, word)
    elif score > 0:
        yield _found(Consistency.UNCLEAR, difference, case, word)


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
        return -_WORD if _names_own_things(case) else 0.0
    return -_SURE_WORD if of_business >= _NEARLY_ALL else -_WORD


def _owes_for_goods(case: Case) -> bool:
    return "debt" in case.told.concepts and "own_debt" not in case.told.concepts


def _pays_rent(case: Case) -> bool:
    told = case.told.concepts
    rent = case.stated.purpose in case.rules.for_rent or "rent" in told
    of_staff = "staff" in told and "property_sure" not in told
    return rent and (of_staff or not told.keys() & {"dwelling", "property_sure"})


def _is_own_trade(case: Case, use: str) -> bool:
    return bool(case.divisions & frozenset(lexicon("purposes")["own_trade"][use]))


def _paid_to_self(case: Case) -> bool:
    paid = case.paid.concepts
    return "self" in paid and "business_account" not in paid


def _paid_to_firm(case: Case) -> bool:
    nobody = case.paid.concepts.keys() & {"self", "business_account", "undecided"}
    return case.paid.count > 0 and not nobody


def _names_own_things(case: Case) -> bool:
    return any(thing.trades and usual_in(thing, case.trades) for thing in case.told.things)


def _strange(case: Case) -> list[Thing]:
    if _names_own_things(case):
        return []
    return [thing for thing in case.told.things if not usual_in(thing, case.trades)]
