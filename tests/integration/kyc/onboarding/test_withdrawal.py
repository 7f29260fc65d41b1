"""A consent that was withdrawn takes files, faces in memory and every later step with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from access.models import Applicant as Account
from app.jobs.maintenance import Maintenance
from app.services import Services
from audit.actions import Action
from core.actors import Role, staff
from core.errors import NotFound
from core.ids import new_id
from core.reasons import Reason
from kyc.analysis.challenges import ChallengeKind
from kyc.evidence.models import Evidence
from kyc.evidence.repository import current_evidence, read_media
from kyc.evidence.states import EvidenceState
from kyc.evidence.types import FACE_VIDEO, LICENCE, VOICE_CLIP
from kyc.onboarding.challenges import issue_challenge
from kyc.onboarding.consents import GiveConsent, give_consent, withdraw_consent
from kyc.onboarding.models import Onboarding
from kyc.onboarding.states import Decision, OnboardingState
from kyc.onboarding.submit import SubmitEvidence, submit_evidence
from kyc.onboarding.uploads import AppendChunk, BeginUpload, append_chunk, begin_upload
from kyc.review.cases import claim_case, list_cases
from kyc.risk.duplicate_faces import FaceIndex, faces_of_others, forget_destroyed_faces
from kyc.verification.models import Verification
from kyc.verification.states import VerificationPurpose, VerificationState
from kyc.verification.verify import (
    RequestVerification,
    SubmitRecording,
    consume_verification,
    request_verification,
    submit_recording,
)
from loans.offers.acceptance import AcceptOffer, accept_offer
from privacy.consents import ConsentMissing
from privacy.destruction import AGAIN, digest_of
from privacy.holds import lift_hold, place_hold
from privacy.kinds import ConsentKind
from privacy.models import Destruction
from storage.handlers import Lane
from storage.keys.names import KeyPurpose
from storage.media import MediaMissing, MediaStore, StoreUnavailable
from tests.support.clock import MovableClock
from tests.support.factories import (
    Applicant,
    applicant,
    complete,
    confirmed,
    offered,
    onboarded,
    reread,
    started,
    submitted,
)
from tests.support.findings import OWNER, another, face
from tests.support.jobs import analyses, work_off, work_off_by_performing
from tests.support.log import events

BIOMETRIC, TERMS = ConsentKind.BIOMETRIC, ConsentKind.TERMS
REVIEWER = staff(new_id(), Role.REVIEWER)
LAPSED = {**OWNER.findings(), LICENCE.kind: OWNER.licence(Reason.LICENCE_EXPIRED)}


def withdrawn(owner: Applicant, onboarding: UUID, kind: ConsentKind = BIOMETRIC) -> None:
    with owner.acting() as context:
        withdraw_consent(context, onboarding, kind)


def housekeeping(services: Services) -> int:
    return work_off_by_performing(services, Lane.HOUSEKEEPING)


def files_left(services: Services, *kinds: str) -> int:
    """How many files of these kinds the store still has."""
    with services.reading() as context:
        query = sa.select(Evidence.id).where(Evidence.kind.in_(kinds))
        ids = list(context.session.scalars(query))
    return sum(_is_there(services.parts.media, one) for one in ids)


def _is_there(media: MediaStore, media_id: UUID) -> bool:
    try:
        media.get(media_id)
    except MediaMissing:
        return False
    return True


@contextmanager
def refused() -> Iterator[None]:
    with pytest.raises(ConsentMissing):
        yield


def test_files_of_face_and_voice_and_of_calls_are_deleted(services: Services) -> None:
    owner = applicant(services)
    onboarding = onboarded(owner)
    call = confirmed(owner, VerificationPurpose.OFFER)
    withdrawn(owner, onboarding.id)
    assert files_left(services, FACE_VIDEO.kind, VOICE_CLIP.kind) == 2, "not before the commit"
    assert housekeeping(services) == 2
    assert files_left(services, FACE_VIDEO.kind, VOICE_CLIP.kind) == 0
    assert files_left(services, LICENCE.kind) == 1
    assert not _is_there(services.parts.media, call)
    told = {event.data["kind"]: event.data for event in events(services, Action.DATA_DESTROYED)}
    assert told["biometrics"]["rows"] == 4
    assert told["biometrics"]["files"] == 2
    assert told["recordings"] == {
        "cause": "consent_withdrawn",
        "kind": "recordings",
        "rows": 0,
        "files": 1,
        "keys": [],
        "digest": digest_of([f"file:{call}"]),
    }


def test_the_key_of_biometrics_goes_and_a_new_consent_makes_another(services: Services) -> None:
    owner = applicant(services)
    first = onboarded(owner)
    keyring = services.parts.keyring
    before = keyring.in_force(owner.id, KeyPurpose.BIOMETRICS)
    assert before is not None
    withdrawn(owner, first.id)
    second = started(owner)  # consents again before the job has come
    after = keyring.in_force(owner.id, KeyPurpose.BIOMETRICS)
    assert after not in (None, before)
    submitted(owner, second, FACE_VIDEO.kind)
    housekeeping(services)
    assert keyring.in_force(owner.id, KeyPurpose.BIOMETRICS) == after
    assert keyring.exists(owner.id, KeyPurpose.IDENTITY)
    work_off(services)
    withdrawn(owner, second)
    housekeeping(services)
    assert not keyring.exists(owner.id, KeyPurpose.BIOMETRICS)
    keys = [event.data["keys"] for event in events(services, Action.DATA_DESTROYED)]
    named = [name for names in keys for name in names]
    assert named == [f"biometrics:{key.hex()}" for key in (before, after)]


class Unreachable(MediaStore):
    """A store that is away until it is put back."""

    def __init__(self, store: MediaStore) -> None:
        self.store, self.away = store, True

    def put(self, media_id: UUID, sealed: bytes) -> None:
        self.store.put(media_id, sealed)

    def get(self, media_id: UUID) -> bytes:
        return self.store.get(media_id)

    def delete(self, media_id: UUID) -> None:
        if self.away:
            raise StoreUnavailable
        self.store.delete(media_id)


def test_a_deletion_is_tried_until_it_is_done(services: Services, clock: MovableClock) -> None:
    owner = applicant(services)
    onboarding = onboarded(owner)
    withdrawn(owner, onboarding.id)
    store = Unreachable(services.parts.media)
    object.__setattr__(services.parts, "media", store)
    tries = 0
    for _ in range(5):
        tries += housekeeping(services)
        assert housekeeping(services) == 0, "not at once again"
        clock.advance(timedelta(minutes=2))
        Maintenance(services).expire()
    assert tries == 5
    assert files_left(services, FACE_VIDEO.kind) == 1
    store.away = False
    assert housekeeping(services) == 1
    assert files_left(services, FACE_VIDEO.kind, VOICE_CLIP.kind) == 0
    clock.advance(timedelta(minutes=2))
    Maintenance(services).expire()
    assert housekeeping(services) == 0


@pytest.mark.parametrize("kind", [BIOMETRIC, TERMS])
def test_analyses_that_wait_are_dropped_and_nothing_is_decided(
    services: Services, kind: ConsentKind
) -> None:
    owner = applicant(services)
    onboarding = complete(owner)
    withdrawn(owner, onboarding, kind)
    work_off(services)
    row = reread(services, onboarding)
    assert row.decision is None
    assert row.state is (OnboardingState.WITHDRAWN if kind is TERMS else OnboardingState.OPEN)
    with services.reading() as context:
        query = sa.select(Evidence.state).where(Evidence.kind == FACE_VIDEO.kind)
        assert context.session.scalars(query).all() == [EvidenceState.SUPERSEDED]


def test_an_analysis_that_runs_meanwhile_leaves_nothing(services: Services) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    submitted(owner, onboarding, FACE_VIDEO.kind)
    lifecycle = analyses(services)
    job = lifecycle.claim()
    assert job is not None
    withdrawn(owner, onboarding)
    lifecycle.complete(job.claim, lambda: OWNER.face_video())
    with services.reading() as context:
        assert context.session.execute(sa.text("SELECT count(*) FROM templates")).scalar() == 0
        assert context.session.scalars(sa.select(Evidence.state)).all() == [
            EvidenceState.SUPERSEDED
        ]


def test_after_the_terms_every_step_of_the_onboarding_is_refused(services: Services) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    version = "2026-11-28"
    withdrawn(owner, onboarding, TERMS)
    steps: tuple[Callable[..., object], ...] = (
        lambda context: submit_evidence(context, SubmitEvidence(onboarding, LICENCE.kind, b"x")),
        lambda context: begin_upload(context, BeginUpload(onboarding, LICENCE.kind, 10)),
        lambda context: give_consent(context, GiveConsent(onboarding, TERMS, version)),
        lambda context: issue_challenge(context, onboarding, ChallengeKind.FACE),
    )
    for step in steps:
        with refused(), owner.acting() as context:
            step(context)


def test_after_the_biometric_consent_no_voice_confirms_anything(services: Services) -> None:
    owner = applicant(services)
    decided = offered(owner)
    assert decided.offer is not None
    verified = confirmed(owner, VerificationPurpose.OFFER)
    with owner.acting() as context:
        asked = request_verification(
            context, RequestVerification(owner.id, VerificationPurpose.PHONE)
        ).id
    with services.reading() as context:
        onboarding = context.session.scalars(sa.select(Onboarding.id)).one()
    withdrawn(owner, onboarding)
    offer = decided.offer.id
    steps: tuple[Callable[..., object], ...] = (
        lambda context: accept_offer(context, AcceptOffer(offer, verified)),
        lambda context: consume_verification(context, verified, VerificationPurpose.OFFER),
        lambda context: submit_recording(context, SubmitRecording(owner.id, asked, b"x")),
        lambda context: request_verification(
            context, RequestVerification(owner.id, VerificationPurpose.OFFER)
        ),
    )
    for step in steps:
        with refused(), owner.acting() as context:
            step(context)
    with services.reading() as context:
        row = context.session.get_one(Verification, asked)
        assert (row.state, row.reasons) == (VerificationState.REJECTED, ["consent_withdrawn"])


@pytest.mark.parametrize("kind", [BIOMETRIC, TERMS])
def test_a_case_whose_owner_withdrew_waits_for_nobody(
    services: Services, kind: ConsentKind
) -> None:
    owner = applicant(services)
    case = onboarded(owner, LAPSED)
    assert case.decision is Decision.REVIEW
    withdrawn(owner, case.id, kind)
    assert reread(services, case.id).state is OnboardingState.WITHDRAWN
    with services.transaction(REVIEWER) as context:
        assert list_cases(context) == []
    with pytest.raises(NotFound), services.transaction(REVIEWER) as context:
        claim_case(context, case.id)


def test_documents_of_an_onboarding_that_was_never_decided_are_destroyed(
    services: Services,
) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    submitted(owner, onboarding, LICENCE.kind)
    work_off(services)
    with owner.acting() as context:
        upload = begin_upload(context, BeginUpload(onboarding, LICENCE.kind, 2_000_000)).id
    with owner.acting() as context:
        (chunk,) = append_chunk(context, AppendChunk(onboarding, upload, 0, bytes(1_000_000))).parts
    withdrawn(owner, onboarding, TERMS)
    housekeeping(services)
    assert files_left(services, LICENCE.kind) == 0
    assert not _is_there(services.parts.media, UUID(chunk))
    with services.reading() as context:
        assert context.session.scalars(sa.select(Evidence.facts)).all() == [None]


def test_the_biometric_consent_is_the_persons_and_the_terms_are_the_onboardings(
    services: Services,
) -> None:
    owner = applicant(services)
    first = onboarded(owner)
    second = started(owner)
    withdrawn(owner, second, TERMS)
    housekeeping(services)
    assert files_left(services, FACE_VIDEO.kind) == 1, "the first onboarding keeps its own"
    third = started(owner)
    withdrawn(owner, third)
    housekeeping(services)
    assert files_left(services, FACE_VIDEO.kind, VOICE_CLIP.kind) == 0
    assert reread(services, first.id).decision is Decision.APPROVED


def test_a_face_leaves_the_memory_of_every_process(services: Services) -> None:
    owner, other = applicant(services), applicant(services, "13800000002")
    first = onboarded(owner)
    second = onboarded(other, another(7).findings())

    def others_like_the_first() -> list[UUID]:
        with services.reading() as context:
            case = context.session.get_one(Onboarding, second.id)
            return [key for key, _ in faces_of_others(context, case, face(OWNER.seed))]

    assert others_like_the_first() == [first.id]
    index = services.parts.resources.get(FaceIndex)
    held = index.search.nearest(face(OWNER.seed), 0.0)
    assert held, "the index holds the face"
    withdrawn(owner, first.id)
    with services.reading() as context:
        assert forget_destroyed_faces(context) == 1
    assert index.search.nearest(face(OWNER.seed), 0.0) == []
    assert others_like_the_first() == []


def test_what_was_destroyed_is_on_record_without_the_ids_of_files(services: Services) -> None:
    owner = applicant(services)
    onboarding = onboarded(owner)
    withdrawn(owner, onboarding.id)
    housekeeping(services)
    with services.reading() as context:
        rows = context.session.scalars(sa.select(Destruction)).all()
        assert [(row.file_count, row.files) for row in rows] == [(2, [])]
        assert rows[0].done_at is not None


def held(services: Services, owner: Applicant) -> None:
    with services.transaction() as context:
        place_hold(context, owner.id, "a court asks")


def lifted(services: Services, clock: MovableClock, owner: Applicant) -> None:
    clock.advance(AGAIN)
    with services.transaction() as context:
        lift_hold(context, owner.id)
    Maintenance(services).expire()
    housekeeping(services)


@pytest.mark.parametrize("before", [True, False])
def test_a_legal_hold_keeps_files_and_keys_and_stops_the_processing_all_the_same(
    services: Services, clock: MovableClock, before: bool
) -> None:
    owner = applicant(services)
    onboarding = onboarded(owner)
    if before:
        held(services, owner)
    withdrawn(owner, onboarding.id)
    held(services, owner)  # also where the job has not come yet
    assert Maintenance(services).expire() is False
    housekeeping(services)
    assert files_left(services, FACE_VIDEO.kind, VOICE_CLIP.kind) == 2
    assert services.parts.keyring.exists(owner.id, KeyPurpose.BIOMETRICS)
    with refused():
        confirmed(owner, VerificationPurpose.OFFER)
    lifted(services, clock, owner)
    assert files_left(services, FACE_VIDEO.kind, VOICE_CLIP.kind) == 0
    assert not services.parts.keyring.exists(owner.id, KeyPurpose.BIOMETRICS)


def test_who_consents_again_under_a_hold_keeps_what_is_sent_then(
    services: Services, clock: MovableClock
) -> None:
    owner = applicant(services)
    onboarding = onboarded(owner)
    held(services, owner)
    withdrawn(owner, onboarding.id)
    again = onboarded(owner)
    lifted(services, clock, owner)
    assert files_left(services, FACE_VIDEO.kind, VOICE_CLIP.kind) == 2, "those of the first went"
    with services.reading() as context:
        account = context.session.get_one(Account, owner.id)
        sent = current_evidence(context, again.id)[FACE_VIDEO.kind]
        assert read_media(context, account, sent.id, KeyPurpose.BIOMETRICS)
