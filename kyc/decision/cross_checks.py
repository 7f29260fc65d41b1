"""Questions across the evidence of one onboarding, and against everybody else's."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from access.models import Applicant
from core.clock import full_years
from core.reasons import Reason
from kyc.analysis.findings import TemplateKind
from kyc.analysis.likeness import match_reasons, measurements_of
from kyc.decision.checks import Answer
from kyc.decision.facts import IdentityCard, Licence, read_card, read_licence
from kyc.decision.models import CrossCheck
from kyc.decision.named import exact_names, told_names
from kyc.decision.places import number_tie, places_tie, sides_differ, sides_tie
from kyc.decision.refusals import refusals_of_face
from kyc.evidence.corrections import open_corrections
from kyc.evidence.models import Evidence
from kyc.evidence.repository import open_facts, open_template
from kyc.evidence.states import EvidenceState
from kyc.evidence.types import FACE_VIDEO, ID_CARD_BACK, ID_CARD_FRONT, LICENCE
from kyc.face.embedding import FaceTemplate, compare
from kyc.lists.matching import Named, matches
from kyc.lists.naming import keep_account_names
from kyc.lists.policy import Effect
from kyc.lists.told import Told
from kyc.onboarding.models import Onboarding
from kyc.policy import FacePolicy, OnboardingPolicy
from kyc.risk.continuity import continuity
from kyc.risk.devices import is_from_two_devices
from kyc.risk.duplicate_faces import faces_of_others
from kyc.risk.holders import holder_reasons
from kyc.risk.velocity import velocity_reasons
from storage.context import Context
from storage.keyring import SealBroken

SHOWN = 5  # onboardings with the same face, to a reviewer


@dataclass(frozen=True)
class Case:
    """An onboarding whose evidence is complete, opened; also names as their owner wrote them."""

    onboarding: Onboarding
    owner: Applicant
    card: IdentityCard
    licence: Licence
    portrait: FaceTemplate | None
    face: FaceTemplate | None
    corrected_names: tuple[str, ...] = ()


def open_case(
    context: Context, onboarding: Onboarding, owner: Applicant, current: Mapping[str, Evidence]
) -> Case:
    """What the evidence in force says, unsealed.

    Raises `SealBroken` where it does not open, and for an accepted document that says nothing:
    none is accepted that could not be read.
    """

    def facts(kind: str) -> dict[str, str]:
        evidence = current[kind]
        if evidence.facts is None and evidence.state == EvidenceState.ACCEPTED:
            raise SealBroken(f"the facts of {evidence.id} are gone")
        return open_facts(context, owner, evidence)

    def face(kind: str, template: TemplateKind) -> FaceTemplate | None:
        if kind not in current:  # waived: its owner asked for a person
            return None
        packed = open_template(context, owner, current[kind].id, template)
        return None if packed is None else FaceTemplate.unpacked(packed)

    return Case(
        onboarding=onboarding,
        owner=owner,
        card=read_card(facts(ID_CARD_FRONT.kind), facts(ID_CARD_BACK.kind)),
        licence=read_licence(facts(LICENCE.kind)),
        portrait=face(ID_CARD_FRONT.kind, TemplateKind.PORTRAIT),
        face=face(FACE_VIDEO.kind, TemplateKind.FACE),
        corrected_names=tuple(one.value for one in open_corrections(context, owner, onboarding.id)),
    )


def cross_check(context: Context, case: Case) -> tuple[Answer, ...]:
    """Every answer across the evidence, in the order in which a reviewer reads them."""
    reasons, counts = velocity_reasons(context, case.onboarding)
    changed, compared = continuity(context, case.owner, case.onboarding)
    return (
        *_person_asked(context, case),
        *_faces(context, case),
        Answer(
            CrossCheck.OWNER_BUSINESS,
            owner_reasons(case.card, case.licence),
            {"tied_by": "name", "place": places_tie(case.card.address, case.licence.address)},
        ),
        Answer(
            CrossCheck.CARD_SIDES,
            sides_reasons(case.card),
            {
                "tied_by": sides_tie(case.card.address, case.card.authority),
                "number_region": number_tie(case.card.number, case.card.address),
            },
        ),
        Answer(CrossCheck.IDENTITY, _identity_reasons(context, case)),
        Answer(CrossCheck.CONTINUITY, changed, compared),
        Answer(CrossCheck.VELOCITY, reasons, counts),
        *_two_devices(context, case),
    )


def _two_devices(context: Context, case: Case) -> tuple[Answer, ...]:
    """Have a person look where face and voice may be two people's."""
    if not is_from_two_devices(context, case.onboarding.id):
        return ()
    return (Answer(CrossCheck.TWO_DEVICES, [Reason.SENT_FROM_TWO_DEVICES]),)


def _person_asked(context: Context, case: Case) -> tuple[Answer, ...]:
    """Have a person look where the owner asked for one; by two, where a face was refused before."""
    if case.onboarding.person_asked_at is None:
        return ()
    refused = refusals_of_face(context, case.onboarding)
    reasons = [Reason.PERSON_ASKED, *([Reason.REFUSED_BEFORE] if refused else [])]
    measured = {"refused": [str(one) for one in refused[:SHOWN]]}
    return (Answer(CrossCheck.PERSON_ASKED, reasons, measured),)


def _faces(context: Context, case: Case) -> tuple[Answer, ...]:
    """Nothing is asked of a face where a person was, unless one was sent before."""
    if case.onboarding.person_asked_at is not None and case.face is None:
        return ()
    match = face_match(context.rules(FacePolicy), case.portrait, case.face)
    return (match, _face_known(context, case))


def face_match(
    rules: FacePolicy, portrait: FaceTemplate | None, face: FaceTemplate | None
) -> Answer:
    """Whether the face in the video is the one on the card."""
    if portrait is None or face is None:
        return Answer(CrossCheck.FACE_MATCH, [Reason.FACE_UNCERTAIN])
    similarity = compare(portrait, face, rules.fusion)
    return Answer(
        CrossCheck.FACE_MATCH, match_reasons(rules, similarity), measurements_of(similarity)
    )


def owner_reasons(card: IdentityCard, licence: Licence) -> list[Reason]:
    """Whether the licence's principal is the holder of the card."""
    return [] if card.name == licence.principal else [Reason.PRINCIPAL_DIFFERS]


def sides_reasons(card: IdentityCard) -> list[Reason]:
    """An identity card is issued by the police of the address that it prints."""
    differ = sides_differ(card.address, card.authority)
    return [Reason.AUTHORITY_DIFFERS] if differ else []


def age_reasons(card: IdentityCard, today: date, rules: OnboardingPolicy) -> list[Reason]:
    """Whether the holder's age, in China today, is one that may borrow."""
    identity = card.identity
    if identity is None or identity.birth is None:
        return [Reason.INCOMPLETE]
    within = rules.min_age <= full_years(identity.birth, today) <= rules.max_age
    return [] if within else [Reason.AGE_OUTSIDE_LIMITS]


def _face_known(context: Context, case: Case) -> Answer:
    if case.face is None:
        return Answer(CrossCheck.FACE_KNOWN, [])  # the face match has said so
    others = faces_of_others(context, case.onboarding, case.face)
    if not others:
        return Answer(CrossCheck.FACE_KNOWN, [])
    shown = [{"onboarding": str(key), "llr": round(ratio, 2)} for key, ratio in others[:SHOWN]]
    measured = {"others": shown, "count": len(others)}
    return Answer(CrossCheck.FACE_KNOWN, [Reason.FACE_KNOWN], measured)


def _identity_reasons(context: Context, case: Case) -> list[Reason]:
    onboarding = case.onboarding
    reasons = age_reasons(case.card, context.today(), context.rules(OnboardingPolicy))
    reasons += holder_reasons(context, onboarding)
    told = told_names(case.card, case.licence, case.corrected_names)
    keep_account_names(context, onboarding, told)
    return [*reasons, *list_reasons(context, onboarding, told)]


def list_reasons(context: Context, onboarding: Onboarding, told: Collection[Told]) -> list[Reason]:
    """`listed` for who is not served; `list_hit` where a person has to look first."""
    owner = context.session.get_one(Applicant, onboarding.applicant_id)
    named = Named(
        onboarding.number_blind,
        onboarding.code_blind,
        owner.phone_blind,
        exact_names(context, told),
        tuple(told),
    )
    effects = {one.effect for one in matches(context, named)}
    if Effect.REFUSE in effects:
        return [Reason.LISTED]
    return [Reason.LIST_HIT] if effects else []
