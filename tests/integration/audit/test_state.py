"""Rows that say otherwise than the log are found: `kaihu audit verify --state`."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from access.log_reading import state_faults
from app.services import Services
from kyc.lists.models import Listed
from kyc.onboarding.models import Onboarding
from kyc.verification.states import VerificationPurpose
from loans.models import Application, Assessment, AssessmentTry, CreditDecision, Offer
from loans.offers.acceptance import AcceptOffer, accept_offer
from loans.states import OfferState
from tests.support.factories import applicant, confirmed, offered, onboarded
from tests.support.watchlist import entered, removal_proposed


def faults(services: Services) -> list[str]:
    with services.reading() as context:
        return list(state_faults(context))


def change(services: Services, statement: str) -> None:
    with services.transaction() as context:
        context.session.execute(sa.text(statement))


def test_what_use_cases_wrote_is_what_the_log_says(services: Services) -> None:
    offered(applicant(services))
    assert faults(services) == []


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("update onboardings set decision = 'declined'", "decision is"),
        ("update offers set principal_fen = 30000000", "principal_fen is 30000000"),
        ("update offers set annual_rate_bp = 1", "annual_rate_bp is 1"),
        ("update offers set state = 'accepted'", "state is 'accepted', the log says 'open'"),
        ("delete from offers", "offers that the log knows are gone"),
    ],
)
def test_a_row_that_was_changed_is_named(services: Services, statement: str, told: str) -> None:
    offered(applicant(services))
    change(services, statement)
    assert any(told in fault for fault in faults(services))


@pytest.mark.parametrize("state", [OfferState.OPEN, OfferState.EXPIRED])
def test_a_loan_that_was_made_undone_is_named(services: Services, state: OfferState) -> None:
    owner = applicant(services)
    offer = offered(owner).offer
    assert offer is not None
    voice = confirmed(owner, VerificationPurpose.OFFER)
    with owner.acting() as context:
        accept_offer(context, AcceptOffer(offer.id, voice))
    assert faults(services) == []
    with services.transaction() as context:
        own = sa.update(Offer).where(Offer.id == offer.id)
        context.session.execute(own.values(state=state))
    assert faults(services) == [f"offer {offer.id}: state is '{state}', the log says 'accepted'"]


def test_what_is_gone_is_named(services: Services) -> None:
    application = offered(applicant(services)).application
    with services.transaction() as context:
        for table in (AssessmentTry, CreditDecision, Assessment, Offer, Application):
            context.session.execute(sa.delete(table))
    assert f"application {application.id}: the log knows it, and it is gone" in faults(services)


def test_an_onboarding_that_was_given_to_another_account_is_named(services: Services) -> None:
    onboarding = onboarded(applicant(services)).id
    other = applicant(services, "13800000002").id
    with services.transaction() as context:
        context.session.get_one(Onboarding, onboarding).applicant_id = other
    assert any("is another account's" in fault for fault in faults(services))


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("update declarations set purpose = 'rent'", "purpose is 'rent'"),
        ("update declarations set promise_sha256 = 'x'", "promise is 'x'"),
        ("update declarations set consistency = 'contradicting'", "consistency is"),
        ("update list_entries set state = 'removed'", "not that of its proposals"),
        ("update list_proposals set state = 'rejected'", "the log says 'confirmed'"),
        (
            "insert into list_entries select '00000000000000000000000000000001', list_code, kind,"
            " value_blind, source, reason, valid_until, state, made_at from list_entries",
            "not that of its proposals",
        ),
    ],
)
def test_declarations_and_lists_are_held_to_the_log(
    services: Services, statement: str, told: str
) -> None:
    offered(applicant(services))
    entry = entered(services, Listed.PHONE, "13812345678")
    removal_proposed(services, entry)
    assert faults(services) == []
    change(services, statement)
    assert any(told in fault for fault in faults(services))
