"""Declarations, applications and offers as their owner sees them."""

from __future__ import annotations

from collections.abc import Sequence

from app.messages.words import FILES, Section, Words
from app.schemas.loans import (
    ApplicationResponse,
    DeclarationResponse,
    LoanPurposeResponse,
    OfferResponse,
    ProductResponse,
    ProductsResponse,
    PromiseResponse,
    PurposesResponse,
    WayResponse,
)
from loans.credit.application import DecidedApplication
from loans.declaration.declare import OTHER, Purposes
from loans.models import Declaration, Offer
from loans.terms.product import Product


def present_declaration(declaration: Declaration) -> DeclarationResponse:
    """A declaration that was accepted."""
    return DeclarationResponse.model_validate(declaration)


def present_purposes(purposes: Purposes, words: Words) -> PurposesResponse:
    """What may be declared, and the promise in the language of the answer."""
    language = FILES[words.language]
    text = next(one for one in purposes.promises if one.language == language)
    return PurposesResponse(
        purposes=[
            LoanPurposeResponse(
                code=code,
                name=words.name(Section.PURPOSES, code),
                needs_text=code == OTHER,
                products=[product.code for product in fitting],
            )
            for code, fitting in purposes.products.items()
        ],
        promise=PromiseResponse(version=text.version, sha256=text.sha256, text=text.text),
    )


def present_products(products: Sequence[Product], words: Words) -> ProductsResponse:
    """What is lent; what is expected to be lost stays inside."""
    return ProductsResponse(
        products=[
            ProductResponse(
                code=product.code,
                name=words.name(Section.PRODUCTS, product.code),
                purposes=list(product.purposes),
                min_fen=product.min_fen,
                max_fen=product.max_fen,
                tenors_months=list(product.tenors),
                ways=[
                    WayResponse(code=way, name=words.name(Section.REPAYMENTS, way))
                    for way in product.ways
                ],
                guarantee_bp=product.guarantee_bp,
                channel=product.channel,
                on_request=product.on_request,
            )
            for product in products
        ]
    )


def present_application(decided: DecidedApplication) -> ApplicationResponse:
    """An application and its offer; reasons and score stay inside."""
    application, offer = decided.application, decided.offer
    return ApplicationResponse(
        id=application.id,
        state=application.state,
        amount_fen=application.amount_fen,
        tenor_months=application.tenor_months,
        offer=present_offer(offer) if offer else None,
    )


def present_offer(offer: Offer) -> OfferResponse:
    """An offer's terms."""
    return OfferResponse.model_validate(offer)
