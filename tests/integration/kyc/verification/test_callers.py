"""Callers to customer service, verified by voice."""

from __future__ import annotations

from uuid import UUID

import pytest

from access.authorisation import NotAllowed
from app.services import Services
from audit.actions import Action
from core.actors import Actor, Role, staff
from core.errors import NotFound
from core.ids import new_id
from core.reasons import Reason
from kyc.analysis.findings import VerificationFinding
from kyc.evidence.types import VOICE_CLIP
from kyc.jobs import load_verification
from kyc.policy import VoicePolicy
from kyc.verification.models import Verification
from kyc.verification.record import give_up_verification, record_verification
from kyc.verification.states import VerificationPurpose, VerificationState
from kyc.verification.verify import (
    RequestVerification,
    SubmitRecording,
    VerificationsUsed,
    VerificationUnusable,
    VoiceUnknown,
    own_verification,
    request_verification,
    submit_recording,
)
from tests.support.clock import MovableClock
from tests.support.factories import Applicant, applicant, onboarded, started, submitted
from tests.support.findings import AGAIN, DIFFERENT, KNOWN, OWNER, UNSURE, voice
from tests.support.jobs import work_off
from tests.support.log import actions, events

AGENT, OTHER = staff(new_id(), Role.AGENT), staff(new_id(), Role.AGENT)


@pytest.fixture
def owner(services: Services) -> Applicant:
    """Somebody with an account."""
    known = applicant(services)
    onboarded(known)
    return known


def requested(services: Services, owner: Applicant, asker: Actor = AGENT) -> Verification:
    with services.transaction(asker) as context:
        command = RequestVerification(owner.id, VerificationPurpose.CALLER)
        return request_verification(context, command)


def recorded(
    services: Services, owner: Applicant, verification: UUID, content: bytes = b"sound"
) -> Verification:
    with services.transaction(AGENT) as context:
        return submit_recording(context, SubmitRecording(owner.id, verification, content))


def as_it_stands(services: Services, owner: Applicant, verification: UUID) -> Verification:
    with services.reading(AGENT) as context:
        return own_verification(context, owner.id, verification)


def test_a_caller_reads_digits_and_is_known(services: Services, owner: Applicant) -> None:
    asked = requested(services, owner)
    rules = services.parts.policy.section(VoicePolicy)
    assert asked.digits is not None
    assert (asked.state, len(asked.digits)) == (VerificationState.ASKED, rules.second_reading)
    assert recorded(services, owner, asked.id).state is VerificationState.ANALYSING
    assert work_off(services, verification=KNOWN) == 1
    row = as_it_stands(services, owner, asked.id)
    assert (row.state, row.reasons, row.measurements) == (
        VerificationState.VERIFIED,
        [],
        {"llr": 8.0},
    )
    with pytest.raises(VerificationUnusable):
        recorded(services, owner, asked.id, b"again")
    assert {
        Action.VOICE_VERIFICATION_REQUESTED,
        Action.VOICE_VERIFICATION_RECORDED,
        Action.VOICE_VERIFICATION_DECIDED,
    } <= set(actions(services))
    (event,) = events(services, Action.VOICE_VERIFICATION_DECIDED)
    assert event.actor_id == AGENT.id
    assert event.applicant_id == owner.id


def test_what_is_compared_are_the_owners_templates_and_the_digits_that_were_asked(
    services: Services, owner: Applicant
) -> None:
    asked = requested(services, owner)
    recorded(services, owner, asked.id)
    with services.transaction() as context:
        work = load_verification(context, asked.id)
    assert work is not None
    assert work.sample.content == b"sound"
    reference = work.sample.reference
    assert reference is not None
    assert (reference.voice, reference.digits, reference.asked) == (
        voice(OWNER.seed).tobytes(),
        b"digits",
        asked.digits,
    )


@pytest.mark.parametrize(
    ("finding", "state"),
    [
        (KNOWN, VerificationState.VERIFIED),
        (UNSURE, VerificationState.UNSURE),
        (DIFFERENT, VerificationState.REJECTED),
        (AGAIN, VerificationState.AGAIN),
    ],
)
def test_an_outcome_is_a_state(
    services: Services,
    owner: Applicant,
    finding: VerificationFinding,
    state: VerificationState,
) -> None:
    asked = requested(services, owner)
    recorded(services, owner, asked.id)
    work_off(services, verification=finding)
    row = as_it_stands(services, owner, asked.id)
    assert (row.state, row.reasons) == (state, list(finding.reasons))


def test_a_recording_sent_before_is_rejected(services: Services, owner: Applicant) -> None:
    first, second = requested(services, owner), requested(services, owner)
    recorded(services, owner, first.id)
    again = recorded(services, owner, second.id)
    assert (again.state, again.reasons) == (
        VerificationState.REJECTED,
        [Reason.RECORDING_REUSED],
    )


def test_a_recording_that_was_evidence_is_rejected(services: Services, owner: Applicant) -> None:
    other = applicant(services, "13800000002")
    submitted(other, started(other), VOICE_CLIP.kind, b"said before")
    asked = requested(services, owner)
    again = recorded(services, owner, asked.id, b"said before")
    assert again.state is VerificationState.REJECTED


def test_what_cannot_be_analysed_is_for_the_agent_to_judge(
    services: Services, owner: Applicant
) -> None:
    asked = requested(services, owner)
    recorded(services, owner, asked.id)
    for _ in range(2):
        with services.transaction() as context:
            give_up_verification(context, asked.id)
    row = as_it_stands(services, owner, asked.id)
    assert (row.state, row.reasons) == (VerificationState.UNSURE, [Reason.ANALYSIS_FAILED])
    with services.transaction() as context:
        record_verification(context, asked.id, KNOWN)  # a late result changes nothing
        assert load_verification(context, asked.id) is None
    assert as_it_stands(services, owner, asked.id).state is VerificationState.UNSURE


def test_a_verification_is_its_askers_own(services: Services, owner: Applicant) -> None:
    stranger = applicant(services, "13800000002")
    asked = requested(services, owner)
    with services.reading(OTHER) as context, pytest.raises(NotFound):
        own_verification(context, owner.id, asked.id)
    with stranger.acting() as context, pytest.raises(NotFound):
        own_verification(context, owner.id, asked.id)
    with services.reading(AGENT) as context, pytest.raises(NotFound):
        own_verification(context, stranger.id, asked.id)
    for role in (Role.REVIEWER, Role.COMPLIANCE, Role.ADMIN):
        with pytest.raises(NotAllowed):
            requested(services, owner, staff(new_id(), role))


@pytest.mark.parametrize(("early_s", "usable"), [(1, True), (0, False)])
def test_digits_are_soon_over(
    services: Services, owner: Applicant, clock: MovableClock, early_s: float, usable: bool
) -> None:
    asked = requested(services, owner)
    lasts_s = services.parts.policy.section(VoicePolicy).verification_s
    clock.advance(seconds=lasts_s - early_s)
    if usable:
        recorded(services, owner, asked.id)
    else:
        with pytest.raises(VerificationUnusable):
            recorded(services, owner, asked.id)


def test_an_account_is_asked_a_few_times_a_day(
    services: Services, owner: Applicant, clock: MovableClock
) -> None:
    rules = services.parts.policy.section(VoicePolicy)
    for _ in range(rules.max_verifications):
        requested(services, owner)
    with pytest.raises(VerificationsUsed):
        requested(services, owner)
    clock.advance(seconds=rules.verification_window_h * 3600)
    requested(services, owner)


def test_without_a_voiceprint_nobody_is_asked(services: Services) -> None:
    unknown = applicant(services, "13800000002")
    with pytest.raises(VoiceUnknown):
        requested(services, unknown)
    command = RequestVerification(new_id(), VerificationPurpose.CALLER)
    with services.transaction(AGENT) as context, pytest.raises(NotFound):
        request_verification(context, command)
