"""Requests are strict, and every model has an example that is valid."""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError

import app.schemas
from app.schemas.common import ApiModel, FormRequest
from app.schemas.loans import ApplicationRequest
from app.schemas.onboardings import ChallengeRequest, ConsentRequest
from app.schemas.reviews import VerdictRequest
from app.schemas.sign_in import CodeRequest, SignInRequest
from app.schemas.uploads import UploadRequest


def models() -> Iterator[type[ApiModel]]:
    for module in pkgutil.iter_modules(app.schemas.__path__, "app.schemas."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, type) and issubclass(value, ApiModel) and "example" in vars(value):
                yield value


@pytest.mark.parametrize("model", list(dict.fromkeys(models())))
def test_every_model_is_described_and_has_a_valid_example(model: type[ApiModel]) -> None:
    assert model.__doc__
    assert all(field.description for field in model.model_fields.values())
    if not issubclass(model, FormRequest):
        model.model_validate_json(json.dumps(model.example))


@pytest.mark.parametrize("amount", ["5000000", 5000000.0, True, None, 0, -1])
def test_an_amount_is_a_positive_integer(amount: Any) -> None:
    body = json.dumps({**ApplicationRequest.example, "amount_fen": amount})
    with pytest.raises(ValidationError):
        ApplicationRequest.model_validate_json(body)


@pytest.mark.parametrize(
    "phone", ["1380000000", "138000000011", "23800000001", "1380000000１", "13800000001\n", 1]
)
def test_a_phone_number_has_eleven_ascii_digits(phone: Any) -> None:
    with pytest.raises(ValidationError):
        CodeRequest.model_validate_json(json.dumps({"phone": phone}))


@pytest.mark.parametrize("code", ["12345", "1234567", "１２３４５６", "12345a", 123456])
def test_a_code_has_six_ascii_digits(code: Any) -> None:
    with pytest.raises(ValidationError):
        SignInRequest.model_validate_json(
            json.dumps({"attempt": "a" * 22, "phone": "13800000001", "code": code})
        )


@pytest.mark.parametrize(
    ("model", "body"),
    [
        (CodeRequest, {"phone": "13800000001", "x": 1}),
        (ConsentRequest, {"kind": "everything", "version": "1"}),
        (ChallengeRequest, {"kind": "iris"}),
        (VerdictRequest, {"judgement": "review", "note": "a long enough note"}),
        (VerdictRequest, {"judgement": "approved", "note": "a note with a \0 in it"}),
        (UploadRequest, {"kind": "passport", "length": 1}),
    ],
)
def test_what_is_unknown_is_refused(model: type[ApiModel], body: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        model.model_validate_json(json.dumps(body))
