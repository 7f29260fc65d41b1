"""Nothing is kept without a consent, and what is withdrawn is gone for good."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.services import Services
from audit.actions import Action
from core.errors import NotFound
from loans.known.models import Profile
from loans.policy import LoanPolicy
from loans.sources.consent import (
    ConsentToSource,
    SourceConsentsUsed,
    UseNotOffered,
    consent_to_source,
    own_source_consents,
    withdraw_source_consent,
)
from loans.sources.files import BeginFile, begin_file
from loans.sources.kinds import SourceKind, Use
from loans.sources.models import Signal, SourceFile
from loans.sources.signals import (
    NewSignal,
    SignalKind,
    SignalNotOfNow,
    SignalsUsed,
    receive_signals,
    signals_for,
)
from privacy.consents import ConsentMissing, ConsentOutdated
from privacy.erasure import close_own_account
from privacy.retention import RETENTION, delete_due
from storage.handlers import Lane
from storage.keys.names import KeyPurpose
from tests.support.clock import MovableClock
from tests.support.factories import Applicant, applicant, onboarded
from tests.support.jobs import work_off_by_performing
from tests.support.log import events
from tests.support.media import media_files
from tests.support.policy import POLICY
from tests.support.sources import agree, send_file, with_feature

RULES = POLICY.section(LoanPolicy).known_by
CONTENT = b"not read in these tests" * 10_000


@pytest.fixture
def owner(services: Services) -> Applicant:
    """Somebody with an account."""
    known = applicant(services)
    onboarded(known)
    return known


def files_of(owner: Applicant) -> list[SourceFile]:
    with owner.services.reading() as context:
        own = sa.select(SourceFile).where(SourceFile.applicant_id == owner.id)
        return list(context.session.scalars(own))


def test_without_a_consent_no_file_is_taken(owner: Applicant) -> None:
    with pytest.raises(ConsentMissing), owner.acting() as context:
        begin_file(context, BeginFile(SourceKind.BANK, "a.csv", 5))
    agree(owner, SourceKind.WECHAT)
    with pytest.raises(ConsentMissing), owner.acting() as context:
        begin_file(context, BeginFile(SourceKind.BANK, "a.csv", 5))


@pytest.mark.parametrize(
    ("command", "error"),
    [
        (ConsentToSource(SourceKind.SIGNALS, Use.CREDIT, "2026-11-29"), UseNotOffered),
        (ConsentToSource(SourceKind.BANK, Use.CONTACT, "2026-11-29"), UseNotOffered),
        (ConsentToSource(SourceKind.BANK, Use.CREDIT, "2020-01-01"), ConsentOutdated),
    ],
)
def test_only_what_is_offered_is_consented_to(
    owner: Applicant, command: ConsentToSource, error: type[Exception]
) -> None:
    with pytest.raises(error), owner.acting() as context:
        consent_to_source(context, command)


def test_a_consent_is_given_once_and_is_in_the_log(services: Services, owner: Applicant) -> None:
    assert agree(owner, SourceKind.BANK) == agree(owner, SourceKind.BANK)
    (event,) = events(services, Action.SOURCE_CONSENTED)
    assert event.data["source"] == "bank"
    assert event.data["channel"] == "person"


def test_a_consent_ends_by_itself_and_with_it_the_files(
    services: Services, owner: Applicant, clock: MovableClock
) -> None:
    agree(owner, SourceKind.BANK)
    send_file(owner, SourceKind.BANK, CONTENT)
    clock.advance(timedelta(days=RULES.kinds[SourceKind.BANK].max_days, seconds=1))
    with owner.acting() as context:
        assert own_source_consents(context) == []
    with services.transaction() as context:
        for rule in RETENTION.all():
            delete_due(context, rule)
    assert files_of(owner) == []


def test_what_is_withdrawn_is_destroyed_with_its_key(services: Services, owner: Applicant) -> None:
    before = media_files(services)
    (consent,) = agree(owner, SourceKind.BANK)
    send_file(owner, SourceKind.BANK, CONTENT)
    with_feature(owner)
    with owner.acting() as context:
        withdraw_source_consent(context, consent)
    with services.reading() as context:
        profile = context.session.get_one(Profile, owner.id)
        assert profile.features == {}
    work_off_by_performing(services, Lane.HOUSEKEEPING)
    assert files_of(owner) == []
    assert media_files(services) == before
    assert not services.parts.keyring.exists(owner.id, KeyPurpose.SOURCES)
    agree(owner, SourceKind.BANK)
    send_file(owner, SourceKind.BANK, CONTENT)
    assert len(files_of(owner)) == 1


def test_other_sources_stay_when_one_is_withdrawn(services: Services, owner: Applicant) -> None:
    (bank,) = agree(owner, SourceKind.BANK)
    agree(owner, SourceKind.WECHAT)
    kept = send_file(owner, SourceKind.WECHAT, CONTENT)
    send_file(owner, SourceKind.BANK, CONTENT + b"!")
    with owner.acting() as context:
        withdraw_source_consent(context, bank)
    assert [file.id for file in files_of(owner)] == [kept]
    assert services.parts.keyring.exists(owner.id, KeyPurpose.SOURCES)


def test_nobody_withdraws_what_is_anothers_or_over(services: Services, owner: Applicant) -> None:
    (consent,) = agree(owner, SourceKind.BANK)
    stranger = applicant(services, "13800000002")
    with pytest.raises(NotFound), stranger.acting() as context:
        withdraw_source_consent(context, consent)
    with owner.acting() as context:
        withdraw_source_consent(context, consent)
    with pytest.raises(NotFound), owner.acting() as context:
        withdraw_source_consent(context, consent)


def test_a_consent_is_not_given_and_withdrawn_without_end(owner: Applicant) -> None:
    for _ in range(RULES.max_given):
        (consent,) = agree(owner, SourceKind.BANK)
        with owner.acting() as context:
            withdraw_source_consent(context, consent)
    with pytest.raises(SourceConsentsUsed):
        agree(owner, SourceKind.BANK)


def test_a_closed_account_leaves_nothing(services: Services, owner: Applicant) -> None:
    agree(owner, SourceKind.BANK)
    agree(owner, SourceKind.SIGNALS)
    send_file(owner, SourceKind.BANK, CONTENT)
    with owner.acting() as context:
        receive_signals(context, [NewSignal(SignalKind.SEARCH, context.now(), "进货")])
    with owner.acting() as context:
        close_own_account(context)
    assert files_of(owner) == []
    with services.reading() as context:
        assert context.session.scalars(sa.select(Signal)).all() == []


def test_signals_are_kept_by_consent_and_used_for_what_it_says(owner: Applicant) -> None:
    with pytest.raises(ConsentMissing), owner.acting() as context:
        receive_signals(context, [NewSignal(SignalKind.SEARCH, context.now(), "进货")])
    with owner.acting() as context:
        version = RULES.kinds[SourceKind.SIGNALS].version
        consent_to_source(context, ConsentToSource(SourceKind.SIGNALS, Use.CONTACT, version))
        receive_signals(context, [NewSignal(SignalKind.SEARCH, context.now(), "进货")])
    with owner.acting() as context:
        assert [signal.text for signal in signals_for(context, owner.id, Use.CONTACT)] == ["进货"]
        assert signals_for(context, owner.id, Use.PURPOSE) == []


def test_signals_are_of_now_and_not_too_many(owner: Applicant) -> None:
    agree(owner, SourceKind.SIGNALS)
    for moment in (timedelta(minutes=5), -timedelta(days=RULES.signal_days + 1)):
        with pytest.raises(SignalNotOfNow), owner.acting() as context:
            receive_signals(context, [NewSignal(SignalKind.SEARCH, context.now() + moment)])
    with pytest.raises(SignalsUsed), owner.acting() as context:
        one = NewSignal(SignalKind.SEARCH, context.now())
        receive_signals(context, [one] * (RULES.max_signals + 1))
