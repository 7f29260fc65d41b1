from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_spec_validator import validate
from pydantic import BaseModel

import reference.records
from loans.sources.kinds import ASKED, SourceKind
from loans.sources.record_client import RECORDS, RecordQuestion
from loans.sources.records import answered_record
from reference.records import messages

CONTRACT: dict[str, Any] = yaml.safe_load(
    (Path(reference.records.__file__).parent / "contract.yaml").read_text("utf-8")
)
SCHEMAS: dict[str, Any] = CONTRACT["components"]["schemas"]
CONSTRAINTS = (
    *("type", "pattern", "minimum", "maximum", "minLength", "maxLength", "maxItems", "format"),
    *("default", "anyOf"),
)
MESSAGES = (
    *("RecordRequest", "AcquiringRequest", "Registry", "AcquiredDay", "Acquiring", "Reviews"),
    *("RegistryAnswer", "AcquiringAnswer", "ReviewsAnswer"),
)


def operation(source: SourceKind) -> dict[str, Any]:
    found: dict[str, Any] = CONTRACT["paths"][f"{RECORDS}/{source}"]["post"]
    return found


def example(part: Mapping[str, Any]) -> Any:
    return part["content"]["application/json"]["example"]


def limits(schema: Mapping[str, Any]) -> dict[str, Any]:
    named = schema.get("$ref", "").rpartition("/")[2]
    merged = {**SCHEMAS.get(named, {}), **schema}
    return {name: merged[name] for name in CONSTRAINTS if merged.get(name) is not None}


def test_the_contract_is_valid() -> None:
    validate(CONTRACT)
    assert {f"{RECORDS}/{source}" for source in ASKED} < set(CONTRACT["paths"])


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


@pytest.mark.parametrize("source", sorted(ASKED))
def test_each_example_is_asked_and_believed(source: SourceKind) -> None:
    asked, answered = operation(source)["requestBody"], operation(source)["responses"]["200"]
    content = json.dumps(example(answered)).encode()
    code, today = example(asked)["credit_code"], date(2026, 11, 28)
    assert answered_record(source, code, today, content)
    first = date(2024, 11, 29) if source is SourceKind.ACQUIRING else None
    assert RecordQuestion(source, code, today, first).body == example(asked)
