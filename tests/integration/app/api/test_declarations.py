"""Declarations over HTTP: what is sent is taken strictly."""

from __future__ import annotations

from typing import Any

import pytest

from app.services import Services
from loans.policy import LoanPolicy
from tests.support.policy import POLICY
from tests.support.web import DECLARED, SignIn, Web, onboard

RULES = POLICY.section(LoanPolicy)


@pytest.fixture
def owner(sign_in: SignIn, services: Services) -> Web:
    """An approved owner."""
    web = sign_in("13800000001")
    onboard(web, services)
    return web


BAD: list[dict[str, Any]] = [
    {"amount_fen": "5000000"},
    {"amount_fen": 5_000_000.0},
    {"amount_fen": -1},
    {"amount_fen": 0},
    {"amount_fen": True},
    {"amount_fen": None},
    {"tenor_months": 0},
    {"tenor_months": "12"},
    {"role": "emperor"},
    {"purpose_text": "x" * 201},
    {"purpose_text": "a\0b"},
    {"payees": [{"name": ""}]},
    {"payees": [{"name": "王师傅", "account": "not digits"}]},
    {"promise": {"version": "2026-11-28"}},
    {"unknown": 1},
]


@pytest.mark.parametrize("changed", BAD)
def test_a_body_is_taken_strictly(owner: Web, changed: dict[str, Any]) -> None:
    status, problem = owner.call("POST", "/declarations", {**DECLARED, **changed})
    assert (status, problem["code"]) == (422, "fields_invalid")


def test_more_than_any_cap_is_told_clearly(owner: Web) -> None:
    body = {**DECLARED, "amount_fen": 10**30}
    status, problem = owner.call("POST", "/declarations", body)
    assert (status, problem["code"]) == (422, "amount_outside_limits")


def test_purposes_come_with_the_promise_that_a_declaration_names(owner: Web) -> None:
    status, answer = owner.call("GET", "/purposes")
    assert status == 200
    assert [one["code"] for one in answer["purposes"]] == list(RULES.purposes)
    assert [one["code"] for one in answer["purposes"] if one["needs_text"]] == ["other"]
    assert answer["purposes"][0]["name"] == "货款周转"
    assert answer["promise"]["text"].startswith("# 贷款用途承诺书")
    named = {name: answer["promise"][name] for name in ("version", "sha256")}
    assert owner.call("POST", "/declarations", {**DECLARED, "promise": named})[0] == 201


def test_products_are_the_policys(owner: Web) -> None:
    status, answer = owner.call("GET", "/products")
    assert status == 200
    products = {one["code"]: one for one in answer["products"]}
    assert list(products) == [product.code for product in RULES.products]
    assert products["equipment"]["channel"] == "offline_check"
    assert products["credit_line"]["on_request"] is True
    assert products["wages"]["name"] == "薪资贷款"
    assert products["wages"]["ways"][0] == {"code": "equal_instalments", "name": "等额本息"}
    assert "loss_given_default_bp" not in products["wages"]
    purposes = owner.call("GET", "/purposes")[1]["purposes"]
    lent = {one["code"]: one["products"] for one in purposes}
    assert lent["payroll"] == ["wages", "credit_line"]
    assert lent["equipment"] == ["equipment"]
