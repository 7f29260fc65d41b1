"""The courts' list is asked over HTTP before the scorer is, and lets nobody pass by failing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.services import Services
from audit.actions import Action
from core.actors import Actor, Role
from core.reasons import Reason
from kyc.lists.models import Listed
from kyc.lists.told import Told
from kyc.onboarding.states import Decision
from loans.calls.signed_client import Outcome
from loans.credit.review import (
    CreditJudgement,
    JudgeApplication,
    claim_application,
    judge_application,
)
from loans.credit.steps import give_up_application
from loans.declaration.evidence import Consistency
from loans.lists.court import court_cases_of
from loans.lists.court_client import CourtAnswer, CourtList
from loans.lists.models import CourtAsking
from loans.models import Application, Declaration
from loans.state import compare_applications
from loans.states import ApplicationState
from storage.queue import Job
from tests.support.clock import MovableClock
from tests.support.court import CourtService, court_client
from tests.support.factories import (
    applicant,
    applied,
    declared,
    onboarded,
    staff_member,
    stepped_up,
)
from tests.support.findings import OWNER
from tests.support.lending import lend
from tests.support.log import events
from tests.support.servers import served

VALID = replace(OWNER, number="110101198803144213", code="91110000600007272X")
TOLD = Told(Listed.NAME, VALID.name, None, VALID.number)
CASE = {"case": "（2026）示0101执12号", "court": "示例法院", "since": "2026-03-01"}
OWN_ENTRY = {**CASE, "name": VALID.name, "number": "1101011988****4213"}


@pytest.fixture
def court() -> CourtService:
    """The service, with nobody on its list."""
    return CourtService()


@pytest.fixture
def url(court: CourtService) -> Iterator[str]:
    """Its address."""
    with served(court) as address:
        yield address


@pytest.fixture
def application(services: Services, url: str) -> UUID:
    """An application of a listed owner's, in an installation that asks the list."""
    owner = applicant(services)
    assert onboarded(owner, VALID.findings()).decision is Decision.APPROVED
    services.parts.resources.add(CourtList, court_client(url))
    return applied(owner, declared(owner))


def lent(services: Services, url: str) -> None:
    """Do what is due, as the lending process does."""
    while lend(services, court=court_client(url)):
        pass


def seen(services: Services, application: UUID) -> Application:
    with services.reading() as context:
        return context.session.get_one(Application, application)


def test_entries_come_back_as_they_are_told(court: CourtService, url: str) -> None:
    court.entries = [OWN_ENTRY]
    answer = court_client(url).ask(TOLD, "1")
    assert answer.outcome is Outcome.ANSWERED
    assert answer.entries is not None
    assert answer.entries[0].case == CASE["case"]
    assert court.asked == [{"kind": "person", "name": VALID.name, "number": "4213"}]


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"status": 503}, Outcome.FAILED),
        ({"status": 429}, Outcome.FAILED),
        ({"status": 404}, Outcome.REFUSED),
        ({"delay_s": 0.6}, Outcome.LATE),
        ({"key": Ed25519PrivateKey.generate()}, Outcome.UNSIGNED),
        ({"body": b"[]"}, Outcome.INVALID),
        ({"body": b'{"entries": [{"case": "1"}]}'}, Outcome.INVALID),
    ],
)
def test_what_breaks_the_contract_is_no_answer(
    court: CourtService, url: str, changes: dict[str, object], outcome: Outcome
) -> None:
    for name, value in changes.items():
        setattr(court, name, value)
    answer = court_client(url, answer_ms=300).ask(TOLD, "1")
    assert (answer.outcome, answer.entries) == (outcome, None)


def test_a_service_that_is_not_there_is_spared_after_some_failures() -> None:
    client = court_client("http://127.0.0.1:9", failures_to_open=2, connect_ms=100)
    outcomes = [client.ask(TOLD, str(number)).outcome for number in range(3)]
    assert outcomes == [Outcome.UNREACHED, Outcome.UNREACHED, Outcome.SPARED]


def test_an_application_of_nobody_on_the_list_goes_on(
    services: Services, application: UUID, court: CourtService, url: str
) -> None:
    lent(services, url)
    assert seen(services, application).state is ApplicationState.OFFERED
    assert {one["kind"] for one in court.asked} == {"person", "firm"}
    assert VALID.number not in str(court.asked)
    (event,) = events(services, Action.COURT_LIST_ASKED)
    assert (event.data["outcome"], event.data["found"]) == ("answered", 0)


@pytest.mark.parametrize(
    "entry",
    [OWN_ENTRY, {**CASE, "name": VALID.name}, {**CASE, "name": "林之夏", "born": "1988-03-14"}],
)
def test_a_case_that_may_be_the_owners_has_a_person_look(
    services: Services, application: UUID, court: CourtService, url: str, entry: dict[str, str]
) -> None:
    court.entries = [entry]
    lent(services, url)
    kept = seen(services, application)
    assert (kept.state, kept.reasons) == (ApplicationState.REVIEW, [Reason.LIST_HIT])
    with services.reading() as context:
        asking = context.session.scalars(sa.select(CourtAsking)).one()
        assert court_cases_of(context, application) == tuple(asking.found)
    assert asking.found[0]["case"] == CASE["case"]
    assert VALID.name not in str(asking.found)


def test_a_namesakes_case_speaks_against_nobody(
    services: Services, application: UUID, court: CourtService, url: str
) -> None:
    court.entries = [{**CASE, "name": VALID.name, "number": "9934"}]
    lent(services, url)
    assert seen(services, application).state is ApplicationState.OFFERED


def test_a_list_that_stays_away_lets_nobody_pass(
    services: Services, application: UUID, court: CourtService, url: str, clock: MovableClock
) -> None:
    court.status = 503
    lent(services, url)
    assert seen(services, application).state is ApplicationState.SCREENING
    clock.advance(timedelta(hours=3))
    lent(services, url)
    kept = seen(services, application)
    assert (kept.state, kept.reasons) == (
        ApplicationState.REVIEW,
        [Reason.COURT_LIST_UNAVAILABLE],
    )


def test_a_list_that_comes_back_is_asked_again(
    services: Services, application: UUID, court: CourtService, url: str, clock: MovableClock
) -> None:
    court.status = 503
    lent(services, url)
    court.status = 200
    clock.advance(timedelta(seconds=5))
    lent(services, url)
    assert seen(services, application).state is ApplicationState.OFFERED
    with services.reading() as context:
        askings = context.session.scalars(sa.select(CourtAsking).order_by(CourtAsking.asking))
        assert [one.outcome for one in askings] == [Outcome.FAILED, Outcome.ANSWERED]


def test_no_transaction_is_open_while_the_list_is_asked(
    services: Services, application: UUID
) -> None:
    class Watching:
        """Writes beside the asking: an open transaction of SQLite would keep it waiting."""

        def ask(self, told: Told, key: str) -> CourtAnswer:
            with services.transaction() as context:
                context.session.execute(sa.text("SELECT 1"))
                context.session.execute(sa.update(Application).values(reasons=[]))
            return CourtAnswer(Outcome.ANSWERED, 200, 1, ())

    while lend(services, court=Watching()):
        pass
    assert seen(services, application).state is ApplicationState.OFFERED


def contradicted(services: Services, application: UUID) -> None:
    """Have the declaration of an application contradict its licence."""
    with services.transaction() as context:
        row = context.session.get_one(Application, application)
        declaration = context.session.get_one(Declaration, row.declaration_id)
        declaration.consistency = Consistency.CONTRADICTING


def test_the_list_is_asked_about_whom_a_person_has_to_look_at_anyway(
    services: Services, application: UUID, court: CourtService, url: str
) -> None:
    contradicted(services, application)
    court.entries = [OWN_ENTRY]
    lent(services, url)
    assert {one["kind"] for one in court.asked} == {"person", "firm"}
    kept = seen(services, application)
    assert kept.state is ApplicationState.REVIEW
    assert kept.reasons == [Reason.DECLARATION_CONTRADICTED, Reason.LIST_HIT]


def test_a_person_looks_after_a_list_that_knows_nobody_has_answered(
    services: Services, application: UUID, court: CourtService, url: str
) -> None:
    contradicted(services, application)
    lent(services, url)
    assert court.asked
    kept = seen(services, application)
    assert kept.state is ApplicationState.REVIEW
    assert kept.reasons == [Reason.DECLARATION_CONTRADICTED]


def test_a_list_that_stays_away_hides_no_other_reason(
    services: Services, application: UUID, court: CourtService, url: str, clock: MovableClock
) -> None:
    contradicted(services, application)
    court.status = 503
    lent(services, url)
    assert seen(services, application).state is ApplicationState.SCREENING
    clock.advance(timedelta(hours=3))
    lent(services, url)
    kept = seen(services, application)
    assert kept.state is ApplicationState.REVIEW
    assert kept.reasons == [Reason.DECLARATION_CONTRADICTED, Reason.COURT_LIST_UNAVAILABLE]


def test_what_failed_is_checked_after_people_let_it_go_on(
    services: Services, application: UUID, court: CourtService, url: str
) -> None:
    contradicted(services, application)
    with services.transaction() as context:
        give_up_application(context, application)
        context.session.execute(sa.delete(Job))
    court.entries = [OWN_ENTRY]
    first, second = (staff_member(services, Role.REVIEWER) for _ in range(2))
    assert go_on(services, first, application) is ApplicationState.REVIEW
    assert go_on(services, second, application) is ApplicationState.SCREENING
    lent(services, url)
    kept = seen(services, application)
    assert kept.state is ApplicationState.REVIEW
    assert kept.reasons == [Reason.DECLARATION_CONTRADICTED, Reason.LIST_HIT]
    with services.reading() as context:
        assert list(compare_applications(context)) == []
    # what was agreed on before was not about these reasons
    assert go_on(services, first, application) is ApplicationState.REVIEW


def go_on(services: Services, who: Actor, application: UUID) -> ApplicationState:
    """How an application stands after somebody who stepped up let it go on."""
    with services.transaction(who, stepped_up(services, who)) as context:
        claim_application(context, application)
        command = JudgeApplication(application, CreditJudgement.GO_ON, "it is all right")
        return judge_application(context, command).state
