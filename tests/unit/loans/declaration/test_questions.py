"""The one question that would settle a declaration."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.messages.words import Language, Section, catalogue
from loans.declaration.choice import question_for
from loans.declaration.evidence import Consistency, Difference
from loans.declaration.questions import Effect, Question, effect_of
from loans.policy import LoanPolicy
from tests.support.policy import POLICY

RULES = POLICY.section(LoanPolicy).questions
UNCLEAR = Consistency.UNCLEAR


@pytest.mark.parametrize(
    ("consistency", "differences", "question"),
    [
        (UNCLEAR, [Difference.INDUSTRY_DIFFERS], Question.MAIN_BUSINESS),
        (UNCLEAR, [Difference.ROLE_UNUSUAL], Question.OWNERSHIP),
        (UNCLEAR, [Difference.PURPOSE_UNUSUAL], Question.USE_OF_MONEY),
        (UNCLEAR, [Difference.PURPOSE_UNUSUAL, Difference.ROLE_UNUSUAL], Question.OWNERSHIP),
        (UNCLEAR, [Difference.EQUITY_BOUGHT], Question.EQUITY),
        (UNCLEAR, [Difference.HOME_OR_SHOP], Question.HOME_AND_BUSINESS),
        (UNCLEAR, [Difference.OTHER_BUSINESS], Question.USE_OF_GOODS),
        (UNCLEAR, [Difference.PURPOSE_VAGUE, Difference.OLD_DEBT], Question.OLD_DEBT),
        (UNCLEAR, [Difference.PAYEE_A_PERSON], Question.PAYEE),
        (UNCLEAR, [Difference.AMOUNT_LARGE], Question.AMOUNT),
        (UNCLEAR, [], None),
        (UNCLEAR, ["a difference of another version"], None),
        (Consistency.CONTRADICTING, [Difference.INDUSTRY_DIFFERS], None),
        (Consistency.CONSISTENT, [], None),
        (None, [], None),
    ],
)
def test_what_is_unclear_is_asked(
    consistency: Consistency | None, differences: list[str], question: Question | None
) -> None:
    assert question_for(consistency, differences, RULES) is question


@pytest.mark.parametrize("difference", Difference)
def test_whatever_may_be_unclear_has_a_question(difference: Difference) -> None:
    for_a_person = {Difference.MONEY_TO_OWNER, Difference.AMOUNT_IMPOSSIBLE}
    asked = question_for(UNCLEAR, [difference], RULES) is not None
    assert asked == (difference not in for_a_person)


def test_a_question_without_answers_is_not_asked() -> None:
    none = RULES.model_copy(update={"answers": {}})
    assert question_for(UNCLEAR, [Difference.ROLE_UNUSUAL], none) is None


@pytest.mark.parametrize("question", Question)
def test_each_question_can_be_settled_or_brought_to_a_person(question: Question) -> None:
    assert {*RULES.answers[question].values()} == {*Effect}


@given(question=st.sampled_from(Question), answer=st.none() | st.text(max_size=20))
def test_an_answer_that_the_policy_does_not_have_needs_a_person(
    question: Question, answer: str | None
) -> None:
    none = RULES.model_copy(update={"answers": {}})
    assert effect_of(question, answer, none) is Effect.PERSON
    assert effect_of(question, f"no {answer}", RULES) is Effect.PERSON


def test_an_answer_does_what_the_policy_says() -> None:
    assert effect_of(Question.OWNERSHIP, "family_business", RULES) is Effect.SETTLED
    assert effect_of(Question.OWNERSHIP, "others_share", RULES) is Effect.PERSON


@pytest.mark.parametrize("language", Language)
def test_every_question_and_answer_has_words(language: Language) -> None:
    words = catalogue(language)
    assert words[Section.QUESTIONS].keys() == {*Question}
    answers = {answer for own in RULES.answers.values() for answer in own}
    assert words[Section.ANSWERS].keys() == answers
