"""Another system is asked by consent alone, and believed in nothing that it may not say."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask, Response, request

from app.services import Services
from audit.actions import Action
from core.reasons import Reason
from kyc.identity import standing_of
from kyc.onboarding.states import Decision
from loans.known.build import load_profile, want_profile
from loans.known.inputs import PieceKind
from loans.known.models import Profile
from loans.known.recorded import REGISTRY, differences_on_record
from loans.known.show import is_moving
from loans.policy import LoanPolicy
from loans.profile.feature import Source
from loans.profile.owner import EvidenceKind
from loans.sources.changes import CHANGES
from loans.sources.consent import UseNotOffered, withdraw_source_consent
from loans.sources.files import BeginFile, begin_file, delete_file
from loans.sources.kinds import SourceKind, Use
from loans.sources.models import SourceRecord
from loans.sources.offered import OfferedRecords
from loans.sources.overview import own_sources
from loans.sources.record_pieces import RegistryDifference
from loans.sources.states import RecordState
from loans.states import ApplicationState
from privacy.retention import RETENTION, delete_due
from reference.records.firms import Firm
from storage.queue import Job
from tests.support.clock import MovableClock
from tests.support.factories import (
    Applicant,
    applicant,
    applied,
    decided,
    declared,
    onboarded,
    seen,
)
from tests.support.findings import OWNER
from tests.support.lending import lend
from tests.support.log import events
from tests.support.policy import POLICY
from tests.support.records import (
    REGISTERED,
    REVIEWED,
    RULES,
    acquired,
    ask_all,
    asking,
    record_service,
)
from tests.support.sources import agree, send_file


@pytest.fixture
def owner(services: Services) -> Applicant:
    """Somebody with an account; a service can be asked."""
    services.parts.resources.add(OfferedRecords, OfferedRecords.when(True))
    known = applicant(services)
    onboarded(known)
    return known


def firm(**records: Any) -> dict[str, Firm]:
    return {OWNER.code: Firm(**records)}


def record_of(owner: Applicant) -> SourceRecord | None:
    with owner.services.reading() as context:
        own = sa.select(SourceRecord).where(SourceRecord.applicant_id == owner.id)
        return context.session.scalar(own)


def state_of(owner: Applicant) -> RecordState | None:
    record = record_of(owner)
    return None if record is None else record.state


def differences(owner: Applicant) -> tuple[RegistryDifference, ...]:
    """What the registry's record of somebody says otherwise than their papers."""
    with owner.services.transaction() as context:
        standing = standing_of(context, owner.id, consents=())
        return differences_on_record(context, owner.id, standing.onboarding_id)


class Counting:
    """A service in front of another that counts and keeps what is asked."""

    def __init__(self, service: Flask) -> None:
        self._service = service
        self.asked: list[tuple[str, bytes]] = []
        service.before_request(self._note)

    def _note(self) -> None:
        self.asked.append((request.path, request.get_data()))

    def __call__(self, environ: Any, start_response: Any) -> Any:
        return self._service(environ, start_response)


def test_what_is_consented_to_is_asked_for_kept_sealed_and_used(
    services: Services, owner: Applicant
) -> None:
    service = Counting(record_service(firm(registry=REGISTERED)))
    agree(owner, SourceKind.REGISTRY)
    with services.reading() as context:
        assert is_moving(context, owner.id)
    with asking(services, service) as lent:
        ask_all(services, lent)
    assert service.asked == [
        ("/v1/records/registry", f'{{"credit_code": "{OWNER.code}"}}'.encode())
    ]
    record = record_of(owner)
    assert record is not None
    assert record.state is RecordState.KNOWN
    assert record.content is not None
    assert OWNER.name.encode() not in record.content
    (asked,), (answered,) = (
        events(services, Action.SOURCE_ASKED),
        events(services, Action.SOURCE_ANSWERED),
    )
    assert asked.data["source"] == answered.data["source"] == "registry"
    assert answered.data["state"] == "known"
    with services.reading() as context:
        profile = context.session.get_one(Profile, owner.id)
        assert profile.wanted_at >= record.asked_at
    assert differences(owner) == ()


def test_records_are_part_of_a_profile(services: Services, owner: Applicant) -> None:
    with services.reading() as context:
        today = context.today()
    known = firm(registry=REGISTERED, acquiring=acquired(today), reviews=REVIEWED)
    for source in (SourceKind.REGISTRY, SourceKind.ACQUIRING, SourceKind.REVIEWS):
        agree(owner, source)
    with asking(services, record_service(known)) as lent:
        ask_all(services, lent)
    with services.transaction() as context:
        work = load_profile(context, owner.id)
    assert work is not None
    assert work.inputs.pieces == (PieceKind.STATEMENT,)
    assert work.inputs.reviews is not None
    assert work.inputs.reviews.count == 213
    assert work.inputs.registry_as_of == REGISTERED.as_of
    kinds = {each.kind for each in work.inputs.evidence if each.present}
    assert kinds >= {EvidenceKind.REGISTRY_LEGAL_PERSON, EvidenceKind.MERCHANT_ACCOUNT}


def test_what_may_not_judge_credit_is_no_part_of_a_profile(
    services: Services, owner: Applicant
) -> None:
    consents = agree(owner, SourceKind.REVIEWS)
    with asking(services, record_service(firm(reviews=REVIEWED))) as lent:
        ask_all(services, lent)
    with services.transaction() as context:
        work = load_profile(context, owner.id)
    assert work is not None
    assert work.inputs.reviews is not None
    with owner.acting() as context:
        shown = {one.id: one.use for one in own_sources(context).sources[-2].consents}
        credit = next(one for one in consents if shown[one] is Use.CREDIT)
        withdraw_source_consent(context, credit)
    with services.transaction() as context:
        work = load_profile(context, owner.id)
    assert work is not None
    assert work.inputs.reviews is None
    assert state_of(owner) is RecordState.KNOWN


def test_a_registry_that_says_otherwise_is_told(services: Services, owner: Applicant) -> None:
    other = REGISTERED.model_copy(update={"principal": "周晓岚", "status": "吊销，未注销"})
    agree(owner, SourceKind.REGISTRY)
    with asking(services, record_service(firm(registry=other))) as lent:
        ask_all(services, lent)
    told = (RegistryDifference.NOT_OPERATING, RegistryDifference.PRINCIPAL)
    assert differences(owner) == told


def test_a_person_looks_where_the_registry_says_otherwise(
    services: Services, owner: Applicant
) -> None:
    closed = REGISTERED.model_copy(update={"status": "注销", "abnormal": True})
    agree(owner, SourceKind.REGISTRY)
    with asking(services, record_service(firm(registry=closed))) as lent:
        ask_all(services, lent)
    application = decided(owner, declared(owner)).application
    assert application.state is ApplicationState.REVIEW
    assert application.reasons == [Reason.REGISTRY_NOT_OPERATING, Reason.REGISTRY_ABNORMAL]


def tell_closed(services: Services, owner: Applicant) -> None:
    """Have the registry say that a business has ended."""
    agree(owner, SourceKind.REGISTRY)
    closed = REGISTERED.model_copy(update={"status": "注销"})
    with asking(services, record_service(firm(registry=closed))) as lent:
        ask_all(services, lent)


def test_a_file_that_was_never_read_hides_no_registry(services: Services, owner: Applicant) -> None:
    tell_closed(services, owner)
    agree(owner, SourceKind.BANK)
    with owner.acting() as context:
        file = begin_file(context, BeginFile(SourceKind.BANK, "file", 100)).id
        before = context.session.get_one(Profile, owner.id).wanted_at
    with owner.acting() as context:
        delete_file(context, SourceKind.BANK, file)
        profile = context.session.get_one(Profile, owner.id)
        assert profile.wanted_at == before  # nothing was known of it
        assert profile.known
    application = applied(owner, declared(owner))
    lend(services)
    assert seen(owner, application).application.reasons == [Reason.REGISTRY_NOT_OPERATING]


def test_what_is_forgotten_and_what_is_being_read_hide_no_registry(
    services: Services, owner: Applicant
) -> None:
    tell_closed(services, owner)
    with services.transaction() as context:
        CHANGES.tell_forgotten(context, owner.id)
        assert set(context.session.get_one(Profile, owner.id).known) == {REGISTRY}
        context.session.execute(sa.delete(Job))  # as if the profile were never built again
    assert differences(owner) == (RegistryDifference.NOT_OPERATING,)
    application = decided(owner, declared(owner)).application
    assert application.state is ApplicationState.REVIEW
    assert application.reasons == [Reason.REGISTRY_NOT_OPERATING]


def test_a_record_of_a_business_of_before_says_nothing_of_another(
    services: Services, owner: Applicant
) -> None:
    tell_closed(services, owner)
    again = replace(OWNER, code="91110000600007272X", firm="林之夏的网店")
    assert onboarded(owner, again.findings()).decision is Decision.APPROVED
    assert differences(owner) == ()


def test_a_record_that_is_damaged_lets_nobody_pass(services: Services, owner: Applicant) -> None:
    agree(owner, SourceKind.REGISTRY)
    with asking(services, record_service(firm(registry=REGISTERED))) as lent:
        ask_all(services, lent)
    with services.transaction() as context:
        context.session.execute(sa.update(SourceRecord).values(content=b"damaged"))
    assert differences(owner) == (RegistryDifference.UNKNOWN,)


def test_what_is_deleted_while_it_is_read_leaves_the_rest(
    services: Services, owner: Applicant
) -> None:
    tell_closed(services, owner)
    agree(owner, SourceKind.BANK)
    file = send_file(owner, SourceKind.BANK, b"a,b\n1,2\n")
    with owner.acting() as context:
        known = context.session.get_one(Profile, owner.id)
        before = known.wanted_at
        delete_file(context, SourceKind.BANK, file)
        assert known.wanted_at > before  # whoever waited for the file builds the profile now
        assert known.known


def test_a_registry_that_agrees_keeps_nobody_waiting(services: Services, owner: Applicant) -> None:
    agree(owner, SourceKind.REGISTRY)
    with asking(services, record_service(firm(registry=REGISTERED))) as lent:
        ask_all(services, lent)
    assert decided(owner, declared(owner)).application.state is ApplicationState.OFFERED


def test_a_business_that_is_not_known_is_told_apart_from_a_failure(
    services: Services, owner: Applicant
) -> None:
    agree(owner, SourceKind.REGISTRY)
    with asking(services, record_service({})) as lent:
        ask_all(services, lent)
    assert state_of(owner) is RecordState.ABSENT
    assert differences(owner) == (RegistryDifference.UNKNOWN,)


def test_a_service_that_is_away_is_asked_again_and_nothing_is_made_up(
    services: Services, owner: Applicant, clock: MovableClock
) -> None:
    agree(owner, SourceKind.REGISTRY)
    with asking(services, Flask("away"), failures_to_open=100) as lent:  # 404 without a signature
        for pause_s in (0, *RULES.pauses_s):
            clock.advance(timedelta(seconds=pause_s))
            assert ask_all(services, lent) == 1
            assert state_of(owner) is RecordState.FAILED
            assert ask_all(services, lent) == 0
    record = record_of(owner)
    assert record is not None
    assert record.content is None
    assert record.tries == len(RULES.pauses_s) + 1
    assert differences(owner) == ()
    with services.reading() as context:
        assert not is_moving(context, owner.id)
    clock.advance(timedelta(seconds=RULES.pauses_s[-1]))
    with asking(services, record_service(firm(registry=REGISTERED))) as lent:
        ask_all(services, lent)
    record = record_of(owner)
    assert record is not None
    assert (record.state, record.tries) == (RecordState.KNOWN, 0)


def test_an_answer_that_is_not_signed_is_not_believed(services: Services, owner: Applicant) -> None:
    agree(owner, SourceKind.REGISTRY)
    stranger = Ed25519PrivateKey.generate()
    with asking(services, record_service(firm(registry=REGISTERED), stranger)) as lent:
        ask_all(services, lent)
    record = record_of(owner)
    assert record is not None
    assert (record.state, record.content) == (RecordState.FAILED, None)


def test_an_answer_about_another_business_is_not_believed(
    services: Services, owner: Applicant
) -> None:
    other = REGISTERED.model_copy(update={"code": "92110101MA00000001"})
    agree(owner, SourceKind.REGISTRY)
    with asking(services, record_service(firm(registry=other))) as lent:
        ask_all(services, lent)
    assert state_of(owner) is RecordState.FAILED


def test_an_answer_that_is_too_long_is_not_read(services: Services, owner: Applicant) -> None:
    agree(owner, SourceKind.REGISTRY)
    service = record_service(firm(registry=REGISTERED))
    with asking(services, service, max_answer_bytes=100) as lent:
        ask_all(services, lent)
    assert state_of(owner) is RecordState.FAILED


def test_what_is_withdrawn_before_is_not_asked_for(services: Services, owner: Applicant) -> None:
    service = Counting(record_service(firm(registry=REGISTERED)))
    for consent in agree(owner, SourceKind.REGISTRY):
        with owner.acting() as context:
            withdraw_source_consent(context, consent)
    with asking(services, service) as lent:
        ask_all(services, lent)
    assert service.asked == []
    assert record_of(owner) is None
    assert events(services, Action.SOURCE_ASKED) == []


def test_what_is_withdrawn_meanwhile_is_not_kept(services: Services, owner: Applicant) -> None:
    consents = agree(owner, SourceKind.REGISTRY)
    service = record_service(firm(registry=REGISTERED))

    @service.after_request
    def withdraw(response: Response) -> Response:
        for consent in consents:
            with owner.acting() as context:
                withdraw_source_consent(context, consent)
        return response

    with asking(services, service) as lent:
        ask_all(services, lent)
    assert record_of(owner) is None
    assert events(services, Action.SOURCE_ANSWERED) == []
    assert differences(owner) == ()


def test_a_consent_that_ends_meanwhile_leaves_nothing(
    services: Services, owner: Applicant, clock: MovableClock
) -> None:
    days = POLICY.section(LoanPolicy).known_by.kinds[SourceKind.REGISTRY].max_days
    agree(owner, SourceKind.REGISTRY)
    service = record_service(firm(registry=REGISTERED))

    @service.after_request
    def wait(response: Response) -> Response:
        clock.advance(timedelta(days=days, seconds=1))
        return response

    with asking(services, service) as lent:
        ask_all(services, lent)
    record = record_of(owner)
    assert record is not None
    assert record.content is None
    with services.transaction() as context:
        for rule in RETENTION.all():
            delete_due(context, rule)
    assert record_of(owner) is None


def test_what_is_old_is_asked_for_again_and_stays_until_then(
    services: Services, owner: Applicant, clock: MovableClock
) -> None:
    agree(owner, SourceKind.REGISTRY)
    with asking(services, record_service(firm(registry=REGISTERED))) as lent:
        ask_all(services, lent)
        assert ask_all(services, lent) == 0
    clock.advance(timedelta(days=30, seconds=1))
    with asking(services, Flask("away")) as lent:
        ask_all(services, lent)
    record = record_of(owner)
    assert record is not None
    assert record.state is RecordState.FAILED
    assert record.content is not None
    with services.transaction() as context:
        work = load_profile(context, owner.id)
    assert work is not None
    assert work.inputs.registry_as_of == REGISTERED.as_of


def test_a_second_use_asks_nobody_again_until_the_answer_is_old(
    services: Services, owner: Applicant, clock: MovableClock
) -> None:
    service = Counting(record_service(firm(registry=REGISTERED)))
    consents = agree(owner, SourceKind.REGISTRY)
    with asking(services, service) as lent:
        ask_all(services, lent)
        for days, asked in ((0, 1), (1, 1), (29, 2)):
            clock.advance(timedelta(days=days))
            with owner.acting() as context:
                withdraw_source_consent(context, consents[-1])
            consents = agree(owner, SourceKind.REGISTRY)
            ask_all(services, lent)
            assert len(service.asked) == asked


def test_no_advice_names_what_is_not_offered(services: Services, owner: Applicant) -> None:
    for configured in (True, False):
        services.parts.resources.add(OfferedRecords, OfferedRecords.when(configured))
        with services.transaction() as context:
            want_profile(context, owner.id)
            work = load_profile(context, owner.id)
        assert work is not None
        assert (Source.REGISTRY in work.inputs.not_offered) is not configured
        assert Source.ACQUIRING not in work.inputs.not_offered


def test_without_a_service_nothing_is_offered(services: Services, owner: Applicant) -> None:
    services.parts.resources.add(OfferedRecords, OfferedRecords.when(False))
    for source in (SourceKind.REGISTRY, SourceKind.REVIEWS):
        with pytest.raises(UseNotOffered):
            agree(owner, source)
    agree(owner, SourceKind.ACQUIRING)  # a file of it may be sent
    assert record_of(owner) is None
    with owner.acting() as context:
        offered = {one.kind: one.is_available for one in own_sources(context).sources}
    assert not offered[SourceKind.REGISTRY]
    assert not offered[SourceKind.REVIEWS]
    assert offered[SourceKind.ACQUIRING]
    assert offered[SourceKind.BANK]


def test_a_service_that_was_taken_away_is_not_asked(services: Services, owner: Applicant) -> None:
    agree(owner, SourceKind.REGISTRY)
    service = Counting(record_service(firm(registry=REGISTERED)))
    with asking(services, service) as lent:
        services.parts.resources.add(OfferedRecords, OfferedRecords.when(False))
        ask_all(services, lent)
    assert service.asked == []
    assert state_of(owner) is RecordState.FAILED


def test_who_has_no_account_yet_is_asked_about_later(
    services: Services, clock: MovableClock
) -> None:
    services.parts.resources.add(OfferedRecords, OfferedRecords.when(True))
    newcomer = applicant(services, "13800000002")
    agree(newcomer, SourceKind.REGISTRY)
    service = Counting(record_service(firm(registry=REGISTERED)))
    with asking(services, service) as lent:
        ask_all(services, lent)
        assert service.asked == []
        assert state_of(newcomer) is RecordState.FAILED
        onboarded(newcomer)
        clock.advance(timedelta(seconds=RULES.pauses_s[0]))
        ask_all(services, lent)
    assert state_of(newcomer) is RecordState.KNOWN
