"""The five people of the demo, and the outcome that is expected for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.reasons import Reason
from demo.actor import Clip, ClipActor
from demo.applicant import (
    MAX_ATTEMPTS,
    DemoApplicant,
    Outcome,
    film,
    onboard,
    outcome_of,
    photograph_documents,
    send_all_but_face,
)
from demo.borrower import apply_while_scorer_is_dead, apply_with_trade, borrow
from demo.documents import Business, Person
from demo.material import Material
from demo.phone import Answer, Need, Phone
from demo.server import Server
from kyc.analysis.challenges import ChallengeKind
from kyc.evidence.types import FACE_VIDEO
from kyc.onboarding.states import Decision
from loans.declaration.declare import PurposeForbidden

# At the end of the replayed clip: one that ends before a longer challenge does is no try at it.
REPLAY_REST_S = 3.5
OWNER = Person("林知夏", "男", (1988, 3, 14), 21)
NOODLES = Business(
    "样例市知夏面馆", "个体工商户", "林知夏", ("餐饮服务；食品销售（仅销售预包装食品）。",),
    "2018年04月12日", 1000021,
)  # fmt: skip
REPLAYED_OWNER = Person("林知夏", "男", (1988, 3, 14), 33)
RIVAL = Business(
    "样例市晨光面馆", "个体工商户", "林知夏", ("餐饮服务；小吃店经营。",),
    "2019年08月08日", 1000033,
)  # fmt: skip
LAPSED_OWNER = Person("周晓岚", "男", (1985, 7, 2), 44)
LAPSED = Business(
    "样例市晓岚小吃店", "个体工商户", "周晓岚", ("餐饮服务；小吃店经营。",),
    "2014年05月20日", 1000044, "2014年05月20日至2024年05月19日",
)  # fmt: skip
ONLINE = Business(
    "样例市云朵网店", "个体工商户", "林知夏", ("服装服饰互联网销售；日用百货互联网销售。",),
    "2021年09月01日", 1000055,
)  # fmt: skip


@dataclass(frozen=True)
class Persona:
    """Somebody of the demo; `run` lets them try, and says whether the outcome was the expected."""

    name: str
    expected: str
    run: Callable[[Phone, Material, Persona, Server], Outcome]


def applicant_of(
    material: Material, person: Person, business: Business, face: Clip, number: int
) -> DemoApplicant:
    """An applicant with a face and documents; the owner's card bears the owner's portrait."""
    actor = ClipActor(face, material.motion, number)
    holder = ClipActor(material.owner, material.motion, number) if person is OWNER else actor
    photos = photograph_documents(material.printer, person, business, holder, number)
    return DemoApplicant(number, photos, actor)


def _honest_owner(phone: Phone, material: Material, who: Persona, _: Server) -> Outcome:
    """Opens an account, is offered more for bills and statements, and accepts an offer by voice."""
    applicant = applicant_of(material, OWNER, NOODLES, material.owner, 1)
    outcome = onboard(phone, material, applicant, who.name, who.expected)
    phone.read_promise()
    need = Need("stock_of_goods", 15_000_000, 12)
    decided, more = apply_with_trade(phone, OWNER.name, need)
    loan = borrow(phone, material, decided)
    if loan.offers:
        outcome.offer_annual_rate = loan.offers[0]["annual_rate_bp"] / 10_000
    approved = outcome.decision == Decision.APPROVED
    outcome.as_expected = approved and more and loan.as_expected
    return outcome


def _lapsed_licence(phone: Phone, material: Material, who: Persona, _: Server) -> Outcome:
    """An honest owner whose licence has expired."""
    applicant = applicant_of(material, LAPSED_OWNER, LAPSED, material.stranger, 4)
    outcome = onboard(phone, material, applicant, who.name, who.expected)
    outcome.as_expected = outcome.decision == Decision.REVIEW and outcome.reasons == [
        Reason.LICENCE_EXPIRED
    ]
    return outcome


def _stranger(phone: Phone, material: Material, who: Persona, _: Server) -> Outcome:
    """Another face with the owner's documents."""
    applicant = applicant_of(material, OWNER, NOODLES, material.stranger, 2)
    outcome = onboard(phone, material, applicant, who.name, who.expected)
    outcome.as_expected = (
        outcome.decision == Decision.DECLINED and Reason.FACE_MISMATCH in outcome.reasons
    )
    return outcome


def _replayer(phone: Phone, material: Material, who: Persona, _: Server) -> Outcome:
    """The owner's face, in a clip recorded for another challenge than those it answers."""
    applicant = applicant_of(material, REPLAYED_OWNER, RIVAL, material.owner, 3)
    began = send_all_but_face(phone, material, applicant)
    recorded = film(phone, applicant.actor, REPLAY_REST_S)[1]
    view: Answer = {}
    for attempt in range(MAX_ATTEMPTS):
        # Each replay is a few bytes longer, so that it is not known by its bytes alone.
        challenge = phone.challenge(ChallengeKind.FACE)
        replay = recorded + bytes(attempt)
        phone.send(FACE_VIDEO.kind, replay, challenge["id"], wait=False)
        view = phone.result()
    outcome = outcome_of(phone, who.name, who.expected, view, began)
    outcome.as_expected = (
        outcome.decision == Decision.DECLINED and Reason.LIVENESS_ATTEMPTS_USED in outcome.reasons
    )
    return outcome


def _second_loan(phone: Phone, material: Material, who: Persona, server: Server) -> Outcome:
    """The honest owner again, with a second business.

    Money for what it is not for is refused; a loan is asked for while the risk scorer is dead.
    """
    applicant = applicant_of(material, OWNER, ONLINE, material.owner, 1)
    outcome = onboard(phone, material, applicant, who.name, who.expected)
    phone.read_promise()
    forbidden = phone.declare(Need("stocks", 5_000_000, 12, industry="52")).get("code")
    need = Need("stock_of_goods", 3_000_000, 6, industry="52")
    decided = apply_while_scorer_is_dead(phone, server, need)
    outcome.as_expected = (
        outcome.decision == Decision.APPROVED and forbidden == PurposeForbidden.code and decided
    )
    outcome.reasons = [str(forbidden)]
    return outcome


PERSONAS = (
    Persona("honest owner", Decision.APPROVED, _honest_owner),
    Persona("lapsed licence", Decision.REVIEW, _lapsed_licence),
    Persona("stranger with the owner's card", Decision.DECLINED, _stranger),
    Persona("replayed clip", Decision.DECLINED, _replayer),
    Persona("wrong purpose, then a dead scorer", "offered later", _second_loan),
)
