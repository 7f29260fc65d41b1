"""Products: which purpose is lent under which, and what the law keeps apart."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from core.money import Fen
from loans.policy import LoanPolicy
from loans.terms.product import Product, ProductChannel, ProductCode, product_for, product_of
from loans.terms.schedule import Repayment, Terms
from tests.support.policy import POLICY

POLICY_OF_LOANS = POLICY.section(LoanPolicy)
PRODUCTS = POLICY_OF_LOANS.products
WORKING_CAPITAL = PRODUCTS[0].model_dump()


@pytest.mark.parametrize(
    ("purpose", "code"),
    [
        ("stock_of_goods", ProductCode.WORKING_CAPITAL),
        ("rent", ProductCode.WORKING_CAPITAL),
        ("other", ProductCode.WORKING_CAPITAL),
        ("payroll", ProductCode.WAGES),
        ("renovation", ProductCode.RENOVATION),
        ("equipment", ProductCode.EQUIPMENT),
        ("franchise_fee", ProductCode.FRANCHISE),
    ],
)
def test_every_purpose_has_a_product(purpose: str, code: ProductCode) -> None:
    product = product_for(purpose, PRODUCTS)
    assert product is not None
    assert product.code is code


def test_a_purpose_that_is_not_lent_for_has_none() -> None:
    assert product_for("stocks", PRODUCTS) is None
    assert product_of("mortgage", PRODUCTS) is None


def test_a_credit_line_is_had_on_request_alone() -> None:
    line = product_of(ProductCode.CREDIT_LINE, PRODUCTS)
    assert line is not None
    assert product_for("stock_of_goods", [line]) is None


def test_fixed_assets_are_not_bought_on_line() -> None:
    """商业银行互联网贷款管理暂行办法, art. 24."""
    for product in PRODUCTS:
        if "equipment" in product.purposes:
            assert product.channel is ProductChannel.OFFLINE_CHECK


def test_the_law_of_each_product_is_named() -> None:
    assert all("办法" in product.source for product in PRODUCTS)


def test_a_product_has_terms_from_its_least_amount_on() -> None:
    product = PRODUCTS[0]
    terms = Terms(product.min_fen, 12, Repayment.EQUAL_PRINCIPAL)
    assert product.has(terms)
    assert not product.has(Terms(Fen(product.min_fen - 1), 12, Repayment.EQUAL_PRINCIPAL))
    assert not product.has(Terms(product.min_fen, 13, Repayment.EQUAL_PRINCIPAL))


@pytest.mark.parametrize(
    "change",
    [
        {"min_fen": 0},
        {"max_fen": 999},
        {"tenors": ()},
        {"tenors": (12, 6)},
        {"tenors": (6, 6)},
        {"tenors": (0, 6)},
        {"ways": ()},
        {"purposes": ()},
        {"ways": ("balloon",)},
        {"channel": "phone"},
        {"response_score": 1},
    ],
)
def test_a_product_that_is_not_whole_stops_the_start(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Product.model_validate({**WORKING_CAPITAL, **change})


def test_products_fit_the_policy_that_lends_them() -> None:
    table = POLICY_OF_LOANS.model_dump()
    with pytest.raises(ValidationError, match="stands twice"):
        LoanPolicy.model_validate({**table, "products": [WORKING_CAPITAL, WORKING_CAPITAL]})
    endless = {**WORKING_CAPITAL, "tenors": (12, 120)}
    with pytest.raises(ValidationError, match="tenor is longer"):
        LoanPolicy.model_validate({**table, "products": [endless]})
