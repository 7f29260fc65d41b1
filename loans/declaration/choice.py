"""Which question would settle an unclear declaration. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from loans.declaration.evidence import Consistency, Difference
from loans.declaration.questions import Question, QuestionRules

# The first that differs is asked about: whose business it is weighs more than how money is spent,
# and a use that may be no business at all more than how much of it there is.
_ABOUT: Mapping[Difference, Question] = {
    Difference.INDUSTRY_DIFFERS: Question.MAIN_BUSINESS,
    Difference.ROLE_UNUSUAL: Question.OWNERSHIP,
    Difference.EQUITY_BOUGHT: Question.EQUITY,
    Difference.HOME_OR_SHOP: Question.HOME_AND_BUSINESS,
    Difference.PRIVATE_AND_BUSINESS: Question.HOME_AND_BUSINESS,
    Difference.MONEY_TO_PROPERTY: Question.USE_OF_MONEY,
    Difference.MONEY_TO_SECURITIES: Question.USE_OF_MONEY,
    Difference.MONEY_TO_GAMBLING: Question.USE_OF_MONEY,
    Difference.MONEY_LENT_ON: Question.USE_OF_MONEY,
    Difference.MONEY_PRIVATE: Question.HOME_AND_BUSINESS,
    Difference.GIFT_OR_RESALE: Question.USE_OF_GOODS,
    Difference.OTHER_BUSINESS: Question.USE_OF_GOODS,
    Difference.OLD_DEBT: Question.OLD_DEBT,
    Difference.PAYEE_A_PERSON: Question.PAYEE,
    Difference.BUSINESS_YOUNG: Question.AMOUNT,
    Difference.AMOUNT_LARGE: Question.AMOUNT,
    Difference.SEARCHES_FORBIDDEN: Question.USE_OF_MONEY,
    Difference.PURPOSE_VAGUE: Question.USE_OF_MONEY,
    Difference.PURPOSE_UNUSUAL: Question.USE_OF_MONEY,
}


def question_for(
    consistency: Consistency | None, differences: Iterable[str], rules: QuestionRules
) -> Question | None:
    """The question that an unclear declaration raises; None where none is needed or would help.

    What contradicts the licence is for a person, whatever its owner would answer.
    """
    if consistency is not Consistency.UNCLEAR:
        return None
    found = frozenset(differences)
    asked = (question for difference, question in _ABOUT.items() if difference in found)
    return next((question for question in asked if rules.answers.get(question)), None)
