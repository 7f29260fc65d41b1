"""Failures as problems: status, code, language, headers; nothing of the inside."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from pydantic import BaseModel, ValidationError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from app.language import install_language
from app.policy import load
from app.problems import FieldsInvalid, Problems, http_code
from app.schemas.common import DoneResponse
from app.settings import ROOT
from core import errors


@pytest.fixture
def problems() -> Iterator[Problems]:
    with Flask("test").test_request_context(headers={"Accept-Language": "en"}):
        yield Problems(load(ROOT / "policy"))


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (errors.Unauthenticated(), 401, "unauthenticated"),
        (errors.Refused(), 403, "refused"),
        (errors.NotFound(), 404, "not_found"),
        (errors.Conflict(), 409, "conflict"),
        (errors.Invalid(), 422, "invalid"),
        (errors.TooMany(), 429, "too_many_attempts"),
        (errors.Unavailable(), 503, "unavailable"),
        (errors.BusinessError(), 500, "failed"),
        (NotFound(), 404, "not_found"),
        (OperationalError("SELECT 1", {}, Exception("locked")), 503, "unavailable"),
        (RuntimeError("SELECT secret"), 500, "internal_error"),
    ],
)
def test_each_kind_has_a_status(
    problems: Problems, error: Exception, status: int, code: str
) -> None:
    answer = problems.answer(error)
    body = answer.get_json()
    assert (answer.status_code, body["status"], body["code"]) == (status, status, code)
    assert answer.content_type == "application/problem+json"
    assert "secret" not in answer.get_data(as_text=True)


def test_limits_say_when_to_come_again(problems: Problems) -> None:
    assert problems.answer(errors.TooMany(retry_after_s=7)).headers["Retry-After"] == "7"
    assert problems.answer(errors.Unavailable()).headers["Retry-After"] == "10"


def test_a_method_that_is_not_allowed_names_those_that_are(problems: Problems) -> None:
    answer = problems.answer(MethodNotAllowed(valid_methods=["GET", "HEAD"]))
    assert answer.headers["Allow"] == "GET, HEAD"
    assert answer.get_json()["code"] == http_code(MethodNotAllowed())


def test_a_redirect_is_no_failure(problems: Problems) -> None:
    answer = problems.answer(RequestRedirect("https://kaihu.example/x"))
    assert (answer.status_code, answer.headers["Location"]) == (308, "https://kaihu.example/x")


def test_fields_are_named_and_their_values_are_not(problems: Problems) -> None:
    class Body(BaseModel):
        amount: int

    with pytest.raises(ValidationError) as caught:
        Body.model_validate({"amount": "a secret"})
    answer = problems.answer(FieldsInvalid(caught.value))
    assert answer.status_code == 422
    assert answer.get_json()["errors"] == [{"field": "amount", "code": "int_parsing"}]
    assert "secret" not in answer.get_data(as_text=True)


def test_an_answer_of_ours_that_is_not_valid_is_a_defect(problems: Problems) -> None:
    with pytest.raises(ValidationError) as caught:
        DoneResponse.model_validate({"done": "perhaps"})
    assert problems.answer(caught.value).status_code == 500


@pytest.mark.parametrize(
    ("accepted", "language", "said"),
    [
        ("en-GB,en;q=0.9", "en", "Nothing was found"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN", "没有找到"),
        ("zh", "zh-CN", "没有找到"),
        ("fr", "zh-CN", "没有找到"),
        ("", "zh-CN", "没有找到"),
        (";;;q=x,=", "zh-CN", "没有找到"),
    ],
)
def test_one_language_at_a_time(accepted: str, language: str, said: str) -> None:
    app = Flask("test")
    install_language(app)
    made = Problems(load(ROOT / "policy"))
    app.register_error_handler(Exception, made.answer)
    answer = app.test_client().get("/nowhere", headers={"Accept-Language": accepted})
    assert answer.get_json()["detail"].startswith(said)
    assert answer.headers["Content-Language"] == language
    assert "Accept-Language" in answer.headers["Vary"]
