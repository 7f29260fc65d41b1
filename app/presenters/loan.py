"""Declarations, applications and offers as their owner sees them."""

from __future__ import annotations

from collections.abc import Sequence

from app.messages.words import FILES, Section, Words, shown_reasons
from app.schemas.declarations import (
    DeclarationResponse,
    LoanPurposeResponse,
    ProductResponse,
    ProductsResponse,
    PromiseResponse,
    PurposesResponse,
    WayResponse,
)
from app.schemas.loans import (
    AnswerResponse,
    ApplicationResponse,
    ImprovementResponse,
    InstalmentResponse,
    OfferResponse,
    QuestionResponse,
    RatePartsResponse,
    ScheduleResponse,
    TermsResponse,
)
from core.money import Fen, yuan
from loans.credit.application import ApplicationView, OpenQuestion
from loans.credit.decide import OfferedTerms, Outcome
from loans.declaration.declare import OTHER, Purposes
from loans.models import Declaration, Offer
from loans.offers.acceptance import OfferSchedule
from loans.states import ApplicationState
from loans.terms.options import Bound
from loans.terms.product import Product

RAISED = "raised"


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


def present_application(view: ApplicationView, words: Words) -> ApplicationResponse:
    """An application with its offers; the score and the probability of default stay inside."""
    application, outcome = view.application, view.outcome
    declined = application.state is ApplicationState.DECLINED
    return ApplicationResponse(
        id=application.id,
        state=application.state,
        product=application.product,
        amount_fen=application.amount_fen,
        tenor_months=application.tenor_months,
        repayment=application.repayment,
        reasons=shown_reasons(application.reasons),
        advice=words.advice(application.reasons),
        would_help=words.help(view.scorer_reasons),
        question=_question(view.question, words),
        bound_by=outcome.bound_by if outcome else None,
        limit_advice=_limit_advice(outcome, words),
        offers=[present_offer(offer) for offer in view.offers],
        improvements=[
            ImprovementResponse(change=one.change, gains=list(one.gains), terms=_terms(one.terms))
            for one in (outcome.improvements if outcome else ())
        ],
        person_may_be_asked=declined and application.review_asked_at is None,
        made_at=application.made_at,
        decided_at=application.decided_at,
    )


def _limit_advice(outcome: Outcome | None, words: Words) -> list[str]:
    """What verified takings added, and why no more is offered than is."""
    if outcome is None:
        return []
    advice = []
    if outcome.raised_from_fen is not None:
        amounts = {
            "offered_yuan": yuan(Fen(outcome.offers[0].principal_fen)),
            "before_yuan": yuan(Fen(outcome.raised_from_fen)),
        }
        advice.append(words.sentence(Section.LIMITS, RAISED, amounts))
    if outcome.bound_by is not None and outcome.bound_by is not Bound.ASKED:
        advice.append(words.sentence(Section.LIMITS, outcome.bound_by))
    return advice


def _question(asked: OpenQuestion | None, words: Words) -> QuestionResponse | None:
    if asked is None:
        return None
    return QuestionResponse(
        code=asked.question,
        text=words.name(Section.QUESTIONS, asked.question),
        answers=[
            AnswerResponse(code=code, text=words.name(Section.ANSWERS, code))
            for code in asked.answers
        ],
        expires_at=asked.expires_at,
    )


def present_offer(offer: Offer) -> OfferResponse:
    """An offer's terms."""
    return OfferResponse(
        id=offer.id,
        state=offer.state,
        principal_fen=offer.principal_fen,
        tenor_months=offer.tenor_months,
        repayment=offer.repayment,
        annual_rate_bp=offer.annual_rate_bp,
        rate_parts=RatePartsResponse(**offer.rate_parts) if offer.rate_parts else None,
        instalment_fen=offer.instalment_fen,
        interest_fen=offer.interest_fen,
        fee_fen=offer.fee_fen,
        irr_bp=offer.irr_bp,
        simple_rate_bp=offer.simple_rate_bp,
        expires_at=offer.expires_at,
        accepted_at=offer.accepted_at,
    )


def present_schedule(schedule: OfferSchedule) -> ScheduleResponse:
    """The instalments of an offer."""
    instalments = [InstalmentResponse.model_validate(one) for one in schedule.instalments]
    return ScheduleResponse(paid_out_on=schedule.paid_out_on, instalments=instalments)


def _terms(terms: OfferedTerms) -> TermsResponse:
    values = terms.model_dump(exclude={"rate_parts", "guarantee_bp"})
    return TermsResponse(**values, rate_parts=RatePartsResponse(**terms.rate_parts))
