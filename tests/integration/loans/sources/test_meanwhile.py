"""What an owner ends while a job stores: PostgreSQL lets both go on at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.services import Services
from loans.known.build import BuiltProfile, store_profile
from loans.known.inputs import ComputedProfile
from loans.known.models import Profile
from loans.known.show import credit_features
from loans.sources.confined import ReadFile
from loans.sources.consent import withdraw_source_consent
from loans.sources.files import delete_file
from loans.sources.findings import FileFinding
from loans.sources.kinds import SourceKind
from loans.sources.models import SourceFile
from loans.sources.reading import store_file
from storage.context import Context
from storage.handlers import Lane
from tests.support.factories import Applicant, applicant, onboarded
from tests.support.jobs import work_off_by_performing
from tests.support.media import media_files
from tests.support.sources import FEATURE, agree, send_file, with_feature

CONTENT = b"not read in these tests" * 10_000
FOUND = ReadFile(FileFinding(publisher="icbc", account="debit", rows=1), b"packed rows")
HELD_S = 0.4  # for which a job keeps its transaction open


@pytest.fixture
def owner(services: Services) -> Applicant:
    """Somebody with an account."""
    if not services.settings.database_url:
        pytest.skip("SQLite has one writer at a time")
    known = applicant(services)
    onboarded(known)
    return known


def while_storing(
    services: Services, store: Callable[[Context], None], act: Callable[[], None]
) -> None:
    """Do something while a job has stored and not yet committed."""
    stored = threading.Event()

    def job() -> None:
        with services.transaction() as context:
            store(context)
            context.session.flush()
            stored.set()
            time.sleep(HELD_S)

    thread = threading.Thread(target=job)
    thread.start()
    assert stored.wait(10)
    act()
    thread.join()


@pytest.mark.parametrize("withdraws", [True, False])
def test_rows_that_are_stored_meanwhile_are_destroyed(
    services: Services, owner: Applicant, *, withdraws: bool
) -> None:
    agree(owner, SourceKind.WECHAT)  # the key stays
    (consent,) = agree(owner, SourceKind.BANK)
    with_feature(owner)
    before = media_files(services)
    file = send_file(owner, SourceKind.BANK, CONTENT)

    def end() -> None:
        with owner.acting() as context:
            if withdraws:
                withdraw_source_consent(context, consent)
            else:
                delete_file(context, SourceKind.BANK, file)

    while_storing(services, lambda context: store_file(context, file, FOUND), end)
    work_off_by_performing(services, Lane.HOUSEKEEPING)
    with services.reading() as context:
        assert context.session.scalars(sa.select(SourceFile)).all() == []
    assert media_files(services) == before


def test_a_first_profile_that_is_stored_meanwhile_is_forgotten(
    services: Services, owner: Applicant
) -> None:
    (consent,) = agree(owner, SourceKind.BANK)
    send_file(owner, SourceKind.BANK, CONTENT)
    with services.transaction() as context:
        now, today = context.now(), context.today()
        context.session.add(Profile(applicant_id=owner.id, wanted_at=now, features={}, known={}))
    feature = {"value": 2.0, "source": "bank", "as_of": today.isoformat(), "coverage": 1.0}
    computed = ComputedProfile(features={FEATURE: feature}, known={"trade": {"a": 1}})
    built = BuiltProfile(computed, None, wanted_at=now)
    while_storing(
        services,
        lambda context: store_profile(context, owner.id, built),
        lambda: withdrawn(owner, consent),
    )
    with services.reading() as context:
        profile = context.session.get_one(Profile, owner.id)
        assert (profile.features, profile.known, profile.built_at) == ({}, {}, None)
        assert credit_features(context, owner.id) == {}


def withdrawn(owner: Applicant, consent: UUID) -> None:
    with owner.acting() as context:
        withdraw_source_consent(context, consent)
