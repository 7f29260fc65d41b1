"""What Swagger 2.0 cannot say is said in its nearest words."""

from __future__ import annotations

from typing import Any

import pytest

from app.openapi.swagger import swagger_document


def converted(schema: dict[str, Any]) -> dict[str, Any]:
    document = {
        "info": {"title": "t", "version": "1", "description": "d", "license": {"name": "l"}},
        "servers": [{"url": "/api"}],
        "tags": [],
        "paths": {},
        "components": {"schemas": {"X": schema}, "parameters": {}},
    }
    made: dict[str, Any] = swagger_document(document)["definitions"]["X"]
    return made


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (
            {"anyOf": [{"type": "string"}, {"type": "null"}], "description": "d"},
            {"type": "string", "x-nullable": True, "description": "d"},
        ),
        (
            {"anyOf": [{"$ref": "#/components/schemas/Y"}, {"type": "null"}]},
            {"allOf": [{"$ref": "#/definitions/Y"}], "x-nullable": True},
        ),
        (
            {"type": "integer", "exclusiveMinimum": 0},
            {"type": "integer", "minimum": 0, "exclusiveMinimum": True},
        ),
        (
            {"type": "array", "items": {"$ref": "#/components/schemas/Y"}},
            {"type": "array", "items": {"$ref": "#/definitions/Y"}},
        ),
        ({"anyOf": [{"type": "string"}, {"type": "integer"}]}, {}),
        ({"type": "string", "default": None}, {"type": "string"}),
    ],
)
def test_schemas_are_converted(schema: dict[str, Any], expected: dict[str, Any]) -> None:
    assert converted({"type": "object", "properties": {"f": schema}})["properties"]["f"] == expected
