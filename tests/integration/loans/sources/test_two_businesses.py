"""An account whose owner shows another business: what is known of the one counts for that alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.services import Services
from kyc.identity import business_of
from kyc.onboarding.states import Decision
from loans.known.models import Profile
from loans.known.show import credit_features, is_moving, known_sources, verified_trade
from loans.profile.feature import Feature
from loans.sources.kinds import SourceKind
from loans.sources.models import SourceRecord
from loans.sources.offered import OfferedRecords
from loans.sources.overview import OwnFile, own_sources
from reference.records.firms import Firm
from tests.support.factories import Applicant, applicant, onboarded
from tests.support.findings import OWNER, Person
from tests.support.records import REGISTERED, ask_all, asking, record_service
from tests.support.sources import FEATURE, agree, read_all, send_file
from tests.support.statements import wallet_bill

DAYS, TAKINGS_FEN = 300, 30_000
OTHER = replace(OWNER, firm="知夏网店", code="92110101MA0000099X")
OTHER_REGISTERED = REGISTERED.model_copy(update={"name": OTHER.firm, "code": OTHER.code})


@pytest.fixture
def owner(services: Services) -> Applicant:
    """Somebody whose first business is known by a wallet and by the registry."""
    services.parts.resources.add(OfferedRecords, OfferedRecords.when(True))
    known = applicant(services)
    shows(known, OWNER)
    agree(known, SourceKind.WECHAT)
    agree(known, SourceKind.REGISTRY)
    send_bill(known)
    ask(known)
    return known


def shows(owner: Applicant, person: Person) -> None:
    """Have a business of somebody's approved."""
    assert onboarded(owner, person.findings()).decision == Decision.APPROVED


def send_bill(owner: Applicant) -> None:
    with owner.services.reading() as context:
        first = context.today() - timedelta(days=DAYS)
    send_file(owner, SourceKind.WECHAT, wallet_bill(OWNER.name, first, DAYS, TAKINGS_FEN))
    read_all(owner.services)


def ask(owner: Applicant) -> None:
    """Have a registry that knows both businesses asked, and what follows done."""
    firms = {
        OWNER.code: Firm(registry=REGISTERED),
        OTHER.code: Firm(registry=OTHER_REGISTERED),
    }
    with asking(owner.services, record_service(firms)) as lent:
        ask_all(owner.services, lent)
    read_all(owner.services)


def features(owner: Applicant) -> Mapping[str, Feature]:
    with owner.acting() as context:
        return credit_features(context, owner.id)


def has_trade(owner: Applicant) -> bool:
    with owner.acting() as context:
        return verified_trade(context, owner.id) is not None


def sources(owner: Applicant) -> frozenset[str]:
    with owner.acting() as context:
        return known_sources(context, owner.id)


def files(owner: Applicant) -> list[OwnFile]:
    with owner.acting() as context:
        return [file for source in own_sources(context).sources for file in source.files]


def asked_about(services: Services) -> str | None:
    with services.reading() as context:
        return context.session.scalar(sa.select(SourceRecord.business))


def test_trade_of_one_business_is_not_the_others(owner: Applicant) -> None:
    assert FEATURE in features(owner)
    assert has_trade(owner)
    shows(owner, OTHER)
    assert features(owner) == {}
    assert not has_trade(owner)
    assert sources(owner) == frozenset()
    read_all(owner.services)
    assert FEATURE not in features(owner)
    assert not has_trade(owner)
    assert "wechat" not in sources(owner)


def test_a_file_of_the_other_business_is_told_and_may_be_sent_again(owner: Applicant) -> None:
    shows(owner, OTHER)
    (before,) = files(owner)
    assert (before.is_used, before.is_of_business) == (False, False)
    send_bill(owner)
    assert [(file.is_used, file.is_of_business) for file in files(owner)] == [
        (False, False),
        (True, True),
    ]
    assert has_trade(owner)


def test_the_registry_is_asked_about_the_business_that_there_is_now(owner: Applicant) -> None:
    first = asked_about(owner.services)
    shows(owner, OTHER)
    with owner.acting() as context:
        now = business_of(context, owner.id)
        assert is_moving(context, owner.id)
    assert now != first
    ask(owner)
    assert asked_about(owner.services) == now
    with owner.services.reading() as context:
        known = context.session.get_one(Profile, owner.id)
        assert known.business == now
        assert known.known["registry"]["differs"] == []


def test_the_same_business_shown_again_keeps_what_is_known(owner: Applicant) -> None:
    shows(owner, OWNER)
    assert FEATURE in features(owner)
    assert has_trade(owner)
    assert all(file.is_used for file in files(owner))


def test_going_back_to_the_first_business_uses_its_files_again(owner: Applicant) -> None:
    shows(owner, OTHER)
    shows(owner, OWNER)
    read_all(owner.services)
    assert FEATURE in features(owner)
    assert has_trade(owner)
