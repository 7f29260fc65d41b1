"""The checks of a declaration: what each finds. Pure.

They compare what is bought, the industry, the role, the amount and who is paid with what is known;
`uses.py` has those of what the money goes to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from loans.codes import Role, section_of
from loans.declaration.case import Case, Finding, found
from loans.declaration.evidence import Consistency, Difference, Evidence
from loans.declaration.uses import money_elsewhere, money_to_owner, searches
from loans.profile.trades import TRADE

_MONTHS_A_QUARTER = 3  # of pay, where nobody says of how many
_PRODUCERS = frozenset({"A", "C"})  # sections of GB/T 4754
Check = Callable[[Case], Iterator[Finding]]


def other_business(case: Case) -> Iterator[Finding]:
    """Things that another trade buys, and this one has no use for.

    Where nobody else is paid only things tell it that the lexicon knows: words alone are too few.
    """
    if not case.buys_goods or not case.is_known_purchase:
        return
    share, strange = case.share_of_another, case.strange_things
    known = strange[0].word if strange else case.business.division
    if strange and "gift" in case.told.concepts:
        yield found(Consistency.UNCLEAR, Difference.GIFT_OR_RESALE, case, known)
    elif share >= case.rules.person_other_share and case.is_paid_to_firm and not case.is_small:
        yield found(Consistency.CONTRADICTING, Difference.OTHER_BUSINESS, case, known)
    elif share >= case.rules.asked_other_share or (strange and not case.is_paid_to_firm):
        yield found(Consistency.UNCLEAR, Difference.OTHER_BUSINESS, case, known)


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
        known = " ".join(business.words) or business.division
        evidence = Evidence(Difference.INDUSTRY_DIFFERS, declared, known)
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
            yield found(
                Consistency.UNCLEAR, Difference.AMOUNT_LARGE, case, f"{months:.1f} months' turnover"
            )


def _wages(case: Case, asked: int) -> Iterator[Finding]:
    staff, rules, months = case.shown.staff, case.rules, case.told.months
    age = case.shown.months_in_business
    if staff and months:
        each = asked / staff / months
        known = f"{each / 100:.0f} yuan a head and month"
        if each > rules.impossible_wage_fen:
            yield found(Consistency.CONTRADICTING, Difference.AMOUNT_IMPOSSIBLE, case, known)
            return
        if each > rules.large_wage_fen:
            yield found(Consistency.UNCLEAR, Difference.AMOUNT_LARGE, case, known)
    elif staff and asked / staff > rules.impossible_wage_fen * _MONTHS_A_QUARTER:
        known = f"{asked / staff / 100:.0f} yuan a head"
        yield found(Consistency.UNCLEAR, Difference.AMOUNT_LARGE, case, known)
    young = age is not None and age < rules.young_months
    if young and months is not None and months > rules.young_wage_months:
        yield found(Consistency.UNCLEAR, Difference.BUSINESS_YOUNG, case, f"{age} months")


def old_debt(case: Case) -> Iterator[Finding]:
    """What was owed before: goods long delivered, or a debt of another kind."""
    if case.owes_for_goods:
        word = case.told.concepts["debt"]
        yield found(Consistency.UNCLEAR, Difference.OLD_DEBT, case, word)


def payee_a_person(case: Case) -> Iterator[Finding]:
    """Goods that a person is paid for, of which there is no paper; wages paid to a relative."""
    paid, told = case.paid.concepts, case.told.concepts
    if case.pays_wages and "relative" in paid and "staff" not in paid:
        yield found(Consistency.UNCLEAR, Difference.PAYEE_A_PERSON, case, "relative")
    elif case.pays_wages or "papers" in paid or "staff" in paid:
        return
    elif "person" in paid and ("spoken" in told or case.buys_goods or "relative" in paid):
        yield found(Consistency.UNCLEAR, Difference.PAYEE_A_PERSON, case, "person")
    elif "spoken" in told:
        yield found(Consistency.UNCLEAR, Difference.PAYEE_A_PERSON, case, told["spoken"])


def vague(case: Case) -> Iterator[Finding]:
    """Words that do not say what is paid for."""
    told, paid = case.told, case.paid.concepts
    if not case.stated.purpose_text.strip() or "concrete" in told.concepts or told.things:
        return
    nobody = bool(paid) and paid.keys() <= {"self", "undecided"}
    unsaid = case.stated.purpose == case.rules.in_words and nobody
    if "vague" in told.concepts or unsaid:
        word = told.concepts.get("vague", "purpose")
        yield found(Consistency.UNCLEAR, Difference.PURPOSE_VAGUE, case, word)


def unusual_purpose(case: Case) -> Iterator[Finding]:
    """A purpose that is unusual in the declared industry."""
    declared = case.stated.industry
    if case.usual_sections and declared and section_of(declared) not in case.usual_sections:
        known = " ".join(case.usual_sections)
        yield found(Consistency.UNCLEAR, Difference.PURPOSE_UNUSUAL, case, known)


CHECKS: tuple[Check, ...] = (
    money_elsewhere,
    money_to_owner,
    other_business,
    industry,
    role,
    amount,
    old_debt,
    payee_a_person,
    searches,
    vague,
    unusual_purpose,
)
