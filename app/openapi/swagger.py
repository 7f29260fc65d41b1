"""OpenAPI 3.1 -> Swagger 2.0 (https://spec.openapis.org/oas/v2.0), for flask-restx's page.

Swagger 2.0 knows less: what it cannot say (several examples, null, schemes of HTTP) is said in its
nearest words or left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

Json = dict[str, Any]

MULTIPART: Final = "multipart/form-data"
FORM_TYPES: Final = ("type", "format", "enum", "pattern", "description")
DROPPED: Final = ("examples", "const", "propertyNames")


def swagger_document(openapi: Json) -> Json:
    """The same API as an OpenAPI 3.1 document of ours, in Swagger 2.0."""
    components, info = openapi["components"], openapi["info"]
    licence = {"name": info["license"]["name"]}
    return {
        "swagger": "2.0",
        "info": {
            "title": info["title"],
            "version": info["version"],
            "description": info["description"],
            "license": licence,
        },
        "basePath": openapi["servers"][0]["url"],
        "tags": openapi["tags"],
        "consumes": ["application/json"],
        "produces": ["application/json"],
        "paths": {
            path: {method: _operation(one, components) for method, one in item.items()}
            for path, item in openapi["paths"].items()
        },
        "definitions": {name: _schema(one) for name, one in components["schemas"].items()},
        "securityDefinitions": {
            "dpop": {
                "type": "apiKey",
                "in": "header",
                "name": "Authorization",
                "description": "`DPoP <access token>`, with a proof in the header `DPoP`",
            },
            "bearer": {
                "type": "apiKey",
                "in": "header",
                "name": "Authorization",
                "description": "`Bearer <access token>`",
            },
        },
    }


def _operation(operation: Json, components: Json) -> Json:
    kept = ("operationId", "tags", "summary", "description", "security", "deprecated")
    content: Json = operation.get("requestBody", {}).get("content", {})
    produced = [
        media
        for answer in operation["responses"].values()
        for media in answer.get("content", {"application/json": {}})
    ]
    converted: Json = {key: operation[key] for key in kept if key in operation}
    converted["parameters"] = [
        *(_parameter(_resolved(one, components)) for one in operation["parameters"]),
        *_body_parameters(content, components),
    ]
    converted["responses"] = {
        status: _response(answer) for status, answer in operation["responses"].items()
    }
    converted["produces"] = list(dict.fromkeys(produced))
    if content:
        converted["consumes"] = list(content)
    return converted


def _resolved(one: Json, components: Json) -> Json:
    if "$ref" not in one:
        return one
    parameter: Json = components["parameters"][one["$ref"].rpartition("/")[2]]
    return parameter


def _parameter(parameter: Json) -> Json:
    schema = {key: value for key, value in _schema(parameter["schema"]).items() if key != "title"}
    kept = {key: value for key, value in parameter.items() if key not in {"schema", "example"}}
    example = {"x-example": parameter["example"]} if "example" in parameter else {}
    return {**schema, **kept, **example}


def _body_parameters(content: Json, components: Json) -> list[Json]:
    if not content:
        return []
    media, body = next(iter(content.items()))
    if media == MULTIPART:
        return _form_parameters(components["schemas"][body["schema"]["$ref"].rpartition("/")[2]])
    schema = _schema(body["schema"])
    if "example" in body:
        schema = {"allOf": [schema], "example": body["example"]}
    return [{"name": "body", "in": "body", "required": True, "schema": schema}]


def _form_parameters(schema: Json) -> list[Json]:
    required = schema.get("required", [])
    return [
        _form_field(name, field, name in required) for name, field in schema["properties"].items()
    ]


def _form_field(name: str, field: Json, required: bool) -> Json:
    plain = {key: value for key, value in _schema(field).items() if key in FORM_TYPES}
    if plain.get("format") == "binary":
        plain = {"type": "file", "description": field.get("description", name)}
    return {"name": name, "in": "formData", "required": required, **plain}


def _response(answer: Json) -> Json:
    converted: Json = {"description": answer["description"]}
    if "headers" in answer:
        converted["headers"] = {
            name: {"type": "string", "description": header["description"]}
            for name, header in answer["headers"].items()
        }
    for media, body in answer.get("content", {}).items():
        converted["schema"] = _schema(body["schema"])
        if example := _example(body):
            converted["examples"] = {media: example}
    return converted


def _example(body: Json) -> Any:
    if "example" in body:
        return body["example"]
    return next((one["value"] for one in body.get("examples", {}).values()), None)


def _schema(schema: Json) -> Json:
    """A JSON Schema 2020-12 of ours as Swagger 2.0 can say it."""
    nullable = _nullable(schema)
    if nullable is not None:
        return nullable
    converted: Json = {}
    for key, value in schema.items():
        if key in DROPPED:
            continue
        converted.update(_CONVERTED.get(key, _same)(key, value))
    return converted


def _nullable(schema: Json) -> Json | None:
    """What may be null, as `x-nullable`; None for what may not."""
    options = [one for one in schema.get("anyOf", []) if one != {"type": "null"}]
    if not options or len(options) == len(schema["anyOf"]):
        return None
    about = {key: value for key, value in schema.items() if key in {"description", "title"}}
    one = _schema(options[0])
    if "$ref" in one:
        return {"allOf": [one], "x-nullable": True, **about}
    return {**one, "x-nullable": True, **about}


def _same(key: str, value: Any) -> Json:
    return {key: value}


def _reference(_: str, value: str) -> Json:
    return {"$ref": value.replace("#/components/schemas/", "#/definitions/")}


def _children(key: str, value: Mapping[str, Json]) -> Json:
    return {key: {name: _schema(one) for name, one in value.items()}}


def _child(key: str, value: Any) -> Json:
    return {key: _schema(value) if isinstance(value, dict) else value}


def _options(key: str, value: list[Json]) -> Json:
    if key == "anyOf":  # Swagger 2.0 has no alternatives
        return {}
    return {key: [_schema(one) for one in value]}


def _bound(key: str, value: float) -> Json:
    plain = "minimum" if key == "exclusiveMinimum" else "maximum"
    return {plain: value, key: True}


def _default(key: str, value: Any) -> Json:
    return {} if value is None else {key: value}


_CONVERTED: Final[Mapping[str, Callable[[str, Any], Json]]] = {
    "$ref": _reference,
    "properties": _children,
    "items": _child,
    "additionalProperties": _child,
    "allOf": _options,
    "anyOf": _options,
    "exclusiveMinimum": _bound,
    "exclusiveMaximum": _bound,
    "default": _default,
}
