"""A new evidence type and a new job kind are a module each, and numbers in the policy."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
import sqlalchemy as sa

from access.models import Applicant as ApplicantRow
from app.services import Services, open_services
from app.settings import Settings
from core.ids import new_id
from core.policy import PolicyInvalid
from core.reasons import Reason
from kyc.decision.models import Check, CheckOutcome
from kyc.evidence.models import Evidence
from kyc.evidence.repository import current_evidence, open_facts
from kyc.evidence.states import EvidenceState
from kyc.onboarding.states import Decision, OnboardingState
from storage.handlers import Lane
from storage.queue import enqueue
from tests.support import measure_text, shop_front
from tests.support.clock import MovableClock
from tests.support.factories import applicant, complete, reread, started, submitted
from tests.support.findings import OWNER
from tests.support.jobs import analyses, work_off, work_off_by_performing
from tests.support.policy import CONTENT, write_policy

NUMBERS = {
    "attempts = {": "attempts = { shop_front = 2,",
    '"face_video", "voice_clip"]': '"face_video", "voice_clip", "shop_front"]',
}


def policy_with_shop_front() -> str:
    content = CONTENT
    for old, new in NUMBERS.items():
        assert content.count(old) == 1
        content = content.replace(old, new)
    return content


@pytest.fixture
def services(settings: Settings, clock: MovableClock) -> Iterator[Services]:
    """Services that know of shop fronts."""
    path = write_policy(settings.var / "policy.toml", policy_with_shop_front())
    with shop_front.registered():
        opened = open_services(settings.model_copy(update={"policy": path}), clock)
        analyses(opened)
        yield opened
        opened.database.dispose()


def checks(services: Services) -> list[Check]:
    query = sa.select(Check).where(Check.kind == shop_front.KIND).order_by(Check.at)
    with services.reading() as context:
        return list(context.session.scalars(query))


def state_of(services: Services, evidence: UUID) -> EvidenceState:
    with services.reading() as context:
        return context.session.get_one(Evidence, evidence).state


def test_it_is_sent_analysed_and_checked(services: Services) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    evidence = submitted(owner, onboarding, shop_front.KIND, "sign:知夏面馆".encode())
    assert work_off_by_performing(services, Lane.ANALYSIS) == 1
    (check,) = checks(services)
    assert (check.outcome, check.reasons) == (CheckOutcome.PASSED, [])
    assert (check.evidence_id, check.measurements) == (evidence, {"characters": 4})
    with services.reading() as context:
        row = context.session.get_one(ApplicantRow, owner.id)
        held = current_evidence(context, onboarding)[shop_front.KIND]
        assert held.state is EvidenceState.ACCEPTED
        assert open_facts(context, row, held) == {"sign": "知夏面馆"}


def test_its_attempts_are_the_policys_and_its_reasons_have_their_effects(
    services: Services,
) -> None:
    owner = applicant(services)
    onboarding = started(owner)
    sent = []
    for content in (b"sign:", b"no sign"):
        sent.append(submitted(owner, onboarding, shop_front.KIND, content))
        work_off_by_performing(services, Lane.ANALYSIS)
    assert [state_of(services, one) for one in sent] == [EvidenceState.RETRY, EvidenceState.REVIEW]
    assert [check.reasons for check in checks(services)] == [
        [Reason.BLURRED],
        [Reason.NOT_AN_IMAGE, Reason.ATTEMPTS_USED],
    ]


def test_an_onboarding_waits_for_it_and_is_decided_with_it(services: Services) -> None:
    owner = applicant(services)
    onboarding = complete(owner)
    sign = shop_front.ShopFrontFinding((Reason.PHOTOCOPY,), sign="知夏面馆")
    work_off(services, {**OWNER.findings(), shop_front.KIND: sign})
    row = reread(services, onboarding)
    assert (row.state, row.decision) == (OnboardingState.DECIDED, Decision.REVIEW)
    assert row.reasons == [Reason.PHOTOCOPY]


def test_a_policy_without_its_numbers_stops_the_start(settings: Settings) -> None:
    with shop_front.registered(), pytest.raises(PolicyInvalid, match="shop_front"):
        open_services(settings)


def test_a_policy_that_names_it_needs_it_registered(settings: Settings) -> None:
    path = write_policy(settings.var / "policy.toml", policy_with_shop_front())
    with pytest.raises(PolicyInvalid, match="shop_front"):
        open_services(settings.model_copy(update={"policy": path}))


@pytest.mark.parametrize("lane", Lane)
def test_a_new_kind_of_job_is_done_in_its_lane(services: Services, lane: Lane) -> None:
    subject = new_id()
    with measure_text.registered(lane) as texts:
        texts.texts[subject] = "four"
        with services.transaction() as context:
            enqueue(context, measure_text.KIND, subject)
        assert work_off_by_performing(services, lane) == 1
    assert texts.lengths == {subject: 4}
