"""OpenAPI 3.1 of the declared routes (https://spec.openapis.org/oas/v3.1.0)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from importlib.metadata import version
from typing import Any, Final

from pydantic.json_schema import JsonSchemaMode, models_json_schema

from access.permissions import Permission
from app.api.declaration import PREFIX, Declaration, Route
from app.messages.words import Words
from app.openapi.errors import ProblemSchemas
from app.openapi.parameters import parameters_of, shared_parameters, untitled
from app.schemas.common import ApiModel, FormRequest, QueryRequest
from app.schemas.problem import Problem

Json = dict[str, Any]

REFERENCE: Final = "#/components/schemas/{model}"
BEARER: Final = "bearer"
DPOP: Final = "dpop"
DESCRIPTION: Final = """Open an account in one minute, and get a loan decision.

The minute: `POST /auth/codes`, `POST /auth/tokens`, `POST /onboardings`, both consents, the
identity card's two sides, the licence, the face video, the recording of digits; then read the
decision. Requests carry `Authorization: DPoP <access>` and a proof of the device's key in the
header `DPoP` (RFC 9449). Money is integer fen, rates are basis points a year, times are UTC. Every
failure is a problem (RFC 9457) with a stable `code`."""


@dataclass(frozen=True)
class Group:
    """Routes that belong together, and what they are for."""

    name: str
    description: str


def openapi_document(routes: Sequence[Route], groups: Iterable[Group], words: Words) -> Json:
    """The document; `words` are those of its examples of problems."""
    problems, paths = ProblemSchemas(routes), dict[str, Json]()
    for route in routes:
        operation = _operation(route, problems.responses(route, words))
        paths.setdefault(route.path, {})[route.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Kaihu 开户",
            "version": version("kaihu"),
            "summary": "Accounts and loans for small-business owners",
            "description": DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": PREFIX, "description": "this server"}],
        "tags": [{"name": group.name, "description": group.description} for group in groups],
        "paths": paths,
        "components": {
            "schemas": {**_schemas(routes), **problems.schemas()},
            "parameters": shared_parameters(),
            "securitySchemes": {
                DPOP: {
                    "type": "http",
                    "scheme": "DPoP",
                    "description": "an applicant's access token of `POST /auth/tokens`, with a "
                    "proof of the device's key in the header `DPoP` (RFC 9449)",
                },
                BEARER: {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "the access token of `POST /staff/tokens`; where both schemes "
                    "are named, an applicant's alone",
                },
            },
        },
    }


def _operation(route: Route, problems: Json) -> Json:
    declared = route.declaration
    operation: Json = {
        "operationId": route.operation,
        "tags": [route.tag],
        "summary": declared.summary,
        "description": declared.description or declared.summary,
        "parameters": parameters_of(route),
        "responses": {str(declared.status): _answer(declared), **problems},
        "security": _security(declared),
    }
    if body := _body(declared):
        operation["requestBody"] = body
    if route.alias:
        operation["deprecated"] = True
    return operation


def _security(declared: Declaration) -> list[Json]:
    if declared.permission is Permission.PUBLIC:
        return []
    schemes = [DPOP] if declared.proves else []
    return [{scheme: []} for scheme in (*schemes, *([] if declared.always_proves else [BEARER]))]


def _body(declared: Declaration) -> Json | None:
    if declared.consumes:
        schema = {"type": "string", "format": "binary"}
        return {"required": True, "content": {declared.consumes: {"schema": schema}}}
    model = declared.body
    if model is None or issubclass(model, QueryRequest):
        return None
    media = "multipart/form-data" if issubclass(model, FormRequest) else "application/json"
    return {"required": True, "content": {media: _content(model)}}


def _answer(declared: Declaration) -> Json:
    answer: Json = {"description": HTTPStatus(declared.status).phrase}
    if declared.answer is not None:
        answer["content"] = {"application/json": _content(declared.answer)}
    elif declared.content:
        answer["content"] = {declared.content: _raw(declared.content)}
    if declared.sends:
        answer["headers"] = {
            header.name: {
                "description": header.description,
                "schema": {"type": "string"},
                "example": header.example,
            }
            for header in declared.sends
        }
    return answer


def _content(model: type[ApiModel]) -> Json:
    reference = {"$ref": REFERENCE.format(model=model.__name__)}
    return {"schema": reference, "example": dict(model.example)}


_RAW: Final[dict[str, Json]] = {
    "application/json": {"schema": {"type": "object"}, "example": {"openapi": "3.1.0"}},
    "text/html": {"schema": {"type": "string"}, "example": "<!DOCTYPE html>…"},
    "text/event-stream": {
        "schema": {"description": "server-sent events; `data` of each is the whole answer"},
        "example": 'id: 01990f3e\nevent: onboarding\ndata: {"state": "open"}\n\n',
    },
    "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
}


def _raw(media: str) -> Json:
    return _RAW.get(media, {"schema": {"type": "string"}})


def _schemas(routes: Sequence[Route]) -> Json:
    wanted: dict[type[ApiModel], JsonSchemaMode] = {Problem: "validation"}
    for route in routes:
        body, answer = route.declaration.body, route.declaration.answer
        if body is not None and not issubclass(body, QueryRequest):
            wanted[body] = "validation"
        if answer is not None:
            wanted[answer] = "serialization"
    _, definitions = models_json_schema(list(wanted.items()), ref_template=REFERENCE)
    schemas: Json = definitions["$defs"]
    return {name: _plain(schemas[name]) for name in sorted(schemas)}


def _plain(schema: Json) -> Json:
    if "properties" in schema:
        return {**schema, "properties": untitled(schema["properties"])}
    return schema
