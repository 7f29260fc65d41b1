"""Records over HTTP: `POST /v1/records/{registry|acquiring|reviews}`, signed both ways."""

from __future__ import annotations

from http import HTTPStatus
from typing import TypeVar

from flask import Flask, Response, request
from pydantic import BaseModel, ValidationError

from reference.records.firms import Firm, Firms, cut_to
from reference.records.messages import (
    AcquiringAnswer,
    AcquiringRequest,
    RecordRequest,
    RegistryAnswer,
    ReviewsAnswer,
)
from reference.signatures import Signatures
from reference.signed_app import JSON, has_key, problem, signed_app

MAX_BODY_BYTES = 2**12
M = TypeVar("M", bound=RecordRequest)


class RequestInvalid(Exception):
    """A question that is not one; `places` are the fields that are wrong."""

    def __init__(self, places: list[str]) -> None:
        super().__init__(places)
        self.places = places


class NotKnown(Exception):
    """There is no such record of the business."""


class KeyMissing(Exception):
    """The request names no asking."""


def create_records(firms: Firms, signatures: Signatures) -> Flask:
    """The WSGI application."""
    app = signed_app(__name__, signatures, MAX_BODY_BYTES)

    @app.post("/v1/records/registry")
    def registry() -> Response:
        asked = _asked(RecordRequest)
        record = _firm(firms, asked).registry
        if record is None:
            raise NotKnown
        return _answer(RegistryAnswer(credit_code=asked.credit_code, record=record))

    @app.post("/v1/records/acquiring")
    def acquiring() -> Response:
        asked = _asked(AcquiringRequest)
        whole = _firm(firms, asked).acquiring
        record = None if whole is None else cut_to(whole, asked.first_day, asked.last_day)
        if record is None:
            raise NotKnown
        return _answer(AcquiringAnswer(credit_code=asked.credit_code, record=record))

    @app.post("/v1/records/reviews")
    def reviews() -> Response:
        asked = _asked(RecordRequest)
        record = _firm(firms, asked).reviews
        if record is None:
            raise NotKnown
        return _answer(ReviewsAnswer(credit_code=asked.credit_code, record=record))

    app.register_error_handler(RequestInvalid, _invalid)
    app.register_error_handler(NotKnown, _not_known)
    app.register_error_handler(KeyMissing, _key_missing)
    return app


def _asked(model: type[M]) -> M:
    if not has_key():
        raise KeyMissing
    try:
        return model.model_validate_json(request.get_data())
    except ValidationError as error:
        faults = error.errors(include_input=False)
        places = {str(part) for each in faults for part in each["loc"][:1]}
        raise RequestInvalid(sorted(places)) from error


def _firm(firms: Firms, asked: RecordRequest) -> Firm:
    firm = firms.get(asked.credit_code)
    if firm is None:
        raise NotKnown
    return firm


def _answer(answer: BaseModel) -> Response:
    return Response(answer.model_dump_json(), content_type=JSON)


def _invalid(error: RequestInvalid) -> Response:
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "request_invalid", error.places)


def _not_known(_error: NotKnown) -> Response:
    return problem(HTTPStatus.NOT_FOUND, "not_known")


def _key_missing(_error: KeyMissing) -> Response:
    return problem(HTTPStatus.BAD_REQUEST, "idempotency_key_missing")
