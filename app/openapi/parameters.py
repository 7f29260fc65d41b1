"""Parameters of path, query and headers, as the document describes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from pydantic import BaseModel

from app.api.declaration import Declaration, Header, PathParameter, Route
from app.api.endpoint import IDEMPOTENCY
from app.api.headers import PROOF
from app.schemas.common import QueryRequest

Json = dict[str, Any]

LANGUAGE: Final = "AcceptLanguage"
KEY: Final = Header(
    IDEMPOTENCY,
    "the same key within 24 hours gives the same answer, and nothing is done twice",
    "4f7d1a2e-9a1b-4e53-8c0d-2b6f1e9d7c3a",
)


def parameters_of(route: Route) -> list[Json]:
    """Every parameter of a route; the language's is a reference to `shared_parameters`."""
    declared = route.declaration
    headers = [*declared.headers, *([KEY] if declared.idempotent else []), *_proof(declared)]
    return [
        *map(_path_parameter, route.parameters),
        *_query_parameters(declared),
        *map(_header_parameter, headers),
        {"$ref": f"#/components/parameters/{LANGUAGE}"},
    ]


def _proof(declared: Declaration) -> list[Header]:
    if not declared.proves:
        return []
    return [replace(PROOF, required=declared.always_proves)]


def shared_parameters() -> Json:
    """Those that every route has."""
    language = Header(
        "Accept-Language", "the language of sentences: `zh-CN` (the default) or `en`", "zh-CN"
    )
    return {LANGUAGE: _header_parameter(language)}


def untitled(properties: Mapping[str, Json]) -> Json:
    """Fields without their titles, which repeat the names."""
    return {
        name: {key: value for key, value in field.items() if key != "title"}
        for name, field in properties.items()
    }


def _path_parameter(parameter: PathParameter) -> Json:
    schema: Json = {"type": "string"}
    if parameter.converter == "uuid":
        schema["format"] = "uuid"
    elif parameter.converter == "int":
        schema = {"type": "integer", "minimum": 0}
    elif parameter.values:
        schema["enum"] = list(parameter.values)
    subject = parameter.name.removesuffix("_id").replace("_", " ")
    what = f"the {subject}'s id" if parameter.name.endswith("_id") else f"the {subject}"
    return {
        "name": parameter.name,
        "in": "path",
        "required": True,
        "description": what,
        "schema": schema,
    }


def _query_parameters(declared: Declaration) -> list[Json]:
    model: type[BaseModel] | None = declared.body
    if model is None or not issubclass(model, QueryRequest):
        return []
    schema = model.model_json_schema()
    return [
        {
            "name": name,
            "in": "query",
            "required": name in schema.get("required", []),
            "description": field.pop("description", name),
            "schema": _inlined(_without_null(field), schema.get("$defs", {})),
        }
        for name, field in untitled(schema["properties"]).items()
    ]


def _without_null(schema: Json) -> Json:
    """A parameter is left out rather than null."""
    options = [one for one in schema.get("anyOf", []) if one != {"type": "null"}]
    if len(options) != 1:
        return schema
    return {key: value for key, value in options[0].items() if key != "description"}


def _inlined(schema: Json, definitions: Mapping[str, Json]) -> Json:
    """A reference to an enumeration of the query's own model as what it refers to."""
    if "$ref" not in schema:
        return schema
    found = definitions[schema["$ref"].rpartition("/")[2]]
    return {key: value for key, value in found.items() if key not in ("title", "description")}


def _header_parameter(header: Header) -> Json:
    return {
        "name": header.name,
        "in": "header",
        "required": header.required,
        "description": header.description,
        "schema": {"type": "string"},
        "example": header.example,
    }
