"""An onboarding goes on on another device: by a link that is good once, for this one alone."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import UUID

import pytest
import sqlalchemy as sa

from access.attempts import AttemptsUsed
from access.authentication import authenticate
from access.authorisation import NotAllowed
from access.models import AccessSession, Device
from access.models import Applicant as Person
from access.states import EndReason
from access.token_keys import TokenInvalid
from access.tokens import rotate
from app.services import Services
from audit.actions import Action
from core.actors import ANONYMOUS, SYSTEM, Role
from core.errors import NotFound
from core.ids import new_id
from core.origin import Origin
from core.reasons import Reason
from kyc.accounts.handover import (
    HandedOver,
    HandoverUnusable,
    MadeHandover,
    UseHandover,
    end_handover,
    make_handover,
    show_handover,
    use_handover,
)
from kyc.analysis.findings import TemplateKind
from kyc.decision.corrections import CorrectName, correct_name
from kyc.decision.view import view_onboarding
from kyc.evidence.corrections import open_corrections
from kyc.evidence.models import Evidence, Template, Upload
from kyc.evidence.states import EvidenceState
from kyc.evidence.types import FACE_VIDEO, ID_CARD_BACK, LICENCE, VOICE_CLIP
from kyc.onboarding.consents import withdraw_consent
from kyc.onboarding.models import Handover
from kyc.onboarding.start import start_onboarding
from kyc.onboarding.states import Decision
from kyc.onboarding.submit import SubmitEvidence, submit_evidence
from kyc.onboarding.uploads import BeginUpload, begin_upload, own_upload
from kyc.policy import OnboardingPolicy
from kyc.verification.record import owner_templates
from kyc.verification.states import Means, VerificationPurpose
from kyc.verification.verify import RequestVerification, request_verification
from ocr.document_types import FIELD_CODES
from privacy.erasure import close_own_account
from privacy.kinds import ConsentKind
from privacy.retention import RETENTION
from tests.support.clock import MovableClock
from tests.support.factories import (
    Applicant,
    applicant,
    handed_over,
    onboarded,
    proof_of,
    reread,
    started,
    submitted,
)
from tests.support.findings import ACTION_MISSING, OWNER
from tests.support.jobs import work_off
from tests.support.log import events
from tests.support.takes import licence_take

FROM_A_PHONE = Origin(address="203.0.113.7")


def made(owner: Applicant, onboarding: UUID) -> MadeHandover:
    with owner.acting() as context:
        return make_handover(context, onboarding)


def taken_back(owner: Applicant, onboarding: UUID) -> None:
    with owner.acting() as context:
        end_handover(context, onboarding)


def used(services: Services, token: str, device: str = "") -> HandedOver:
    with services.transaction(ANONYMOUS, FROM_A_PHONE) as context:
        return use_handover(context, UseHandover(token, proof_of(context, device)))


@pytest.fixture
def owner(services: Services) -> Applicant:
    return applicant(services)


def test_another_device_goes_on_with_the_same_onboarding(owner: Applicant) -> None:
    onboarding = started(owner)
    with owner.acting() as context:
        assert not view_onboarding(context, onboarding).handed_over
    phone = handed_over(owner, onboarding)
    assert (phone.id, phone.actor.role) == (owner.id, Role.HANDED_OVER)
    submitted(phone, onboarding, LICENCE.kind)
    with owner.acting() as context:
        view = view_onboarding(context, onboarding)
    assert view.handed_over
    assert [one.kind for one in view.evidence] == [LICENCE.kind]


def test_what_was_made_shown_and_used_is_on_record_without_the_token(owner: Applicant) -> None:
    onboarding, services = started(owner), owner.services
    token = made(owner, onboarding).token
    with services.transaction(ANONYMOUS, FROM_A_PHONE) as context:
        assert show_handover(context, token).phone == "138****0001"
    used(services, token)
    for action in (Action.HANDOVER_MADE, Action.HANDOVER_SHOWN, Action.HANDOVER_USED):
        (event,) = events(services, action)
        assert (event.onboarding_id, event.applicant_id) == (onboarding, owner.id)
        assert token not in str(event.data)
    with services.reading() as context:
        row = context.session.scalars(sa.select(Handover)).one()
    assert row.token_hash == hashlib.sha256(token.encode()).hexdigest()


def test_a_link_that_is_used_unknown_or_expired_is_refused_alike(
    owner: Applicant, clock: MovableClock
) -> None:
    services, onboarding = owner.services, started(owner)
    spent, replaced = made(owner, onboarding).token, ""
    used(services, spent)
    replaced = made(owner, onboarding).token
    late = made(owner, onboarding)
    clock.advance(late.expires_at - clock.now())
    for token in (spent, replaced, late.token, "never made"):
        with pytest.raises(HandoverUnusable):
            used(services, token)
        with services.transaction(ANONYMOUS) as context, pytest.raises(HandoverUnusable):
            show_handover(context, token)


def test_a_link_lives_as_long_as_the_policy_says_and_no_longer_than_the_onboarding(
    owner: Applicant, clock: MovableClock
) -> None:
    onboarding, rules = started(owner), owner.services.parts.policy.section(OnboardingPolicy)
    life = timedelta(seconds=rules.handover.link_s)
    before = clock.now()
    assert before + life < made(owner, onboarding).expires_at < clock.now() + life
    clock.advance(timedelta(minutes=rules.expires_min - 1))
    ends = reread(owner.services, onboarding).expires_at
    assert made(owner, onboarding).expires_at == ends


def test_of_two_who_open_a_link_at_once_one_goes_on(owner: Applicant) -> None:
    services, onboarding = owner.services, started(owner)
    token, together = made(owner, onboarding).token, Barrier(2)

    def opened(device: str) -> bool:
        together.wait()
        try:
            used(services, token, device)
        except HandoverUnusable:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(opened, ("one", "another"))) == [False, True]
    with services.reading() as context:
        confined = sa.select(AccessSession).where(AccessSession.confined_to == onboarding)
        assert len(context.session.scalars(confined).all()) == 1
    assert len(events(services, Action.HANDOVER_USED)) == 1


def test_the_other_device_does_nothing_but_what_the_onboarding_needs(owner: Applicant) -> None:
    onboarding = started(owner)
    phone = handed_over(owner, onboarding)
    with phone.acting() as context, pytest.raises(NotAllowed):
        withdraw_consent(context, onboarding, ConsentKind.BIOMETRIC)
    with phone.acting() as context, pytest.raises(NotAllowed):
        start_onboarding(context)
    with phone.acting() as context, pytest.raises(NotAllowed):
        make_handover(context, onboarding)
    with phone.acting() as context, pytest.raises(NotAllowed):
        end_handover(context, onboarding)
    with phone.acting() as context, pytest.raises(NotAllowed):
        request_verification(context, RequestVerification(phone.id, VerificationPurpose.OFFER))


def test_the_other_device_sees_this_onboarding_and_no_other(owner: Applicant) -> None:
    earlier = onboarded(owner).id
    with owner.acting() as context:
        started(owner)
    onboarding = started(owner)
    phone = handed_over(owner, onboarding)
    with phone.acting() as context:
        assert view_onboarding(context, onboarding).id == onboarding
    with phone.acting() as context, pytest.raises(NotFound):
        view_onboarding(context, earlier)


def test_uploads_go_on_on_the_other_device(owner: Applicant) -> None:
    onboarding = started(owner)
    with owner.acting() as context:
        upload = begin_upload(context, BeginUpload(onboarding, LICENCE.kind, 100)).id
    phone = handed_over(owner, onboarding)
    with phone.acting() as context:
        assert own_upload(context, onboarding, upload).id == upload
    stranger = applicant(owner.services, "13800000002")
    with stranger.acting() as context, pytest.raises(NotFound):
        own_upload(context, onboarding, upload)


def test_the_session_ends_with_the_onboarding(owner: Applicant, clock: MovableClock) -> None:
    onboarding, services = started(owner), owner.services
    handed = used(services, made(owner, onboarding).token)
    minutes = services.parts.policy.section(OnboardingPolicy).expires_min
    clock.advance(timedelta(minutes=minutes))
    with services.transaction(ANONYMOUS) as context, pytest.raises(TokenInvalid):
        rotate(context, str(handed.tokens.refresh), None)


def test_the_owner_takes_an_onboarding_back(owner: Applicant) -> None:
    onboarding, services = started(owner), owner.services
    handed = used(services, made(owner, onboarding).token)
    left = made(owner, onboarding).token
    with owner.acting() as context:
        assert end_handover(context, onboarding).handed_over_at is None
    with services.reading(ANONYMOUS) as context, pytest.raises(TokenInvalid):
        authenticate(context, f"Bearer {handed.tokens.access}")
    with pytest.raises(HandoverUnusable):
        used(services, left)
    with owner.acting() as context:
        assert not view_onboarding(context, onboarding).handed_over
    (ended,) = events(services, Action.HANDOVER_ENDED)
    assert ended.data["sessions"] == 1


def test_a_voice_that_a_stolen_link_sent_is_not_enrolled(owner: Applicant) -> None:
    onboarding, services = started(owner), owner.services
    thief = handed_over(owner, onboarding)
    theirs = submitted(thief, onboarding, VOICE_CLIP.kind)
    work_off(services, OWNER.findings())
    taken_back(owner, onboarding)
    with owner.acting() as context:
        view = view_onboarding(context, onboarding)
    assert (VOICE_CLIP.kind in view.missing, view.evidence) == (True, ())
    for kind in view.missing:
        submitted(owner, onboarding, kind)
    work_off(services, OWNER.findings())
    assert reread(services, onboarding).decision is Decision.APPROVED
    with services.reading() as context:
        voice = owner_templates(context, owner.id, Means.VOICE)
        assert context.session.get(Template, (theirs, TemplateKind.VOICE)) is not None
    assert {one.evidence_id for one in voice.values()}.isdisjoint({theirs})
    assert TemplateKind.VOICE in voice


def test_what_was_sent_before_a_hand_over_stays_when_it_is_taken_back(owner: Applicant) -> None:
    onboarding = started(owner)
    submitted(owner, onboarding, LICENCE.kind)
    submitted(handed_over(owner, onboarding), onboarding, ID_CARD_BACK.kind)
    taken_back(owner, onboarding)
    with owner.acting() as context:
        assert [one.kind for one in view_onboarding(context, onboarding).evidence] == [LICENCE.kind]
    (ended,) = events(owner.services, Action.HANDOVER_ENDED)
    assert ended.data["set_aside"] == 1


def test_all_that_was_sent_since_the_first_use_counts_no_more(owner: Applicant) -> None:
    onboarding = started(owner)
    submitted(handed_over(owner, onboarding), onboarding, VOICE_CLIP.kind)
    first = reread(owner.services, onboarding).handed_over_at
    handed_over(owner, onboarding)
    assert reread(owner.services, onboarding).handed_over_at == first
    taken_back(owner, onboarding)
    with owner.acting() as context:
        assert view_onboarding(context, onboarding).evidence == ()


def test_papers_and_corrections_of_a_stolen_link_complete_none_of_the_owner(
    owner: Applicant,
) -> None:
    onboarding, services = started(owner), owner.services
    thief = handed_over(owner, onboarding)
    submitted(thief, onboarding, LICENCE.kind)
    work_off(services, {LICENCE.kind: licence_take()})
    with thief.acting() as context:
        correct_name(
            context, CorrectName(onboarding, LICENCE.kind, FIELD_CODES["名称"], "别家面馆")
        )
        upload = begin_upload(context, BeginUpload(onboarding, ID_CARD_BACK.kind, 100)).id
    taken_back(owner, onboarding)
    mine = submitted(owner, onboarding, LICENCE.kind)
    work_off(services, {LICENCE.kind: licence_take(Reason.BLURRED, without=("名称",))})
    with services.reading(owner.actor) as context:
        row = context.session.get_one(Person, owner.id)
        assert open_corrections(context, row, onboarding) == ()
        assert context.session.get(Upload, upload) is None
        assert context.session.get_one(Evidence, mine).state is EvidenceState.RETRY


def test_what_speaks_against_a_photo_is_not_taken_back_with_it(owner: Applicant) -> None:
    onboarding, services = started(owner), owner.services
    submitted(handed_over(owner, onboarding), onboarding, LICENCE.kind)
    work_off(services, {LICENCE.kind: licence_take(Reason.EDITED)})
    taken_back(owner, onboarding)
    mine = submitted(owner, onboarding, LICENCE.kind)
    work_off(services, {LICENCE.kind: licence_take()})
    with services.reading() as context:
        assert context.session.get_one(Evidence, mine).state is EvidenceState.REVIEW


def test_tries_that_failed_on_another_device_go_on_counting(owner: Applicant) -> None:
    onboarding, services = started(owner), owner.services
    failed = submitted(handed_over(owner, onboarding), onboarding, FACE_VIDEO.kind)
    work_off(services, {FACE_VIDEO.kind: ACTION_MISSING})
    taken_back(owner, onboarding)
    with services.reading() as context:
        assert context.session.get_one(Evidence, failed).state is EvidenceState.RETRY


def test_a_file_that_arrives_after_the_hand_over_ended_is_refused(owner: Applicant) -> None:
    onboarding = started(owner)
    phone = handed_over(owner, onboarding)
    taken_back(owner, onboarding)
    with phone.acting() as context, pytest.raises(NotFound):
        submit_evidence(context, SubmitEvidence(onboarding, LICENCE.kind, b"late"))


def test_a_second_link_ends_the_session_of_the_first(owner: Applicant) -> None:
    onboarding = started(owner)
    first, second = handed_over(owner, onboarding), handed_over(owner, onboarding)
    with owner.services.reading() as context:
        ended = context.session.get_one(AccessSession, first.origin.session_id)
        going_on = context.session.get_one(AccessSession, second.origin.session_id)
    assert (ended.end_reason, going_on.ended_at) == (EndReason.REPLACED, None)


def test_a_link_ends_with_its_account(owner: Applicant) -> None:
    with owner.acting() as context:  # without consents: closing leaves the onboarding open
        onboarding = start_onboarding(context).id
        token = make_handover(context, onboarding).token
    with owner.services.transaction(SYSTEM) as context:
        context.session.get_one(Person, owner.id).closed_at = context.now()
    with pytest.raises(HandoverUnusable):
        used(owner.services, token)


def test_closing_an_account_forgets_its_links(owner: Applicant) -> None:
    with owner.acting() as context:
        token = make_handover(context, start_onboarding(context).id).token
    with owner.acting() as context:
        close_own_account(context)
    with owner.services.reading() as context:
        assert context.session.scalars(sa.select(Handover)).all() == []
    with pytest.raises(HandoverUnusable):
        used(owner.services, token)


def test_another_device_is_not_tied_to_the_account(owner: Applicant) -> None:
    onboarding, services = started(owner), owner.services
    phone = handed_over(owner, onboarding, "a phone")
    submitted(phone, onboarding, LICENCE.kind)
    with services.reading() as context:
        assert context.session.scalars(sa.select(Device)).all() == []


def test_strangers_make_no_link_and_a_decided_onboarding_has_none(owner: Applicant) -> None:
    onboarding = started(owner)
    stranger = applicant(owner.services, "13800000002")
    with stranger.acting() as context, pytest.raises(NotFound):
        make_handover(context, onboarding)
    with stranger.acting() as context, pytest.raises(NotFound):
        end_handover(context, onboarding)
    token = made(owner, onboarding).token
    onboarded(owner)
    with pytest.raises(HandoverUnusable):
        used(owner.services, token)


def test_links_are_made_and_tried_a_few_times_an_hour(owner: Applicant) -> None:
    onboarding, services = started(owner), owner.services
    rules = services.parts.policy.section(OnboardingPolicy).handover
    for _ in range(rules.made.max):
        made(owner, onboarding)
    with pytest.raises(AttemptsUsed):
        made(owner, onboarding)
    for _ in range(rules.opened.max):
        with pytest.raises(HandoverUnusable):
            used(services, str(new_id()))
    with pytest.raises(AttemptsUsed):
        used(services, str(new_id()))


def test_links_are_forgotten_a_day_after_their_time(owner: Applicant, clock: MovableClock) -> None:
    made(owner, started(owner))
    rule = next(one for one in RETENTION.all() if one.name == "handovers")
    clock.advance(timedelta(minutes=11))
    with owner.services.reading() as context:
        assert context.session.scalars(rule.due(context)).all() == []
    clock.advance(timedelta(days=1))
    with owner.services.reading() as context:
        assert len(context.session.scalars(rule.due(context)).all()) == 1
