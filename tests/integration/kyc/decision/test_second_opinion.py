"""Two networks compare the card's portrait; dlib is asked of it where it can change the answer."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
import sqlalchemy as sa

from access.models import Applicant as Account
from app.services import Services
from core.reasons import Reason
from kyc.analysis.analyser import OtherFace
from kyc.analysis.findings import Finding, TemplateKind
from kyc.decision.models import Check, CrossCheck
from kyc.evidence.models import Template
from kyc.evidence.repository import open_template
from kyc.evidence.types import FACE_VIDEO, ID_CARD_FRONT, LICENCE
from kyc.face.embedding import FaceTemplate
from kyc.jobs import load_evidence
from kyc.onboarding.models import Onboarding
from kyc.onboarding.states import Decision
from kyc.policy import FacePolicy
from ocr.document_types import ID_NUMBER
from privacy.kinds import ConsentKind
from tests.support.faces import at_ratio
from tests.support.factories import Applicant, applicant, onboarded, reread, started, submitted
from tests.support.findings import OWNER, face
from tests.support.jobs import work_off
from tests.support.policy import POLICY
from tests.support.takes import card_take

RULES = POLICY.section(FacePolicy)
WITHIN = (RULES.match_llr + RULES.second_below_llr) / 2
WHOLE = face(OWNER.seed)
UNASKED = replace(WHOLE, dlib=None)
CROP = bytes(range(250)) * 270
CARD = replace(OWNER.front(), portrait=UNASKED.packed(), portrait_crop=CROP)


def shown(ratio: float, second: FaceTemplate | None = None) -> Finding:
    """A video whose face compares with the portrait at a ratio, and what it asked of it."""
    finding = replace(OWNER.face_video(), face=at_ratio(WHOLE, RULES.fusion, ratio).packed())
    return replace(finding, portrait_second=None if second is None else second.packed())


def decided(services: Services, video: Finding) -> Onboarding:
    findings = {**OWNER.findings(), ID_CARD_FRONT.kind: CARD, FACE_VIDEO.kind: video}
    return onboarded(applicant(services), findings)


def kinds_kept(services: Services) -> set[TemplateKind]:
    with services.reading() as context:
        return set(context.session.scalars(sa.select(Template.kind)))


def distance(services: Services) -> float | None:
    """What the face match measured by dlib."""
    with services.reading() as context:
        asked = sa.select(Check).where(Check.kind == CrossCheck.FACE_MATCH)
        found: float | None = context.session.scalars(asked).one().measurements["second_distance"]
        return found


@pytest.mark.parametrize(
    ("ratio", "second", "reasons", "is_measured"),
    [
        (RULES.second_below_llr + 1, None, [], False),
        (WITHIN, WHOLE, [], True),
        (WITHIN, replace(WHOLE, dlib=face(2).dlib), [Reason.FACE_UNCERTAIN], True),
        (WITHIN, None, [Reason.FACE_UNCERTAIN], False),
        (WITHIN, face(2), [Reason.FACE_UNCERTAIN], False),  # of another portrait, sent before
    ],
)
def test_where_it_is_asked_a_match_needs_it(
    services: Services,
    ratio: float,
    second: FaceTemplate | None,
    reasons: list[Reason],
    is_measured: bool,
) -> None:
    row = decided(services, shown(ratio, second))
    assert row.reasons == reasons
    assert row.decision is (Decision.REVIEW if reasons else Decision.APPROVED)
    assert (distance(services) is not None) == is_measured


def test_the_crop_is_gone_with_the_decision(services: Services) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    analysed(owner, onboarding, ID_CARD_FRONT.kind, CARD)
    assert TemplateKind.PORTRAIT_CROP in kinds_kept(services)
    rest = {**OWNER.findings(), FACE_VIDEO.kind: shown(WITHIN, WHOLE)}
    for kind in rest.keys() - {ID_CARD_FRONT.kind}:
        submitted(owner, onboarding, kind)
    work_off(services, rest)
    assert reread(services, onboarding).decision is Decision.APPROVED
    assert TemplateKind.PORTRAIT_CROP not in kinds_kept(services)
    assert TemplateKind.PORTRAIT in kinds_kept(services)


def test_who_comes_second_is_told_of_the_first(services: Services) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    front = submitted(owner, onboarding, ID_CARD_FRONT.kind)
    assert told(services, front) is None
    work_off(services, {ID_CARD_FRONT.kind: CARD})
    video = submitted(owner, onboarding, FACE_VIDEO.kind)
    assert told(services, video) == OtherFace(UNASKED.packed(), CROP)
    work_off(services, {FACE_VIDEO.kind: shown(WITHIN, WHOLE)})
    again = submitted(owner, onboarding, ID_CARD_FRONT.kind, b"another photo")
    face_shown = at_ratio(WHOLE, RULES.fusion, WITHIN).packed()
    assert told(services, again) == OtherFace(face_shown, None)
    assert told(services, submitted(owner, onboarding, LICENCE.kind)) is None


def test_nothing_is_told_without_the_consent_to_biometrics(services: Services) -> None:
    owner = applicant(services)
    onboarding = started(owner, ConsentKind.TERMS)
    assert told(services, submitted(owner, onboarding, ID_CARD_FRONT.kind)) is None


def test_a_portrait_that_does_not_open_ends_no_video(services: Services) -> None:
    """The decision comes upon it, and gives it to a person."""
    owner = applicant(services)
    onboarding = started(owner)
    front = analysed(owner, onboarding, ID_CARD_FRONT.kind, CARD)
    with services.transaction() as context:
        context.session.get_one(Template, (front, TemplateKind.PORTRAIT)).sealed = b"damaged"
    assert told(services, submitted(owner, onboarding, FACE_VIDEO.kind)) is None


def test_a_portrait_of_an_earlier_photo_brings_its_crop(services: Services) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    first = replace(
        card_take(Reason.GLARE, without=(ID_NUMBER,)), portrait=UNASKED.packed(), portrait_crop=CROP
    )
    analysed(owner, onboarding, ID_CARD_FRONT.kind, first)
    unclear = card_take(Reason.PORTRAIT_UNCLEAR, seed=None)
    second = analysed(owner, onboarding, ID_CARD_FRONT.kind, unclear)
    with services.reading() as context:
        account = context.session.get_one(Account, owner.id)
        assert open_template(context, account, second, TemplateKind.PORTRAIT_CROP) == CROP


def analysed(owner: Applicant, onboarding: UUID, kind: str, finding: Finding) -> UUID:
    """Evidence that was analysed with a finding."""
    evidence = submitted(owner, onboarding, kind)
    work_off(owner.services, {kind: finding})
    return evidence


def told(services: Services, evidence: UUID) -> OtherFace | None:
    """What the analysis of evidence is told of the other face."""
    with services.transaction() as context:
        work = load_evidence(context, evidence)
    assert work is not None
    return work.sample.other_face
