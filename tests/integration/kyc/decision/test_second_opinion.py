"""Two networks compare the card's portrait; dlib is asked of it where it can change the answer."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from uuid import UUID

import pytest
import sqlalchemy as sa

import kyc.jobs
from access.models import Applicant as Account
from app.services import Services
from audit.actions import Action
from core.reasons import Reason
from kyc.analysis.analyser import OtherFace
from kyc.analysis.findings import UNTIL_DECISION, Finding, TemplateKind
from kyc.decision.models import Check, CrossCheck
from kyc.decision.record import record_finding
from kyc.evidence.models import Evidence, Template
from kyc.evidence.repository import open_template
from kyc.evidence.states import EvidenceState
from kyc.evidence.types import FACE_VIDEO, ID_CARD_FRONT, LICENCE
from kyc.face.embedding import FaceTemplate
from kyc.jobs import load_evidence
from kyc.onboarding.models import Onboarding
from kyc.onboarding.states import Decision
from kyc.policy import FacePolicy
from ocr.document_types import ID_NUMBER
from privacy.destruction import digest_of
from tests.support.faces import at_ratio
from tests.support.factories import Applicant, applicant, onboarded, reread, started, submitted
from tests.support.findings import OWNER, face
from tests.support.jobs import analyses, work_off
from tests.support.log import events
from tests.support.policy import POLICY
from tests.support.takes import card_take

RULES = POLICY.section(FacePolicy)
WITHIN = (RULES.match_llr + RULES.second_below_llr) / 2
WHOLE = face(OWNER.seed)
UNASKED = replace(WHOLE, dlib=None)
CROP = bytes(range(250)) * 270
CARD = replace(OWNER.front(), portrait=UNASKED.packed(), portrait_crop=CROP)
WITHOUT_NUMBER = replace(
    card_take(Reason.GLARE, without=(ID_NUMBER,)), portrait=UNASKED.packed(), portrait_crop=CROP
)
WITHOUT_PORTRAIT = card_take(Reason.PORTRAIT_UNCLEAR, seed=None)
DECLINING = Reason.VIDEO_REUSED
REFERENCES = set(TemplateKind) - UNTIL_DECISION


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


def test_crop_and_opinion_are_destroyed_with_the_decision(services: Services) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    card = analysed(owner, onboarding, ID_CARD_FRONT.kind, CARD)
    video = analysed(owner, onboarding, FACE_VIDEO.kind, shown(WITHIN, WHOLE))
    assert kinds_kept(services) >= UNTIL_DECISION
    with services.reading() as context:
        ids = [(card, TemplateKind.PORTRAIT_CROP), (video, TemplateKind.PORTRAIT_SECOND)]
        rows = [f"templates:{context.session.get_one(Template, one).row}" for one in ids]
    finished(owner, onboarding, without={ID_CARD_FRONT.kind, FACE_VIDEO.kind})
    assert reread(services, onboarding).decision is Decision.APPROVED
    assert kinds_kept(services) == REFERENCES
    (event,) = events(services, Action.DATA_DESTROYED)
    assert event.applicant_id == owner.id
    assert event.data == {
        "cause": "decided",
        "kind": "second_opinions",
        "rows": 2,
        "files": 0,
        "keys": [],
        "digest": digest_of(rows),
    }


def test_a_decision_without_a_crop_destroys_nothing(services: Services) -> None:
    onboarded(applicant(services))
    assert events(services, Action.DATA_DESTROYED) == []


def test_a_crop_of_the_card_that_comes_last_is_not_left(services: Services) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    analysed(owner, onboarding, FACE_VIDEO.kind, shown(RULES.second_below_llr + 1))
    finished(owner, onboarding, without={ID_CARD_FRONT.kind, FACE_VIDEO.kind})
    assert reread(services, onboarding).decision is None
    analysed(owner, onboarding, ID_CARD_FRONT.kind, CARD)
    assert reread(services, onboarding).decision is Decision.APPROVED
    assert kinds_kept(services) == REFERENCES


def test_no_crop_is_left_by_an_early_decline(services: Services) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    analysed(owner, onboarding, ID_CARD_FRONT.kind, CARD)
    analysed(owner, onboarding, FACE_VIDEO.kind, OWNER.face_video(DECLINING))
    assert reread(services, onboarding).decision is Decision.DECLINED
    assert kinds_kept(services).isdisjoint(UNTIL_DECISION)


def test_a_finding_after_the_decision_leaves_no_crop(services: Services) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    card = submitted(owner, onboarding, ID_CARD_FRONT.kind)
    declined = submitted(owner, onboarding, FACE_VIDEO.kind)
    analyses(services)  # has the services know the models
    with services.transaction() as context:
        record_finding(context, declined, OWNER.face_video(DECLINING))
    assert reread(services, onboarding).decision is Decision.DECLINED
    with services.transaction() as context:
        record_finding(context, card, CARD)
    assert kinds_kept(services).isdisjoint(UNTIL_DECISION)


def test_the_second_analysis_gets_the_face_of_the_first(services: Services) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    front = submitted(owner, onboarding, ID_CARD_FRONT.kind)
    assert other_face(services, front) is None
    work_off(services, {ID_CARD_FRONT.kind: CARD})
    video = submitted(owner, onboarding, FACE_VIDEO.kind)
    assert other_face(services, video) == OtherFace(UNASKED.packed(), CROP)
    work_off(services, {FACE_VIDEO.kind: shown(WITHIN, WHOLE)})
    again = submitted(owner, onboarding, ID_CARD_FRONT.kind, b"another photo")
    face_shown = at_ratio(WHOLE, RULES.fusion, WITHIN).packed()
    assert other_face(services, again) == OtherFace(face_shown, None)
    assert other_face(services, submitted(owner, onboarding, LICENCE.kind)) is None


def test_no_face_is_opened_without_the_consent_to_biometrics(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even where the face of the video is still there."""
    owner = applicant(services)
    onboarding = started(owner)
    analysed(owner, onboarding, FACE_VIDEO.kind, OWNER.face_video())
    card = submitted(owner, onboarding, ID_CARD_FRONT.kind)
    assert other_face(services, card) is not None
    monkeypatch.setattr(kyc.jobs, "is_consented", lambda *_: False)
    assert other_face(services, card) is None


def test_a_portrait_that_does_not_open_ends_no_video(services: Services) -> None:
    """The decision then goes to a person."""
    owner = applicant(services)
    onboarding = started(owner)
    front = analysed(owner, onboarding, ID_CARD_FRONT.kind, CARD)
    damaged(services, front, TemplateKind.PORTRAIT)
    assert other_face(services, submitted(owner, onboarding, FACE_VIDEO.kind)) is None


def test_a_crop_that_does_not_open_leaves_the_portrait(services: Services) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    front = analysed(owner, onboarding, ID_CARD_FRONT.kind, CARD)
    damaged(services, front, TemplateKind.PORTRAIT_CROP)
    video = submitted(owner, onboarding, FACE_VIDEO.kind)
    assert other_face(services, video) == OtherFace(UNASKED.packed(), None)


def test_a_portrait_of_an_earlier_photo_brings_its_crop(services: Services) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    analysed(owner, onboarding, ID_CARD_FRONT.kind, WITHOUT_NUMBER)
    second = analysed(owner, onboarding, ID_CARD_FRONT.kind, WITHOUT_PORTRAIT)
    assert opened(owner, second, TemplateKind.PORTRAIT_CROP) == CROP


def test_a_portrait_of_an_earlier_photo_comes_without_a_crop_that_does_not_open(
    services: Services,
) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    first = analysed(owner, onboarding, ID_CARD_FRONT.kind, WITHOUT_NUMBER)
    damaged(services, first, TemplateKind.PORTRAIT_CROP)
    second = analysed(owner, onboarding, ID_CARD_FRONT.kind, WITHOUT_PORTRAIT)
    assert opened(owner, second, TemplateKind.PORTRAIT) == UNASKED.packed()
    assert opened(owner, second, TemplateKind.PORTRAIT_CROP) is None
    with services.reading() as context:
        assert context.session.get_one(Evidence, second).state is EvidenceState.ACCEPTED


def finished(owner: Applicant, onboarding: UUID, without: Collection[str]) -> None:
    """Send and analyse what an onboarding needs, without some kinds."""
    findings = OWNER.findings()
    for kind in findings.keys() - set(without):
        submitted(owner, onboarding, kind)
    work_off(owner.services, findings)


def damaged(services: Services, evidence: UUID, kind: TemplateKind) -> None:
    """Have a template open no more."""
    with services.transaction() as context:
        context.session.get_one(Template, (evidence, kind)).sealed = b"damaged"


def opened(owner: Applicant, evidence: UUID, kind: TemplateKind) -> bytes | None:
    """A template of a piece of evidence."""
    with owner.services.reading() as context:
        account = context.session.get_one(Account, owner.id)
        return open_template(context, account, evidence, kind)


def analysed(owner: Applicant, onboarding: UUID, kind: str, finding: Finding) -> UUID:
    """Evidence that was analysed with a finding."""
    evidence = submitted(owner, onboarding, kind)
    work_off(owner.services, {kind: finding})
    return evidence


def other_face(services: Services, evidence: UUID) -> OtherFace | None:
    """The other face that the analysis of evidence gets."""
    with services.transaction() as context:
        work = load_evidence(context, evidence)
    assert work is not None
    return work.sample.other_face
