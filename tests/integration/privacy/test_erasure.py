"""An account is closed: what no law has kept goes at once, the rest is locked until its time."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from access.authorisation import NotAllowed
from access.models import Applicant as Account
from access.models import Device
from access.sessions import in_force
from app.jobs.maintenance import Maintenance
from app.retention import delete_all_due
from app.services import Services
from audit.actions import Action
from core.actors import ActorKind, Role
from core.errors import NotFound
from core.reasons import Reason
from kyc.accounts.lookup import SearchAccounts, search_accounts
from kyc.decision.models import Check
from kyc.evidence.models import Evidence, Template
from kyc.evidence.types import FACE_VIDEO, LICENCE, VOICE_CLIP
from kyc.onboarding.models import Onboarding
from kyc.onboarding.states import Decision, OnboardingState
from kyc.verification.states import VerificationPurpose
from loans.erasure import LoanOutstanding
from loans.models import Declaration
from loans.offers.acceptance import AcceptOffer, accept_offer
from privacy.erasure import close_own_account, erase_person
from privacy.holds import lift_hold, place_hold
from privacy.policy import RetentionPolicy
from storage.handlers import Lane
from storage.keys.names import KeyPurpose
from storage.media import MediaMissing
from tests.support.clock import MovableClock
from tests.support.factories import (
    PHONE,
    Applicant,
    applicant,
    confirmed,
    declared,
    offered,
    onboarded,
    staff_member,
    started,
    submitted,
)
from tests.support.findings import OWNER, another
from tests.support.jobs import work_off, work_off_by_performing
from tests.support.log import events


def closed(owner: Applicant) -> Account:
    with owner.acting() as context:
        return close_own_account(context)


def account_of(services: Services, owner: Applicant) -> Account:
    with services.reading() as context:
        return context.session.get_one(Account, owner.id)


def housekeeping(services: Services) -> None:
    work_off_by_performing(services, Lane.HOUSEKEEPING)


def files_left(services: Services) -> set[str]:
    """The kinds of evidence whose files the store still has."""
    with services.reading() as context:
        sent = context.session.execute(sa.select(Evidence.kind, Evidence.id)).all()
    left = set()
    for kind, evidence_id in sent:
        try:
            services.parts.media.get(evidence_id)
        except MediaMissing:
            continue
        left.add(kind)
    return left


def years(services: Services) -> timedelta:
    rules = services.parts.policy.section(RetentionPolicy)
    return timedelta(days=366 * rules.customer_records_years)


def test_nothing_is_left_of_somebody_who_was_no_customer(services: Services) -> None:
    owner = applicant(services, device="phone")
    onboarding = started(owner)
    for kind in (LICENCE, FACE_VIDEO):
        submitted(owner, onboarding, kind.kind)
    work_off(services)
    closed(owner)
    housekeeping(services)
    account = account_of(services, owner)
    assert (account.phone, account.name, account.name_blind) == (b"", None, None)
    assert account.erased_at is not None
    assert files_left(services) == set()
    keyring = services.parts.keyring
    assert not any(keyring.exists(owner.id, purpose) for purpose in KeyPurpose)
    with services.reading() as context:
        assert context.session.scalars(sa.select(Template)).all() == []
        assert context.session.scalars(sa.select(Device)).all() == []
        assert set(context.session.scalars(sa.select(Evidence.facts))) == {None}
        assert set(context.session.scalars(sa.select(Onboarding.number_blind))) == {None}
        assert all(row == {} for row in context.session.scalars(sa.select(Check.measurements)))
        assert in_force(context, ActorKind.APPLICANT, owner.id) == []
    (event,) = events(services, Action.ACCOUNT_CLOSED)
    assert event.data["held"] is False


def test_records_of_a_customer_are_locked_and_go_when_their_time_is_over(
    services: Services, clock: MovableClock
) -> None:
    owner = applicant(services)
    onboarded(owner)
    declared(owner)
    account = closed(owner)
    housekeeping(services)
    assert account.erased_at is None
    assert files_left(services).isdisjoint({FACE_VIDEO.kind, VOICE_CLIP.kind})
    assert LICENCE.kind in files_left(services)
    keyring = services.parts.keyring
    assert not keyring.exists(owner.id, KeyPurpose.BIOMETRICS)
    assert keyring.exists(owner.id, KeyPurpose.IDENTITY)
    agent = staff_member(services, Role.AGENT)
    for command in (SearchAccounts(phone=PHONE), SearchAccounts(name=OWNER.name)):
        with services.transaction(agent) as context:
            assert search_accounts(context, command).accounts == ()
    delete_all_due(services)
    assert account_of(services, owner).erased_at is None, "the law has it kept"
    clock.advance(years(services))
    delete_all_due(services)
    housekeeping(services)
    assert account_of(services, owner).erased_at is not None
    assert files_left(services) == set()
    assert not keyring.exists(owner.id, KeyPurpose.IDENTITY)
    with services.reading() as context:
        row = context.session.scalars(sa.select(Onboarding)).one()
        assert (row.decision, row.state) == (Decision.APPROVED, OnboardingState.WITHDRAWN)
        assert set(context.session.scalars(sa.select(Declaration.occupation))) == {"erased"}


def test_a_face_that_was_refused_is_known_for_a_while_after_the_account_is_closed(
    services: Services, clock: MovableClock
) -> None:
    owner = applicant(services)
    refused = onboarded(owner, {**OWNER.findings(), FACE_VIDEO.kind: another(2).face_video()})
    assert refused.decision is Decision.DECLINED
    account = closed(owner)
    housekeeping(services)
    assert account.erased_at is None
    assert files_left(services) == set()
    with services.reading() as context:
        assert context.session.scalars(sa.select(Onboarding.number_blind)).one() is not None
    rules = services.parts.policy.section(RetentionPolicy)
    clock.advance(timedelta(days=rules.declined_days + 1))
    delete_all_due(services)
    housekeeping(services)
    assert account_of(services, owner).erased_at is not None
    with services.reading() as context:
        assert context.session.scalars(sa.select(Onboarding.number_blind)).one() is None


def test_the_phone_number_may_open_another_account(services: Services) -> None:
    owner = applicant(services)
    closed(owner)
    again = applicant(services)
    assert again.id != owner.id
    with pytest.raises(NotFound), owner.acting() as context:
        close_own_account(context)


def test_an_account_with_a_loan_is_not_closed(services: Services) -> None:
    owner = applicant(services)
    decided = offered(owner)
    assert decided.offer is not None
    verified = confirmed(owner, VerificationPurpose.OFFER)
    with owner.acting() as context:
        accept_offer(context, AcceptOffer(decided.offer.id, verified))
    with pytest.raises(LoanOutstanding):
        closed(owner)
    assert account_of(services, owner).closed_at is None


def test_under_a_hold_nothing_is_deleted_until_it_is_lifted(
    services: Services, clock: MovableClock
) -> None:
    owner = applicant(services)
    onboarded(owner)
    with services.transaction() as context:
        place_hold(context, owner.id, "court order 7")
    closed(owner)
    clock.advance(years(services))
    delete_all_due(services)
    housekeeping(services)
    assert files_left(services) >= {FACE_VIDEO.kind, VOICE_CLIP.kind, LICENCE.kind}
    assert account_of(services, owner).erased_at is None
    with services.transaction() as context:
        assert lift_hold(context, owner.id) == 1
    housekeeping(services)
    assert files_left(services) == set()
    assert account_of(services, owner).erased_at is not None
    with pytest.raises(NotFound), services.transaction() as context:
        lift_hold(context, owner.id)
    stored = [event.data for event in events(services, Action.HOLD_PLACED)]
    assert "court order 7" not in str(stored)


def test_only_those_who_run_kaihu_erase_somebody_else(services: Services) -> None:
    owner = applicant(services)
    with services.transaction(staff_member(services, Role.ADMIN)) as context:
        with pytest.raises(NotAllowed):
            erase_person(context, owner.id)
        with pytest.raises(NotAllowed):
            place_hold(context, owner.id, "because")
    with services.transaction() as context:
        assert erase_person(context, owner.id).closed_at is not None


def test_what_was_declined_goes_with_the_account(services: Services) -> None:
    owner = applicant(services)
    findings = {**OWNER.findings(), FACE_VIDEO.kind: OWNER.face_video(Reason.VIDEO_REUSED)}
    case: UUID = onboarded(owner, findings).id
    with services.reading() as context:
        assert context.session.get_one(Onboarding, case).decision is Decision.DECLINED
    closed(owner)
    housekeeping(services)
    assert files_left(services) == set()
    Maintenance(services).expire()
