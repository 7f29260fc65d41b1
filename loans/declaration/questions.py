"""What an owner may be asked about a declaration, and what the answers decide. Pure.

An answer never refuses anybody, and words of a licence do not either: an answer settles the
difference, or has a person look.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from core.policy import Part


class Question(StrEnum):
    """What an owner may be asked."""

    MAIN_BUSINESS = "main_business"
    OWNERSHIP = "ownership"
    EQUITY = "equity"
    HOME_AND_BUSINESS = "home_and_business"
    USE_OF_GOODS = "use_of_goods"
    OLD_DEBT = "old_debt"
    PAYEE = "payee"
    AMOUNT = "amount"
    USE_OF_MONEY = "use_of_money"


class Effect(StrEnum):
    """What an answer does."""

    SETTLED = "settled"  # the declaration and the licence are both true
    PERSON = "person"  # a person looks before anything is lent


class QuestionRules(Part):
    """Which answers each question has, and what they do; how long an owner may take."""

    valid_days: Annotated[int, Field(gt=0)]
    answers: dict[Question, dict[str, Effect]]


def effect_of(question: Question, answer: str | None, rules: QuestionRules) -> Effect:
    """What an answer does; one that the policy does not have any more needs a person."""
    return rules.answers.get(question, {}).get(answer or "", Effect.PERSON)
