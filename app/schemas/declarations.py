"""Declarations, and what may be declared: purposes, products, the promise. Money in fen."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from app.schemas.common import ApiRequest, ApiResponse, Example, Text
from loans.codes import Role
from loans.declaration.promise import promise
from loans.terms.product import ProductChannel, ProductCode
from loans.terms.schedule import Repayment

DECLARATION_ID = "01990f4a-11c7-7e35-8d20-6e0b9a3c5b55"
PROMISE = promise("2026-11-28", "zh")


class PayeeRequest(ApiRequest):
    """Whom the money is to be paid to."""

    example: ClassVar[Example] = {"name": "样例市鲜蔬批发部", "account": "6222020000000000123"}

    name: Text = Field(min_length=1, max_length=120, description="of the person or the firm")
    account: str | None = Field(
        default=None, pattern=r"^[0-9]{6,32}$", description="digits of the bank account, if known"
    )


class PromiseRequest(ApiRequest):
    """The text that the owner was shown and agreed to."""

    example: ClassVar[Example] = {"version": PROMISE.version, "sha256": PROMISE.sha256}

    version: str = Field(max_length=32, description="`version` of a promise in `GET /purposes`")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="its `sha256`, as it was shown")


class DeclarationRequest(ApiRequest):
    """What the owner does, what the money is for, and the promise of it."""

    example: ClassVar[Example] = {
        "occupation": "10600",
        "role": "owner",
        "industry": "62",
        "purpose": "stock_of_goods",
        "amount_fen": 5_000_000,
        "tenor_months": 12,
        "payees": [PayeeRequest.example],
        "promise": PromiseRequest.example,
    }

    occupation: str = Field(max_length=5, description="a code of `occupations` in `GET /meta`")
    role: Role = Field(description="what the owner is in the business")
    industry: str = Field(max_length=2, description="a division of `industries` in `GET /meta`")
    purpose: str = Field(max_length=64, description="a code of `GET /purposes`")
    purpose_text: Text = Field(
        default="", max_length=200, description="the purpose in words; needed for `other`"
    )
    amount_fen: int = Field(gt=0, description="integer fen, of a product for the purpose")
    tenor_months: int = Field(gt=0, description="of a product for the purpose: `GET /products`")
    payees: list[PayeeRequest] = Field(
        default_factory=list, max_length=100, description="whom it is to be paid to, if known"
    )
    promise: PromiseRequest = Field(description="the promise on the use of the loan")


class DeclarationResponse(ApiResponse):
    """A declaration that is kept."""

    example: ClassVar[Example] = {
        "id": DECLARATION_ID,
        "occupation": "10600",
        "role": "owner",
        "industry": "62",
        "purpose": "stock_of_goods",
        "amount_fen": 5_000_000,
        "tenor_months": 12,
        "made_at": "2026-11-28T04:10:00Z",
    }

    id: UUID = Field(description="apply with it")
    occupation: str = Field(description="as declared")
    role: Role = Field(description="as declared")
    industry: str = Field(description="as declared")
    purpose: str = Field(description="as declared")
    amount_fen: int = Field(description="as declared, fen")
    tenor_months: int = Field(description="as declared, months")
    made_at: datetime = Field(description="when it was declared and promised")


class WayResponse(ApiResponse):
    """A way to repay."""

    example: ClassVar[Example] = {"code": "equal_instalments", "name": "等额本息"}

    code: Repayment = Field(description="what requests carry")
    name: str = Field(description="in the language of the answer")


class ProductResponse(ApiResponse):
    """What is lent under one name."""

    example: ClassVar[Example] = {
        "code": "working_capital",
        "name": "流动资金贷款",
        "purposes": ["stock_of_goods", "rent", "other"],
        "min_fen": 1_000_000,
        "max_fen": 30_000_000,
        "tenors_months": [3, 6, 12, 24],
        "ways": [WayResponse.example],
        "guarantee_bp": 0,
        "channel": "online",
        "on_request": False,
    }

    code: ProductCode = Field(description="what requests carry")
    name: str = Field(description="in the language of the answer")
    purposes: list[str] = Field(description="codes of `GET /purposes`")
    min_fen: int = Field(description="the least amount, fen")
    max_fen: int = Field(description="the greatest amount, fen")
    tenors_months: list[int] = Field(description="tenors, months")
    ways: list[WayResponse] = Field(description="ways to repay, the usual one first")
    guarantee_bp: int = Field(
        description="the guarantor's fee, hundredths of a percent of what is owed, a year"
    )
    channel: ProductChannel = Field(
        description="`offline_check`: a person of the lender looks before money is paid"
    )
    on_request: bool = Field(description="only for who asks for this product")


class ProductsResponse(ApiResponse):
    """What is lent."""

    example: ClassVar[Example] = {"products": [ProductResponse.example]}

    products: list[ProductResponse] = Field(description="by the policy in force")


class LoanPurposeResponse(ApiResponse):
    """A purpose that a loan may have."""

    example: ClassVar[Example] = {
        "code": "other",
        "name": "其他",
        "needs_text": True,
        "products": ["working_capital"],
    }

    code: str = Field(description="what a declaration carries")
    name: str = Field(description="in the language of the answer")
    needs_text: bool = Field(description="whether `purpose_text` has to tell it")
    products: list[ProductCode] = Field(description="lent for it, the usual one first")


class PromiseResponse(ApiResponse):
    """The promise on the use of a loan, in the language of the answer."""

    example: ClassVar[Example] = {
        "version": PROMISE.version,
        "sha256": PROMISE.sha256,
        "text": PROMISE.text,
    }

    version: str = Field(description="send it with the declaration")
    sha256: str = Field(description="of the text's UTF-8 bytes, hex; send it with the declaration")
    text: str = Field(description="Markdown: show it before the owner declares")


class PurposesResponse(ApiResponse):
    """What a loan may be for."""

    example: ClassVar[Example] = {
        "purposes": [LoanPurposeResponse.example],
        "promise": PromiseResponse.example,
    }

    purposes: list[LoanPurposeResponse] = Field(description="by the policy in force")
    promise: PromiseResponse = Field(description="what a declaration promises")
