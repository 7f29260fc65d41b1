"""Every code has a sentence in both languages, and no sentence mixes them."""

from __future__ import annotations

import importlib
import pkgutil
import re
import string
import tomllib
from collections.abc import Iterator, Mapping
from itertools import product

import pytest

import access
import app
import audit
import kyc
import loans
import privacy
import storage
from app.messages.words import (
    Language,
    Section,
    Words,
    catalogue,
    consent_text,
    policy_numbers,
    shown_reasons,
)
from app.policy import load
from app.settings import ROOT
from core import errors
from core.policy import Policy
from core.reasons import Reason
from kyc.evidence.types import TYPES
from kyc.lists.names.attributes import Agreement
from kyc.lists.names.judge import Judgement, Outcome
from kyc.lists.names.writing import Writing
from kyc.policy import Effect, EffectsPolicy, LivenessPolicy
from loans.codes import Role
from loans.policy import LoanPolicy
from loans.profile.feature import Source
from loans.profile.owner import EvidenceKind, Term
from loans.terms.options import Bound
from loans.terms.product import ProductCode
from loans.terms.schedule import Repayment
from privacy.kinds import ConsentKind

HAN = re.compile(r"[\u4e00-\u9fff]")
NAMES = ("MB", "Tus-Resumable", "Idempotency-Key", "ASCII", "PDF", "OFD", "file")  # in Chinese too
# What a sentence is given beside the numbers of the policy.
OWN_PARAMETERS: Mapping[str, set[str]] = {
    Section.FILE_FAULTS: {"line", "count"},
    Section.LIMITS: {"offered_yuan", "before_yuan"},
}
UNCHANGEABLE = ("industry", "legal_form")  # by who runs the business
BUILT_IN = ("builtins", "app.cli", "app.jobs")


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load(ROOT / "policy")


@pytest.fixture(scope="module", params=list(Language))
def words(request: pytest.FixtureRequest, policy: Policy) -> Words:
    return Words(request.param, policy_numbers(policy))


def every_error() -> Iterator[type[errors.BusinessError]]:
    for package in (storage, audit, access, privacy, kyc, loans, app):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.startswith(BUILT_IN):
                importlib.import_module(module.name)
    waiting = [errors.BusinessError]
    while waiting:
        kind = waiting.pop()
        yield kind
        waiting += kind.__subclasses__()


@pytest.mark.parametrize("language", Language)
def test_every_error_has_a_sentence_of_its_own(language: Language) -> None:
    known = catalogue(language)[Section.ERRORS]
    assert {kind.code for kind in every_error()} <= known.keys()


def test_every_reason_that_sends_a_person_back_tells_what_to_do(words: Words) -> None:
    effects = load(ROOT / "policy").section(EffectsPolicy).effects
    retry = [reason for reason, effect in effects.items() if effect is Effect.RETRY]
    assert retry
    assert [reason for reason in retry if not words.advice([reason])] == []
    assert set(shown_reasons(retry)) == set(retry)


def test_both_languages_have_the_same_sentences() -> None:
    chinese, english = catalogue(Language.CHINESE), catalogue(Language.ENGLISH)
    assert {name: set(table) for name, table in chinese.items()} == {
        name: set(table) for name, table in english.items()
    }
    assert set(chinese) == set(Section)


def test_no_sentence_mixes_languages() -> None:
    for table in catalogue(Language.CHINESE).values():
        for sentence in table.values():
            assert HAN.search(sentence)
            plain = sentence
            for name in NAMES:
                plain = plain.replace(name, "")
            plain = re.sub(r"\{\w+\}", "", plain)
            assert not re.search(r"[A-Za-z]{2}", plain), sentence
    for table in catalogue(Language.ENGLISH).values():
        assert not any(HAN.search(sentence) for sentence in table.values())


@pytest.mark.parametrize("language", Language)
def test_reasons_are_codes_and_numbers_are_the_policys(language: Language, policy: Policy) -> None:
    tables = catalogue(language)
    for section in (Section.REASONS, Section.AGENT):
        assert set(tables[section]) <= set(Reason)
    numbers = policy_numbers(policy).keys()
    for name_of_table, table in tables.items():
        for sentence in table.values():
            named = {name for _, name, _, _ in string.Formatter().parse(sentence) if name}
            assert named <= numbers | OWN_PARAMETERS.get(name_of_table, set()), sentence


def test_lists_of_the_policy_and_the_registries_have_names(words: Words, policy: Policy) -> None:
    tables, loan_rules = catalogue(words.language), policy.section(LoanPolicy)
    actions = policy.section(LivenessPolicy).challenge.actions
    assert set(actions) <= tables[Section.ACTIONS].keys()
    assert set(Role) <= tables[Section.ROLES].keys()
    assert set(ProductCode) <= tables[Section.PRODUCTS].keys()
    assert set(Repayment) <= tables[Section.REPAYMENTS].keys()
    assert set(loan_rules.purposes) <= tables[Section.PURPOSES].keys()
    assert {kind.kind for kind in TYPES.all()} <= tables[Section.EVIDENCE].keys()
    assert set(ConsentKind) <= tables[Section.CONSENTS].keys()
    assert set(Bound) - {Bound.ASKED} <= tables[Section.LIMITS].keys()
    assert set(Source) == tables[Section.KNOWN_FROM].keys()
    assert set(Source) <= tables[Section.TO_ADD].keys()
    reasons = {Term(kind, found, 0).reason for kind in EvidenceKind for found in (True, False)}
    assert reasons == tables[Section.OWNERSHIP].keys()


@pytest.mark.parametrize("kind", ConsentKind)
def test_consents_are_written_in_one_language_each(kind: ConsentKind) -> None:
    assert HAN.search(consent_text(Language.CHINESE, kind))
    assert not HAN.search(consent_text(Language.ENGLISH, kind))


def test_numbers_are_filled_in(policy: Policy) -> None:
    english = Words(Language.ENGLISH, policy_numbers(policy))
    assert english.advice([Reason.AGE_OUTSIDE_LIMITS]) == ["Applicants are 18 to 60 years old."]
    assert "10,000 to 300,000 yuan" in english.failure("amount_outside_limits")
    other = Words(Language.ENGLISH, {**policy_numbers(policy), "max_age": 65})
    assert other.advice([Reason.AGE_OUTSIDE_LIMITS]) == ["Applicants are 18 to 65 years old."]


def test_parameters_of_an_error_come_before_the_policys_numbers(policy: Policy) -> None:
    class Later(errors.TooMany):
        code = "codes_paused"

    english = Words(Language.ENGLISH, policy_numbers(policy))
    assert "in 7 minutes" in english.error(Later(minutes=7))
    assert "in 5 minutes" in english.failure("codes_paused")


def test_what_agents_are_told_differs_from_what_owners_are_told(words: Words) -> None:
    for reason in (Reason.VOICE_DIFFERS, Reason.RECORDING_REUSED):
        assert set(words.advice([reason])).isdisjoint(words.agent_advice([reason]))
    told = " ".join(catalogue(words.language)[Section.REASONS].values())
    assert "do not proceed" not in told
    assert "勿" not in told


def test_reasons_that_are_not_an_owners_to_know_are_other() -> None:
    hidden = [Reason.LISTED, Reason.FACE_KNOWN, Reason.IDENTITY_KNOWN, Reason.DEVICE_SHARED]
    assert shown_reasons([*hidden, Reason.GLARE]) == [Reason.OTHER, Reason.GLARE]
    assert shown_reasons(["a code of an older version"]) == [Reason.OTHER]


def test_no_sentence_is_said_twice(words: Words) -> None:
    reasons = [Reason.ACTION_MISSING, Reason.ACTION_NOT_ASKED, Reason.LISTED, Reason.FACE_KNOWN]
    assert len(words.advice(reasons)) == 2


def test_what_would_help_is_told_by_what_cost_points(words: Words) -> None:
    reasons = {
        binned["reason"]
        for card in (ROOT / "reference" / "scorer" / "cards").glob("*.toml")
        for binned in tomllib.loads(card.read_text("utf-8"))["features"]
    }
    assert len(words.help(sorted(reasons))) == len(reasons) - len(UNCHANGEABLE)
    assert words.help(UNCHANGEABLE) == words.help(["a_reason_of_another_scorer"]) == []


@pytest.mark.parametrize("language", list(Language))
def test_every_hit_of_a_name_is_explained(language: Language) -> None:
    words = Words(language, {})
    for writing, birth, number in product(Writing, Agreement, Agreement):
        said = words.list_hit(Judgement(Outcome.POSSIBLE, writing, birth, number))
        assert said.count("。" if language is Language.CHINESE else ".") >= 2
    alone = Judgement(Outcome.POSSIBLE, Writing.SAME, Agreement.UNKNOWN, Agreement.UNKNOWN)
    sure = Judgement(Outcome.HIT, Writing.SAME, Agreement.SAME, Agreement.UNKNOWN)
    assert words.list_hit(alone) != words.list_hit(sure)
    assert words.list_hit(None) == ""
