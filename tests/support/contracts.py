"""Contracts for tests: one of each kind, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from core.money import Fen
from loans.policy import LoanPolicy
from loans.terms.contract import Borrower, Confirmation, Contract, LineFacts, Paper
from loans.terms.options import Pricing
from loans.terms.product import ProductCode, product_for, product_of
from loans.terms.schedule import Repayment, Terms
from tests.support.policy import POLICY

PAID_OUT = date(2026, 11, 30)
A_YEAR = Terms(Fen(12_345_600), 12, Repayment.EQUAL_INSTALMENTS)
LENDING = POLICY.section(LoanPolicy)
BORROWER = Borrower(
    name="张伟",
    id_number="110101199001011234",
    phone_number="13800000001",
    business="样例市幸福面馆",
    business_code="92999999MA0000001X",
)


def sample_contract(
    purpose: str = "renovation",
    terms: Terms = A_YEAR,
    payees: tuple[str, ...] = ("样例装饰工程有限公司",),
    pd_12m: float = 0.05,
) -> Contract:
    """The contract of a loan for a purpose. Raises `ValueError` for a purpose without a product."""
    product = product_for(purpose, LENDING.products)
    if product is None:
        raise ValueError(purpose)
    return Contract(
        number="KH-20261130-0001",
        rules=LENDING.contract,
        product=product,
        borrower=BORROWER,
        purpose="店面装修扩张",
        payees=payees,
        option=Pricing(product, pd_12m, PAID_OUT, LENDING.pricing).price(terms),
        paid_out=PAID_OUT,
        ceiling_bp=LENDING.pricing.ceiling_bp,
        confirmed_by=Confirmation.VOICE,
        confirmation="0193-6f2a",
        confirmed_at=datetime(2026, 11, 30, 3, 4, 5, tzinfo=UTC),
    )


def sample_line_paper(paper: Paper) -> Contract:
    """The contract of a credit line or the note of a draw. Raises `ValueError` for a loan."""
    product = product_of(ProductCode.CREDIT_LINE, LENDING.products)
    if product is None or paper is Paper.LOAN:
        raise ValueError(paper)
    rules = LENDING.lines
    text = rules.contract_text if paper is Paper.LINE else rules.note_text
    return replace(
        sample_contract("stock_of_goods"),
        rules=LENDING.contract.model_copy(update={"text": text}),
        product=product,
        purpose="货款周转",
        paper=paper,
        line=LineFacts(
            number="KH-20261130-0002",
            limit_fen=A_YEAR.principal_fen,
            valid_until=date(2027, 11, 29),
            max_tenor_months=12,
            min_draw_fen=rules.min_draw_fen,
            self_payment_max_fen=rules.self_payment_max_fen,
            purposes=("货款周转", "员工工资发放"),
            ways=product.ways,
        ),
    )
