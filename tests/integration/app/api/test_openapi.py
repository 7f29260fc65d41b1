"""The documents are valid, whole, and those of the routes that are served."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from openapi_spec_validator import OpenAPIV2SpecValidator, OpenAPIV31SpecValidator

from app.api.declaration import PREFIX, declared_routes
from core.reasons import Reason

Json = dict[str, Any]
NO_BODY = {"head", "options", "delete", "patch"}


@pytest.fixture(scope="module")
def openapi(application: Flask) -> Json:
    document: Json = application.test_client().get(f"{PREFIX}/openapi.json").get_json()
    return document


@pytest.fixture(scope="module")
def swagger(application: Flask) -> Json:
    document: Json = application.test_client().get(f"{PREFIX}/swagger.json").get_json()
    return document


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for value in part.values():
            yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)


def is_known(document: Json, reference: str) -> bool:
    part: Any = document
    for name in reference.removeprefix("#/").split("/"):
        if name not in part:
            return False
        part = part[name]
    return True


def test_openapi_is_valid(openapi: Json) -> None:
    assert openapi["openapi"] == "3.1.0"
    assert [str(error) for error in OpenAPIV31SpecValidator(openapi).iter_errors()] == []


def test_swagger_is_valid(swagger: Json) -> None:
    assert swagger["swagger"] == "2.0"
    assert [str(error) for error in OpenAPIV2SpecValidator(swagger).iter_errors()] == []


def test_nothing_dangles(openapi: Json, swagger: Json) -> None:
    for document in (openapi, swagger):
        assert [one for one in references(document) if not is_known(document, one)] == []


def test_both_documents_have_the_routes_that_are_served(
    application: Flask, openapi: Json, swagger: Json
) -> None:
    served = {(route.path, route.method.lower()) for route in declared_routes(application, {})}
    for document in (openapi, swagger):
        assert {(path, method) for path, method, _ in operations(document)} == served
    assert ("/onboardings/{onboarding_id}/events", "get") in served
    assert ("/onboardings/{onboarding_id}/uploads/{upload_id}", "head") in served
    assert ("/accounts/{account_id}/calls", "post") in served
    assert ("/accounts/{account_id}/voice-verifications", "post") in served


def test_operations_have_names_of_their_own(openapi: Json) -> None:
    names = [operation["operationId"] for _, _, operation in operations(openapi)]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z][a-z_]+", name) for name in names)


def test_every_operation_says_what_it_does_and_what_may_go_wrong(openapi: Json) -> None:
    tags = [tag["name"] for tag in openapi["tags"]]
    for path, method, operation in operations(openapi):
        where = f"{method} {path}"
        assert operation["summary"], where
        assert not operation["summary"].endswith("."), where
        assert operation["description"], where
        assert operation["tags"][0] in tags, where
        assert any(status.startswith("4") for status in operation["responses"]), where


def test_every_operation_has_an_example(openapi: Json) -> None:
    for path, method, operation in operations(openapi):
        where = f"{method} {path}"
        for media, content in operation.get("requestBody", {}).get("content", {}).items():
            assert "example" in content or media.startswith("application/offset"), where
        for status, answer in operation["responses"].items():
            for media, content in answer.get("content", {}).items():
                binary = media in ("application/octet-stream", "application/zip", "application/pdf")
                assert binary or "example" in content or "examples" in content, (where, status)


def test_problems_name_their_codes(openapi: Json) -> None:
    operation = openapi["paths"]["/onboardings/{onboarding_id}/challenges"]["post"]
    content = operation["responses"]["409"]["content"]["application/problem+json"]
    name = content["schema"]["$ref"].rpartition("/")[2]
    narrowed = openapi["components"]["schemas"][name]["allOf"][1]
    assert narrowed["properties"]["code"]["enum"] == ["onboarding_closed", "record_damaged"]
    assert content["examples"]["onboarding_closed"]["value"]["status"] == 409


def test_states_and_reasons_are_enumerations(openapi: Json) -> None:
    schemas = openapi["components"]["schemas"]
    assert schemas["Reason"]["enum"] == list(Reason)
    assert schemas["OnboardingState"]["enum"] == ["open", "decided", "expired", "withdrawn"]
    kinds = schemas["EvidenceResponse"]["properties"]["kind"]["enum"]
    assert "face_video" in kinds


def test_headers_and_files_are_described(openapi: Json, swagger: Json) -> None:
    path = "/onboardings/{onboarding_id}/evidence/{kind}"
    put = openapi["paths"][path]["put"]
    assert "Prefer" in {parameter.get("name") for parameter in put["parameters"]}
    assert "multipart/form-data" in put["requestBody"]["content"]
    fields = {one["name"]: one for one in swagger["paths"][path]["put"]["parameters"]}
    assert fields["file"]["type"] == "file"
    start = openapi["paths"]["/onboardings"]["post"]["parameters"]
    assert "Idempotency-Key" in {parameter.get("name") for parameter in start}


def test_the_page_is_served(application: Flask) -> None:
    answer = application.test_client().get(f"{PREFIX}/docs")
    assert answer.status_code == 200
    assert f"{PREFIX}/swagger.json" in answer.get_data(as_text=True)
