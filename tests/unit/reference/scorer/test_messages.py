from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from reference.scorer.messages import AssessmentRequest
from tests.support.scorers import known, question


def parsed(asked: dict[str, Any]) -> AssessmentRequest:
    return AssessmentRequest.model_validate_json(json.dumps(asked))


def test_a_question_is_read() -> None:
    assert parsed(question()).features["months_in_business"].value == 30


@pytest.mark.parametrize(
    "changes",
    [
        {"amount_fen": "5000000"},
        {"amount_fen": 5_000_000.0},
        {"amount_fen": 0},
        {"amount_fen": -1},
        {"amount_fen": True},
        {"amount_fen": 10**12 + 1},
        {"tenor_months": 0},
        {"product": "Working capital"},
        {"application": "x" * 65},
        {"application": ""},
        {"name": "王小明"},
        {"features": {"months_in_business": 30}},
        {"features": {"months_in_business": {"value": 30}}},
        {"features": {"months_in_business": {**known(30), "owner": "王小明"}}},
        {"features": {"months_in_business": known(float("nan"))}},
        {"features": {"months_in_business": known(float("inf"))}},
        {"features": {"months_in_business": {**known(30), "value": None}}},
        {"features": {"months_in_business": {**known(30), "value": True}}},
        {"features": {"months_in_business": {**known(30), "coverage": 1.5}}},
        {"features": {f"f{number}": known(1) for number in range(201)}},
    ],
)
def test_a_question_that_is_none_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        parsed(question(**changes))
