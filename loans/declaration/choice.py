"""Which question would settle an unclear declaration. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from loans.declaration.consistency import Consistency, Difference
from loans.declaration.questions import Question, QuestionRules

# The first that differs is asked about: whose business it is weighs more than how money is spent.
_ABOUT: Mapping[Difference, Question] = {
    Difference.INDUSTRY_DIFFERS: Question.MAIN_BUSINESS,
    Difference.ROLE_UNUSUAL: Question.OWNERSHIP,
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
