"""A consent is given to the text in force, required, and takes what it allowed with it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.jobs.maintenance import Maintenance
from app.services import Services
from audit.actions import Action
from core.errors import NotFound
from kyc.analysis.challenges import ChallengeKind
from kyc.evidence.models import Evidence, Template, Upload
from kyc.evidence.repository import current_evidence
from kyc.evidence.types import FACE_VIDEO, ID_CARD_FRONT, LICENCE, kinds_with_consent
from kyc.onboarding.challenges import issue_challenge
from kyc.onboarding.consents import GiveConsent, give_consent, withdraw_consent
from kyc.onboarding.start import start_onboarding
from kyc.onboarding.states import Decision
from kyc.onboarding.submit import SubmitEvidence, submit_evidence
from kyc.onboarding.uploads import BeginUpload, begin_upload
from privacy.consents import ConsentMissing, ConsentOutdated, ConsentsUsed, require_consent
from privacy.kinds import ConsentKind
from privacy.policy import ConsentPolicy
from tests.support.clock import MovableClock
from tests.support.factories import Applicant, applicant, onboarded, reread, started, submitted
from tests.support.jobs import work_off
from tests.support.log import events

BIOMETRIC = ConsentKind.BIOMETRIC


def withdrawn(owner: Applicant, onboarding: UUID, kind: ConsentKind = BIOMETRIC) -> None:
    with owner.acting() as context:
        withdraw_consent(context, onboarding, kind)


def templates(services: Services) -> list[Template]:
    with services.reading() as context:
        return list(context.session.scalars(sa.select(Template)))


def test_without_consent_nothing_is_accepted(services: Services) -> None:
    owner = applicant(services)
    with owner.acting() as context:
        onboarding = start_onboarding(context).id
    for kind in (LICENCE, FACE_VIDEO):
        with owner.acting() as context, pytest.raises(ConsentMissing):
            submit_evidence(context, SubmitEvidence(onboarding, kind.kind, b"x"))
    with owner.acting() as context, pytest.raises(ConsentMissing):
        begin_upload(context, BeginUpload(onboarding, LICENCE.kind, 10))
    started(owner, ConsentKind.TERMS)
    submitted(owner, onboarding, LICENCE.kind)


@pytest.mark.parametrize("kind", ConsentKind)
def test_a_consent_names_the_text_that_is_in_force(services: Services, kind: ConsentKind) -> None:
    owner = applicant(services)
    with owner.acting() as context:
        onboarding = start_onboarding(context).id
    with owner.acting() as context, pytest.raises(ConsentOutdated):
        give_consent(context, GiveConsent(onboarding, kind, "2020-01"))
    version = services.parts.policy.section(ConsentPolicy).versions[kind]
    with owner.acting() as context:
        give_consent(context, GiveConsent(onboarding, kind, version))
    (event,) = events(services, Action.CONSENT_GIVEN)
    assert event.data == {"kind": kind, "version": version}


def test_a_withdrawn_consent_takes_face_and_voice_with_it(services: Services) -> None:
    owner, other = applicant(services), applicant(services, "13800000002")
    onboarding = started(owner)
    for kind in (ID_CARD_FRONT, LICENCE, FACE_VIDEO):
        submitted(owner, onboarding, kind.kind)
    work_off(services)
    with owner.acting() as context:
        challenge = issue_challenge(context, onboarding, ChallengeKind.FACE).id
        begin_upload(context, BeginUpload(onboarding, FACE_VIDEO.kind, 10, challenge))
        begin_upload(context, BeginUpload(onboarding, LICENCE.kind, 10))
    assert len(templates(services)) == 2
    with pytest.raises(NotFound):
        withdrawn(other, onboarding)
    withdrawn(owner, onboarding)
    with pytest.raises(NotFound):
        withdrawn(owner, onboarding)
    assert templates(services) == []
    with services.reading() as context:
        assert set(current_evidence(context, onboarding)) == {LICENCE.kind}, "its portrait is gone"
        assert list(context.session.scalars(sa.select(Upload.kind))) == [LICENCE.kind]
        with pytest.raises(ConsentMissing):
            require_consent(context, onboarding, BIOMETRIC)
        require_consent(context, onboarding, ConsentKind.TERMS)
    (event,) = events(services, Action.CONSENT_WITHDRAWN)
    assert (event.onboarding_id, event.data) == (onboarding, {"kind": BIOMETRIC})


def test_what_was_decided_stays_decided_without_its_templates(services: Services) -> None:
    owner = applicant(services)
    onboarding = onboarded(owner)
    assert len(templates(services)) == 4
    withdrawn(owner, onboarding.id)
    assert templates(services) == []
    assert reread(services, onboarding.id).decision is Decision.APPROVED
    with services.reading() as context:
        sent = context.session.scalars(sa.select(Evidence.kind)).all()
        assert set(kinds_with_consent(BIOMETRIC)) <= set(sent)
        assert len(current_evidence(context, onboarding.id)) == len(sent)


def test_withdrawn_after_expiry_nothing_of_the_body_stays_in_force(
    services: Services, clock: MovableClock
) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    submitted(owner, onboarding, FACE_VIDEO.kind)
    work_off(services)
    clock.advance(timedelta(days=1))
    assert Maintenance(services).expire()
    withdrawn(owner, onboarding)
    assert templates(services) == []
    with services.reading() as context:
        assert FACE_VIDEO.kind not in current_evidence(context, onboarding)


def test_a_consent_in_force_is_not_given_again_and_ten_are_enough(services: Services) -> None:
    owner = applicant(services)
    onboarding = started(owner)  # with every consent
    rules = services.parts.policy.section(ConsentPolicy)
    command = GiveConsent(onboarding, BIOMETRIC, rules.versions[BIOMETRIC])
    with owner.acting() as context:
        first = give_consent(context, command).id
        assert give_consent(context, command).id == first
    assert len(events(services, Action.CONSENT_GIVEN)) == len(ConsentKind)
    for _ in range(rules.max_given - 1):
        withdrawn(owner, onboarding)
        with owner.acting() as context:
            give_consent(context, command)
    withdrawn(owner, onboarding)
    with owner.acting() as context, pytest.raises(ConsentsUsed):
        give_consent(context, command)
