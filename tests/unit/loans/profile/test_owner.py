"""Whether a person is the owner of a business."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loans.policy import LoanPolicy
from loans.profile.owner import Evidence, EvidenceKind, OwnerClass, OwnerView, identify_owner
from tests.support.policy import POLICY

K = EvidenceKind
RULES = POLICY.section(LoanPolicy).profiles.owner
EVIDENCE = st.lists(
    st.builds(Evidence, st.sampled_from(K), st.booleans(), st.integers(0, 120)), max_size=12
)
FOR_OWNING = (
    K.REGISTRY_LEGAL_PERSON,
    K.LICENCE_AND_FACE,
    K.MERCHANT_ACCOUNT,
    K.INVOICES_AS_SELLER,
    K.TAKINGS,
)


def view(*evidence: Evidence) -> OwnerView:
    return identify_owner(evidence, RULES)


def test_without_evidence_the_prior_stands() -> None:
    known = view()
    assert known.probability == pytest.approx(RULES.prior)
    assert (known.owner_class, known.terms, known.reasons) == (OwnerClass.NOT, (), ())


def test_every_kind_has_a_rule_and_every_rule_is_of_a_kind() -> None:
    assert set(RULES.evidence) == set(K)
    assert all(rule.why for rule in RULES.evidence.values())


def test_the_registry_by_number_is_decisive() -> None:
    known = view(Evidence(K.REGISTRY_LEGAL_PERSON), Evidence(K.TAKINGS, present=False))
    assert known.owner_class is OwnerClass.OWNER
    assert known.probability > 0.95
    assert known.reasons == ("registry_legal_person_found", "takings_not_found")


def test_the_name_adds_nothing_to_the_number() -> None:
    by_number = view(Evidence(K.REGISTRY_LEGAL_PERSON, present=False))
    both = view(Evidence(K.REGISTRY_LEGAL_PERSON, present=False), Evidence(K.REGISTRY_NAME))
    assert both == by_number


def test_an_owner_with_an_employer_is_a_part_time_founder() -> None:
    known = view(Evidence(K.LICENCE_AND_FACE), Evidence(K.TAKINGS), Evidence(K.PAYROLL))
    assert known.owner_class is OwnerClass.PART_TIME_FOUNDER


def test_who_searches_how_to_begin_is_prospective_until_it_fades() -> None:
    assert view(Evidence(K.STARTS_INTENTS)).owner_class is OwnerClass.PROSPECTIVE
    assert view(Evidence(K.STARTS_INTENTS, days_ago=60)).owner_class is OwnerClass.NOT
    several = [Evidence(K.STARTS_INTENTS, days_ago=days) for days in (58, 59, 60, 61)]
    assert view(*several).owner_class is OwnerClass.PROSPECTIVE
    assert view(Evidence(K.STARTS_INTENTS, days_ago=91)) == view()


def test_searches_fade_by_half_and_are_bounded() -> None:
    rule = RULES.evidence[K.RUNS_INTENTS]
    (one,) = view(Evidence(K.RUNS_INTENTS, days_ago=30)).terms
    assert one.log_odds == pytest.approx(math.log(rule.present) / 2)
    (many,) = view(*[Evidence(K.RUNS_INTENTS, days_ago=day) for day in range(90)]).terms
    assert rule.max_ratio is not None
    assert many.log_odds == pytest.approx(math.log(rule.max_ratio))


@given(EVIDENCE)
def test_neither_order_nor_repetition_matters(evidence: list[Evidence]) -> None:
    assert view(*evidence) == view(*reversed(evidence), *evidence)


@given(EVIDENCE)
def test_terms_explain_the_probability(evidence: list[Evidence]) -> None:
    known = view(*evidence)
    log_odds = known.prior_log_odds + sum(term.log_odds for term in known.terms)
    assert known.probability == pytest.approx(1 / (1 + math.exp(-log_odds)))


@given(EVIDENCE, st.sampled_from(FOR_OWNING))
def test_finding_what_speaks_for_an_owner_never_lowers_it(
    evidence: list[Evidence], kind: EvidenceKind
) -> None:
    others = [one for one in evidence if one.kind is not kind]
    without = view(*others, Evidence(kind, present=False))
    assert view(*others, Evidence(kind)).probability >= without.probability
