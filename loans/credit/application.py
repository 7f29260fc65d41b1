"""What an approved owner does to get a loan: declare, apply, accept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from audit import writer as log
from kyc.verification import voice as calls
from kyc.services import Desk, by
from kyc.identity import VerifiedIdentity, verified_identity
from kyc.onboarding.models import Applicant, Listed
from loans.policy import LoanPolicy, loan_policy
from loans.terms.price import annual_rate_bp, instalment_fen
from loans.profile.industry import declaration_faults, industry_of
from loans.credit.scorer import RiskScorer, Score, ScoringRequest
from loans.models import Application, Assessment, Declaration, Offer
from storage.database import new_id, utc_now
from storage.failures import Conflict, Invalid, NotFound, Refused


class IdentityNotVerified(Refused):
    code = "identity_not_verified"
    detail = "请先完成开户。Open your account first."


class PurposeUnknown(Invalid):
    code = "purpose_unknown"
    detail = "请选择列表中的职业和用途。Choose an occupation and a purpose from the list."


class PurposeForbidden(Refused):
    code = "purpose_forbidden"
    keeps = True
    detail = "该用途不在贷款范围内：贷款只能用于生产经营。This loan is for your business only."


class DeclarationContradicted(Refused):
    code = "declaration_contradicts_profile"
    keeps = True
    detail = (
        "您申报的职业或用途与营业执照不符，请更正，或上传能说明情况的材料。"
        "What you declared does not fit your licence: correct it, or ask for a review."
    )


class AmountOutsideLimits(Invalid):
    code = "amount_outside_limits"
    detail = "请调整金额或期限。Choose an amount and a tenor within the limits."


class ApplicationUnderWay(Conflict):
    code = "application_under_way"
    detail = (
        "您已有一笔申请或贷款。You have an offer or a loan already: accept it, or let it expire."
    )


class OfferUnavailable(Conflict):
    code = "offer_unavailable"
    detail = "报价已过期或已接受。This offer has expired or was accepted already."


@dataclass(frozen=True)
class Declare:
    occupation: str
    purpose: str


@dataclass(frozen=True)
class Apply:
    declaration_id: UUID
    amount_fen: int
    tenor_months: int


def declare(session: Session, desk: Desk, applicant_id: UUID, command: Declare) -> Declaration:
    """Keep a declaration that fits the profile; refuse, and remember, one that does not."""
    policy = loan_policy(desk.policy)
    identity = _identity(session, desk, applicant_id)
    known = {*policy.purposes, *policy.forbidden_purposes}
    if command.purpose not in known or command.occupation not in policy.industries:
        raise PurposeUnknown
    faults = declaration_faults(command.occupation, command.purpose, identity, policy)
    if faults:
        log.record(
            session,
            by(applicant_id),
            "declaration.refused",
            applicant_id,
            onboarding_id=identity.onboarding_id,
            occupation=command.occupation,
            purpose=command.purpose,
            faults=faults,
        )
        raise PurposeForbidden if "purpose_forbidden" in faults else DeclarationContradicted
    declaration = Declaration(
        id=new_id(),
        applicant_id=applicant_id,
        occupation=command.occupation,
        purpose=command.purpose,
    )
    session.add(declaration)
    log.record(
        session,
        by(applicant_id),
        "declaration.made",
        declaration.id,
        onboarding_id=identity.onboarding_id,
        occupation=command.occupation,
        purpose=command.purpose,
    )
    return declaration


def apply_for_loan(
    session: Session, desk: Desk, scorer: RiskScorer, applicant_id: UUID, command: Apply
) -> tuple[Application, Offer | None]:
    """Screen, score and price an application; the offer is None when it is declined."""
    policy = loan_policy(desk.policy)
    identity = _identity(session, desk, applicant_id)
    session.get_one(Applicant, applicant_id, with_for_update=True)  # two requests make one
    if _under_way(session, applicant_id):
        raise ApplicationUnderWay
    declaration = session.get(Declaration, command.declaration_id)
    if declaration is None or declaration.applicant_id != applicant_id:
        raise NotFound
    within = policy.least_fen <= command.amount_fen <= policy.most_fen
    if not within or command.tenor_months not in policy.tenors:
        raise AmountOutsideLimits
    reasons = ["listed"] if _is_listed(session, identity) else []
    score = scorer.score(_request(identity, command, policy))
    if not score.approved:
        reasons.append("risk_too_high")
    application = Application(
        id=new_id(),
        applicant_id=applicant_id,
        declaration_id=declaration.id,
        amount_fen=command.amount_fen,
        tenor_months=command.tenor_months,
        state="declined" if reasons else "offered",
        reasons=reasons,
        policy_version=desk.policy.version,
    )
    session.add(application)
    session.flush()
    offer = None if reasons else _offer(application, score, policy)
    session.add_all([_assessment(application, score), *([offer] if offer else [])])
    log.record(
        session,
        by(applicant_id),
        "application.decided",
        application.id,
        onboarding_id=identity.onboarding_id,
        state=application.state,
        reasons=reasons,
        policy=desk.policy.version,
    )
    return application, offer


def own_application(
    session: Session, applicant_id: UUID, application_id: UUID
) -> tuple[Application, Offer | None]:
    application = session.get(Application, application_id)
    if application is None or application.applicant_id != applicant_id:
        raise NotFound
    offer = session.scalar(sa.select(Offer).where(Offer.application_id == application.id))
    return application, offer


def accept_offer(
    session: Session, desk: Desk, applicant_id: UUID, offer_id: UUID, claim_id: UUID | None
) -> Offer:
    """Take an offer, confirmed by the owner's voice: a stolen phone takes no money.

    Raises `kyc.calls.VoiceUnverified`, `OfferUnavailable`.
    """
    offer = session.get(Offer, offer_id, with_for_update=True)
    if offer is None:
        raise NotFound
    application, _ = own_application(session, applicant_id, offer.application_id)
    if offer.accepted_at is not None or offer.expires_at <= utc_now():
        raise OfferUnavailable
    calls.spend(session, desk, applicant_id, claim_id, calls.OFFER)
    offer.accepted_at, application.state = utc_now(), "accepted"
    log.record(
        session,
        by(applicant_id),
        "offer.accepted",
        offer.id,
        principal_fen=offer.principal_fen,
        annual_rate_bp=offer.annual_rate_bp,
    )
    return offer


def _identity(session: Session, desk: Desk, applicant_id: UUID) -> VerifiedIdentity:
    identity = verified_identity(session, desk, applicant_id)
    if identity is None:
        raise IdentityNotVerified
    return identity


def _under_way(session: Session, applicant_id: UUID) -> bool:
    """Whether a loan was accepted or an offer stands: nobody borrows twice on one assessment."""
    stands = sa.or_(Offer.accepted_at.is_not(None), Offer.expires_at > utc_now())
    query = sa.select(Offer.id).join(Application, Application.id == Offer.application_id)
    theirs = query.where(Application.applicant_id == applicant_id, stands)
    return session.scalar(theirs.limit(1)) is not None


def _is_listed(session: Session, identity: VerifiedIdentity) -> bool:
    values = (("id_number", identity.number_blind), ("credit_code", identity.code_blind))
    return any(session.get(Listed, value) is not None for value in values)


def _request(identity: VerifiedIdentity, command: Apply, policy: LoanPolicy) -> ScoringRequest:
    days = (utc_now().date() - identity.founded).days if identity.founded else 0
    return ScoringRequest(
        years_in_business=days / 365.25,
        limited_company="有限责任公司" in identity.business_type,
        industry=industry_of(identity, policy),
        amount_fen=command.amount_fen,
        tenor_months=command.tenor_months,
    )


def _assessment(application: Application, score: Score) -> Assessment:
    return Assessment(
        application_id=application.id,
        scorer=score.scorer,
        score=score.points,
        approved=score.approved,
    )


def _offer(application: Application, score: Score, policy: LoanPolicy) -> Offer:
    rate = annual_rate_bp(score.points, policy.price)
    amount, months = application.amount_fen, application.tenor_months
    return Offer(
        id=new_id(),
        application_id=application.id,
        principal_fen=amount,
        tenor_months=months,
        annual_rate_bp=rate,
        instalment_fen=instalment_fen(amount, rate, months),
        expires_at=utc_now() + timedelta(days=policy.offer_valid_days),
    )
