from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_spec_validator import validate
from pydantic import BaseModel

import reference.scorer
from loans.credit import scorer_client
from reference.scorer import messages
from tests.support.scorers import CARDS, RULES

CONTRACT: dict[str, Any] = yaml.safe_load(
    (Path(reference.scorer.__file__).parent / "contract.yaml").read_text("utf-8")
)
SCHEMAS: dict[str, Any] = CONTRACT["components"]["schemas"]
CONSTRAINTS = (
    "type",
    "pattern",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "maxLength",
    "minLength",
    "maxItems",
    "maxProperties",
    "format",
    "default",
)
MESSAGES = ("AssessmentRequest", "FeatureValue", "AssessmentAnswer", "ReasonAnswer", "ModelAnswer")


def test_the_contract_is_valid() -> None:
    validate(CONTRACT)


def limits(schema: Mapping[str, Any]) -> dict[str, Any]:
    named = schema.get("$ref", "").rpartition("/")[2]
    merged = {**(SCHEMAS.get(named, {})), **schema}
    return {name: merged[name] for name in CONSTRAINTS if name in merged}


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_is_as_the_contract_has_it(name: str) -> None:
    model: type[BaseModel] = getattr(messages, name)
    published, made = SCHEMAS[name], model.model_json_schema()
    assert set(published["required"]) == set(made["required"])
    assert set(published["properties"]) == set(made["properties"])
    for field, schema in published["properties"].items():
        own = made["properties"][field]
        if "$ref" not in own:
            assert limits(schema) == limits(own), field


def test_each_example_is_a_message() -> None:
    operation = CONTRACT["paths"]["/v1/assessments"]["post"]
    asked = operation["requestBody"]["content"]["application/json"]["example"]
    answered = operation["responses"]["200"]["content"]["application/json"]["example"]
    messages.AssessmentRequest.model_validate(asked)
    messages.AssessmentAnswer.model_validate(answered)
    scorer_client.ScorerAnswer.model_validate(answered, strict=False)


def test_the_catalogue_names_what_cards_and_policy_use() -> None:
    told = CONTRACT["info"]["description"]
    terms = set(scorer_client.TERMS)
    cards = (CARDS.thin, CARDS.thick, CARDS.invoiced)
    used = {feature.name for card in cards for feature in card.features} - terms
    assert used == set(RULES.features)
    assert all(f"| `{name}` |" in told for name in used)
    assert {card.catalogue for card in cards} == {RULES.catalogue}
    assert {card.name for card in cards} == set(RULES.models)
