"""What ends by time or with an account ends at once: no use outlives its consent."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.jobs.maintenance import Maintenance
from app.services import Services
from audit.actions import Action
from core.ids import new_id
from kyc.identity import standing_of
from loans.declaration.uses import SEARCHES
from loans.known.build import want_profile
from loans.known.models import Profile
from loans.known.recorded import SOURCES, differences_on_record
from loans.known.show import credit_features, is_moving, verified_trade
from loans.models import Declaration
from loans.policy import LoanPolicy
from loans.reach.models import Contact
from loans.reach.signals import Channel
from loans.reach.states import CONTACT, ContactState
from loans.sources.confined import ReadFile
from loans.sources.consent import (
    ConsentToSource,
    consent_to_source,
    end_due_consents,
    has_due_consents,
    own_source_consents,
    withdraw_source_consent,
)
from loans.sources.files import UnlockFile, delete_file, unlock_file
from loans.sources.findings import FileFinding
from loans.sources.kinds import SourceKind, Use
from loans.sources.models import Signal, SourceFile
from loans.sources.offered import OfferedRecords
from loans.sources.reading import load_file, store_file
from loans.sources.signals import NewSignal, SignalKind, receive_signals
from loans.sources.states import FileState
from privacy.consents import ConsentMissing
from privacy.erasure import close_own_account
from privacy.holds import lift_hold, place_hold
from privacy.retention import RETENTION, delete_due
from reference.records.firms import Firm
from storage.handlers import Lane
from storage.keys.names import KeyPurpose
from tests.support.clock import MovableClock
from tests.support.factories import Applicant, applicant, declared, onboarded
from tests.support.findings import OWNER
from tests.support.jobs import work_off_by_performing
from tests.support.log import events
from tests.support.media import media_files
from tests.support.policy import POLICY
from tests.support.records import REGISTERED, ask_all, asking, record_service
from tests.support.sources import FEATURE, agree, locked_zip, read_all, send_file, with_feature

RULES = POLICY.section(LoanPolicy).known_by
CONTENT = b"not read in these tests" * 10_000
YEAR = timedelta(days=RULES.kinds[SourceKind.BANK].max_days, seconds=1)
TRADE = {"turnover_fen": 1, "costs_fen": 1, "instalments_fen": 0, "months": 6, "thickness": 30.0}


@pytest.fixture
def owner(services: Services) -> Applicant:
    """Somebody with an account; a service can be asked."""
    services.parts.resources.add(OfferedRecords, OfferedRecords.when(True))
    known = applicant(services)
    onboarded(known)
    return known


def end_due(services: Services) -> int:
    with services.transaction() as context:
        return end_due_consents(context)


def known_by(owner: Applicant, *sources: SourceKind) -> None:
    """Have trade known of somebody that was computed of these sources."""
    with owner.services.transaction() as context:
        profile = context.session.get_one(Profile, owner.id)
        last = context.today().isoformat()
        profile.known = {
            "trade": TRADE,
            "newest_sale": last,
            SOURCES: list(sources),
        }


def rows_of(services: Services, table: type[SourceFile] | type[Signal]) -> int:
    with services.reading() as context:
        return context.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_what_ended_is_not_used_even_before_it_is_destroyed(
    owner: Applicant, clock: MovableClock
) -> None:
    agree(owner, SourceKind.BANK)
    with_feature(owner)
    known_by(owner, SourceKind.BANK)
    with owner.acting() as context:
        assert set(credit_features(context, owner.id)) == {FEATURE}
        assert verified_trade(context, owner.id) is not None
    clock.advance(YEAR)
    with owner.acting() as context:
        assert credit_features(context, owner.id) == {}
        assert verified_trade(context, owner.id) is None


@pytest.mark.parametrize("other", [SourceKind.WECHAT, SourceKind.REGISTRY])
def test_trade_needs_every_source_that_it_was_computed_of(
    owner: Applicant, other: SourceKind
) -> None:
    agree(owner, SourceKind.BANK)
    with_feature(owner)
    known_by(owner, SourceKind.BANK, other)
    with owner.acting() as context:
        assert verified_trade(context, owner.id) is None
    agree(owner, other)
    with owner.services.transaction() as context:
        assert verified_trade(context, owner.id) is not None


def test_one_use_that_ended_is_forgotten_while_another_goes_on(
    services: Services, owner: Applicant, clock: MovableClock
) -> None:
    agree(owner, SourceKind.REVIEWS)
    clock.advance(timedelta(days=200))
    version = RULES.kinds[SourceKind.REVIEWS].version
    with owner.acting() as context:
        (contact,) = (one for one in own_source_consents(context) if one.use is Use.CONTACT)
        withdraw_source_consent(context, contact.id)
        consent_to_source(context, ConsentToSource(SourceKind.REVIEWS, Use.CONTACT, version))
    with_feature(owner)
    clock.advance(timedelta(days=170))
    assert end_due(services) == 1
    with services.reading() as context:
        assert context.session.get_one(Profile, owner.id).features == {}
        assert not has_due_consents(context)


def test_maintenance_destroys_what_ended_with_its_key(
    services: Services, owner: Applicant, clock: MovableClock
) -> None:
    before = media_files(services)
    agree(owner, SourceKind.BANK)
    agree(owner, SourceKind.SIGNALS)
    send_file(owner, SourceKind.BANK, CONTENT)
    with owner.acting() as context:
        receive_signals(context, [NewSignal(SignalKind.SEARCH, context.now(), "进货")])
    clock.advance(YEAR)
    Maintenance(services).expire()
    work_off_by_performing(services, Lane.HOUSEKEEPING)
    assert (rows_of(services, SourceFile), rows_of(services, Signal)) == (0, 0)
    assert media_files(services) == before
    assert not services.parts.keyring.exists(owner.id, KeyPurpose.SOURCES)
    assert len(events(services, Action.SOURCE_CONSENT_EXPIRED)) == 3
    assert events(services, Action.SOURCE_CONSENT_WITHDRAWN) == []


def test_under_a_hold_everything_stays_and_nothing_goes_on(
    services: Services, owner: Applicant, clock: MovableClock
) -> None:
    agree(owner, SourceKind.BANK)
    agree(owner, SourceKind.REGISTRY)
    file = send_file(owner, SourceKind.BANK, CONTENT)
    with_feature(owner)
    with services.transaction() as context:
        place_hold(context, owner.id, "court order 7")
    clock.advance(YEAR)
    assert end_due(services) == 3
    with services.reading() as context:
        kept = context.session.get_one(SourceFile, file)
        assert kept.state is FileState.REFUSED
        assert [fault["code"] for fault in kept.faults] == ["consent_missing"]
        assert context.session.get_one(Profile, owner.id).features == {}
    read_all(services)
    with services.reading() as context:
        assert not is_moving(context, owner.id)
    with services.transaction() as context:
        lift_hold(context, owner.id)
    with services.transaction() as context:
        for rule in RETENTION.all():
            delete_due(context, rule)
    work_off_by_performing(services, Lane.HOUSEKEEPING)
    assert rows_of(services, SourceFile) == 0
    assert not services.parts.keyring.exists(owner.id, KeyPurpose.SOURCES)


def test_a_file_is_not_read_without_a_consent_and_says_so(
    services: Services, owner: Applicant, clock: MovableClock
) -> None:
    agree(owner, SourceKind.BANK)
    loaded = send_file(owner, SourceKind.BANK, CONTENT)
    stored = send_file(owner, SourceKind.BANK, CONTENT + b"!")
    clock.advance(YEAR)
    with services.transaction() as context:
        assert load_file(context, loaded) is None
        store_file(context, stored, ReadFile(FileFinding(publisher="icbc", rows=1), b"packed"))
    with services.reading() as context:
        for file in (loaded, stored):
            row = context.session.get_one(SourceFile, file)
            assert (row.state, row.contents) == (FileState.REFUSED, None)
            assert [fault["code"] for fault in row.faults] == ["consent_missing"]


def test_no_password_is_taken_without_a_consent(
    services: Services, owner: Applicant, clock: MovableClock
) -> None:
    agree(owner, SourceKind.BANK)
    file = send_file(owner, SourceKind.BANK, locked_zip())
    read_all(services)
    clock.advance(YEAR)
    with pytest.raises(ConsentMissing), owner.acting() as context:
        unlock_file(context, UnlockFile(SourceKind.BANK, file, "123456"))


def test_what_a_registry_says_stays_while_a_profile_is_built_again(
    services: Services, owner: Applicant, clock: MovableClock
) -> None:
    closed = REGISTERED.model_copy(update={"status": "吊销"})
    agree(owner, SourceKind.REGISTRY)
    agree(owner, SourceKind.BANK)
    file = send_file(owner, SourceKind.BANK, CONTENT)
    with asking(services, record_service({OWNER.code: Firm(registry=closed)})) as lent:
        ask_all(services, lent)
    with owner.acting() as context:
        onboarding = standing_of(context, owner.id, consents=()).onboarding_id
        told = differences_on_record(context, owner.id, onboarding)
        assert told
        delete_file(context, SourceKind.BANK, file)
        assert differences_on_record(context, owner.id, onboarding) == told
    clock.advance(YEAR)
    with owner.acting() as context:
        assert differences_on_record(context, owner.id, onboarding) == ()


def test_of_a_closed_account_no_profile_is_built(services: Services, owner: Applicant) -> None:
    agree(owner, SourceKind.BANK)
    with_feature(owner)
    with owner.acting() as context:
        close_own_account(context)
    with services.transaction() as context:
        want_profile(context, owner.id)
    with services.reading() as context:
        assert context.session.get(Profile, owner.id) is None


@pytest.mark.parametrize(
    ("use", "contact", "evidence"),
    [
        (Use.CONTACT, (None, None), [SEARCHES, "bank"]),
        (Use.PURPOSE, ("line", 0.4), ["bank"]),
    ],
)
def test_what_came_of_signals_goes_with_the_consent_to_its_use(
    services: Services,
    owner: Applicant,
    use: Use,
    contact: tuple[str | None, float | None],
    evidence: list[str],
) -> None:
    agree(owner, SourceKind.SIGNALS)
    declaration = declared(owner)
    with services.transaction() as context:
        row = Contact(
            id=new_id(),
            applicant_id=owner.id,
            channel=Channel.APP,
            product="line",
            response=0.4,
            at=context.now(),
            not_after=context.now(),
        )
        CONTACT.begin(row, ContactState.MADE)
        context.session.add(row)
        context.session.get_one(Declaration, declaration).evidence = [
            {"difference": "searches_forbidden", "declared": "", "known": SEARCHES},
            {"difference": "industry_differs", "declared": "", "known": "bank"},
        ]
    with owner.acting() as context:
        for consent in own_source_consents(context):
            if consent.use is use:
                withdraw_source_consent(context, consent.id)
    with services.reading() as context:
        kept = context.session.scalars(sa.select(Contact)).one()
        assert (kept.product, kept.response) == contact
        found = context.session.get_one(Declaration, declaration).evidence
        assert [one["known"] for one in found or ()] == evidence
