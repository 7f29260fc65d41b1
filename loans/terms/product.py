"""Products as data: what is lent for which purposes, in which amounts, for how long. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from pydantic import PositiveInt, model_validator

from core.money import BasisPoints, Fen
from core.policy import Part
from loans.terms.rate import Risk
from loans.terms.schedule import Repayment, Terms


class ProductCode(StrEnum):
    """A product's name."""

    WORKING_CAPITAL = "working_capital"
    EQUIPMENT = "equipment"
    RENOVATION = "renovation"
    FRANCHISE = "franchise"
    WAGES = "wages"
    CREDIT_LINE = "credit_line"


class ProductChannel(StrEnum):
    """How a product is concluded."""

    ONLINE = "online"
    OFFLINE_CHECK = "offline_check"  # a person of the partner looks before money is paid out


class Product(Part):
    """What may be lent under one name."""

    code: ProductCode
    purposes: tuple[str, ...]  # codes of what the money may be for
    min_fen: Fen
    max_fen: Fen
    tenors: tuple[PositiveInt, ...]  # months, rising
    ways: tuple[Repayment, ...]  # the first one is proposed
    guarantee_bp: BasisPoints  # what the guarantor takes a year, of what is outstanding
    loss_given_default_bp: BasisPoints  # of what is outstanding at default
    channel: ProductChannel
    on_request: bool = False  # only for who asks for this product by its code
    source: str  # the law that allows and bounds it

    @model_validator(mode="after")
    def _is_whole(self) -> Product:
        tenors_rise = self.tenors and sorted(set(self.tenors)) == list(self.tenors)
        if not (0 < self.min_fen <= self.max_fen and tenors_rise and self.ways and self.purposes):
            raise ValueError(f"[[loans.products]] {self.code}: bounds, tenors or ways are missing")
        return self

    def risk(self, pd_12m: float) -> Risk:
        """What a price knows of a borrower of this product."""
        return Risk(pd_12m, self.loss_given_default_bp, self.guarantee_bp)

    def has(self, terms: Terms) -> bool:
        """Whether the product has such a tenor and way, and is not for larger amounts only."""
        known = terms.tenor_months in self.tenors and terms.repayment in self.ways
        return known and terms.principal_fen >= self.min_fen


def product_for(purpose: str, products: Sequence[Product]) -> Product | None:
    """The product that a purpose is lent under without a choice; None for none."""
    fitting = (product for product in products if purpose in product.purposes)
    return next((product for product in fitting if not product.on_request), None)


def product_of(code: str, products: Sequence[Product]) -> Product | None:
    """The product of a code; None for none."""
    return next((product for product in products if product.code == code), None)
