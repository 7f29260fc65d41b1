"""OpenAPI 3.1 of the declared routes (https://spec.openapis.org/oas/v3.1.0)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from importlib.metadata import version
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema
from werkzeug.exceptions import (
    BadRequest,
    HTTPException,
    PreconditionFailed,
    RequestEntityTooLarge,
    UnsupportedMediaType,
)

from access.authorisation import NotAllowed
from access.permissions import Permission
from access.tokens import TokenInvalid
from app.api.declaration import PREFIX, Declaration, Header, PathParameter, Route
from app.api.endpoint import IDEMPOTENCY
from app.idempotency import KeyInvalid, KeyReused
from app.messages.words import Words
from app.problems import CONTENT_TYPE, FieldsInvalid, http_code, status_of
from app.schemas.common import FormRequest, QueryRequest
from app.schemas.problem import Problem
from core.errors import BusinessError, TooMany, Unavailable

REFERENCE: Final = "#/components/schemas/{model}"
BEARER: Final = "bearer"
LANGUAGE: Final = "AcceptLanguage"
DESCRIPTION: Final = """Open an account in one minute, and get a loan decision.

The minute: `POST /auth/codes`, `POST /auth/tokens`, `POST /onboardings`, both consents, the
identity card's two sides, the licence, the face video, the recording of digits; then read the
decision. Requests carry `Authorization: Bearer <access>`. Money is integer fen, rates are basis
points a year, times are UTC. Every failure is a problem (RFC 9457) with a stable `code`."""

Json = dict[str, Any]
KEY = Header(
    IDEMPOTENCY,
    "the same key within 24 hours gives the same answer, and nothing is done twice",
    "4f7d1a2e-9a1b-4e53-8c0d-2b6f1e9d7c3a",
)


@dataclass(frozen=True)
class Group:
    """Routes that belong together, and what they are for."""

    name: str
    description: str


def openapi_document(routes: Sequence[Route], groups: Iterable[Group], words: Words) -> Json:
    """The document; `words` are those of its examples of problems."""
    paths: Json = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, words)
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
            "schemas": _schemas(routes),
            "parameters": {LANGUAGE: _language_parameter()},
            "securitySchemes": {
                BEARER: {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "the access token of `POST /auth/tokens`",
                }
            },
        },
    }


def _operation(route: Route, words: Words) -> Json:
    declared = route.declaration
    operation: Json = {
        "operationId": route.operation,
        "tags": [route.tag],
        "summary": declared.summary,
        "description": declared.description or declared.summary,
        "parameters": [*map(_path_parameter, route.parameters), *_parameters(declared)],
        "responses": {
            str(declared.status): _answer(declared),
            **_problems(possible_errors(declared), words),
        },
        "security": [] if declared.permission is Permission.PUBLIC else [{BEARER: []}],
    }
    if body := _body(declared):
        operation["requestBody"] = body
    if route.alias:
        operation["deprecated"] = True
    return operation


def _path_parameter(parameter: PathParameter) -> Json:
    schema: Json = {"type": "string"}
    if parameter.converter == "uuid":
        schema["format"] = "uuid"
    elif parameter.converter == "int":
        schema = {"type": "integer", "minimum": 0}
    elif parameter.values:
        schema["enum"] = list(parameter.values)
    description = f"the {parameter.name.removesuffix('_id').replace('_', ' ')}"
    if parameter.name.endswith("_id"):
        description += "'s id"
    return {
        "name": parameter.name,
        "in": "path",
        "required": True,
        "description": description,
        "schema": schema,
    }


def _parameters(declared: Declaration) -> list[Json]:
    """Of query and headers."""
    headers = [*declared.headers, *([KEY] if declared.idempotent else [])]
    return [
        *_query_parameters(declared.body),
        *map(_header_parameter, headers),
        {"$ref": f"#/components/parameters/{LANGUAGE}"},
    ]


def _query_parameters(model: type[BaseModel] | None) -> list[Json]:
    if model is None or not issubclass(model, QueryRequest):
        return []
    schema = model.model_json_schema()
    return [
        {
            "name": name,
            "in": "query",
            "required": name in schema.get("required", []),
            "description": field.pop("description", name),
            "schema": _without_null(field),
        }
        for name, field in _untitled(schema["properties"]).items()
    ]


def _without_null(schema: Json) -> Json:
    """A parameter is left out rather than null."""
    options = [one for one in schema.get("anyOf", []) if one != {"type": "null"}]
    return options[0] if len(options) == 1 else schema


def _header_parameter(header: Header) -> Json:
    return {
        "name": header.name,
        "in": "header",
        "required": header.required,
        "description": header.description,
        "schema": {"type": "string"},
        "example": header.example,
    }


def _language_parameter() -> Json:
    return {
        "name": "Accept-Language",
        "in": "header",
        "required": False,
        "description": "the language of sentences: `zh-CN` (the default) or `en`",
        "schema": {"type": "string"},
        "example": "zh-CN",
    }


def _body(declared: Declaration) -> Json | None:
    if declared.consumes:
        schema = {"type": "string", "format": "binary"}
        return {"required": True, "content": {declared.consumes: {"schema": schema}}}
    model = declared.body
    if model is None or issubclass(model, QueryRequest):
        return None
    content: Json = {"schema": {"$ref": REFERENCE.format(model=model.__name__)}}
    content["example"] = dict(model.example)  # type: ignore[attr-defined]
    media = "multipart/form-data" if issubclass(model, FormRequest) else "application/json"
    return {"required": True, "content": {media: content}}


def _answer(declared: Declaration) -> Json:
    answer: Json = {"description": HTTPStatus(declared.status).phrase}
    if declared.answer is not None:
        schema = {"$ref": REFERENCE.format(model=declared.answer.__name__)}
        example = dict(declared.answer.example)  # type: ignore[attr-defined]
        answer["content"] = {"application/json": {"schema": schema, "example": example}}
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


def _raw(media: str) -> Json:
    if media == "application/json":
        return {"schema": {"type": "object"}, "example": {"openapi": "3.1.0"}}
    if media.startswith("text/"):
        return {"schema": {"type": "string"}, "example": "id: 1\nevent: onboarding\ndata: {}\n\n"}
    return {"schema": {"type": "string", "format": "binary"}}


def possible_errors(declared: Declaration) -> Mapping[int, Sequence[str]]:
    """Codes by status: those declared, and those that every route of its sort may answer."""
    kinds: list[type[BusinessError]] = [*declared.errors, Unavailable]
    http: list[type[HTTPException]] = [BadRequest]
    if declared.permission is not Permission.PUBLIC:
        kinds = [TokenInvalid, NotAllowed, *kinds]
    if declared.body is not None and not issubclass(declared.body, FormRequest):
        kinds.append(FieldsInvalid)
    if declared.consumes or (declared.body and not issubclass(declared.body, QueryRequest)):
        http.append(RequestEntityTooLarge)
    if declared.consumes:
        http.append(UnsupportedMediaType)
    if any(header.name == "Tus-Resumable" for header in declared.headers):
        http.append(PreconditionFailed)
    if declared.idempotent:
        kinds += [KeyInvalid, KeyReused]
    by_status: dict[int, list[str]] = {}
    for kind in kinds:
        by_status.setdefault(status_of(kind), []).append(kind.code)
    for error in http:
        by_status.setdefault(error.code or 500, []).append(http_code(error()))
    by_status.setdefault(500, []).append("internal_error")
    return {status: list(dict.fromkeys(by_status[status])) for status in sorted(by_status)}


def _problems(errors: Mapping[int, Sequence[str]], words: Words) -> Json:
    return {str(status): _problem(status, codes, words) for status, codes in errors.items()}


def _problem(status: int, codes: Sequence[str], words: Words) -> Json:
    schema = {
        "allOf": [
            {"$ref": REFERENCE.format(model=Problem.__name__)},
            {"type": "object", "properties": {"code": {"type": "string", "enum": list(codes)}}},
        ]
    }
    examples = {code: {"value": _example(status, code, words)} for code in codes}
    answer: Json = {
        "description": f"{HTTPStatus(status).phrase}: {', '.join(codes)}",
        "content": {CONTENT_TYPE: {"schema": schema, "examples": examples}},
    }
    if status in {status_of(TooMany), status_of(Unavailable)}:
        answer["headers"] = {
            "Retry-After": {
                "description": "seconds after which to try again",
                "schema": {"type": "string"},
                "example": "60",
            }
        }
    return answer


def _example(status: int, code: str, words: Words) -> Json:
    return {
        "type": f"urn:kaihu:problem:{code}",
        "title": code.replace("_", " "),
        "status": status,
        "code": code,
        "detail": words.failure(code),
        "instance": Problem.example["instance"],
    }


def _schemas(routes: Sequence[Route]) -> Json:
    wanted: dict[type[BaseModel], JsonSchemaMode] = {Problem: "validation"}
    for route in routes:
        body, answer = route.declaration.body, route.declaration.answer
        if body is not None and not issubclass(body, QueryRequest):
            wanted[body] = "validation"
        if answer is not None:
            wanted[answer] = "serialization"
    _, definitions = models_json_schema(list(wanted.items()), ref_template=REFERENCE)
    schemas: Json = definitions["$defs"]
    return {name: _named(schemas[name]) for name in sorted(schemas)}


def _named(schema: Json) -> Json:
    """A schema without the titles of its fields: they repeat the names."""
    if "properties" in schema:
        return {**schema, "properties": _untitled(schema["properties"])}
    return schema


def _untitled(properties: Mapping[str, Json]) -> Json:
    return {
        name: {key: value for key, value in field.items() if key != "title"}
        for name, field in properties.items()
    }
