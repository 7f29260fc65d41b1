"""Metrics of API documents find what they are to find."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.api_documents import dangling, incomplete

EXAMPLE: dict[str, Any] = {"application/json": {"example": {}}}


def operation(**changed: Any) -> dict[str, Any]:
    complete = {
        "summary": "Read it",
        "requestBody": {"content": EXAMPLE},
        "responses": {"200": {"content": EXAMPLE}, "404": {"content": EXAMPLE}},
    }
    return {"paths": {"/a": {"get": {**complete, **changed}, "parameters": []}}}


def test_a_reference_to_nothing_dangles() -> None:
    document = {
        "parts": {"one": {"$ref": "#/parts/two"}, "two": {"all": [{"$ref": "#/parts/three/x"}]}},
    }
    assert list(dangling(document)) == ["#/parts/three/x"]


def test_a_complete_operation_lacks_nothing() -> None:
    assert list(incomplete(operation())) == []


@pytest.mark.parametrize(
    "changed",
    [
        {"summary": ""},
        {"responses": {"200": {"content": EXAMPLE}}},
        {"requestBody": {"content": {"application/json": {}}}},
        {"responses": {"404": {"content": {"application/json": {}}}}},
    ],
)
def test_an_operation_without_one_of_them_is_incomplete(changed: dict[str, Any]) -> None:
    assert list(incomplete(operation(**changed))) == ["get /a"]
