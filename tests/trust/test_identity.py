"""One person, one account, whatever happens at once: on PostgreSQL, whose writers do not queue.

Two processes hold their transactions between look and commit, at a barrier. One that has to wait
for a lock of the other breaks the barrier after `HELD_S`, and the run goes on.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from app.problems import status_of
from app.services import Services, open_services
from app.settings import Settings
from core.errors import BusinessError
from core.reasons import Reason
from kyc.analysis.manifest import ModelManifest
from kyc.decision import record
from kyc.decision.record import record_finding
from kyc.evidence.types import ID_CARD_FRONT
from kyc.onboarding.in_force import latest_decided
from kyc.onboarding.models import Onboarding
from kyc.onboarding.states import Decision
from kyc.policy import OnboardingPolicy
from kyc.review import verdicts
from kyc.review.cases import claim_case
from kyc.review.verdicts import GiveVerdict, give_verdict
from kyc.verification.states import VerificationPurpose
from loans.credit import application
from loans.offers.acceptance import AcceptOffer, accept_offer
from ocr.identifiers import identity_check_digit
from privacy.kinds import ConsentKind
from storage.blind_index import Indexed
from tests.support.changes import (
    REVIEWERS,
    Change,
    approve,
    approved_since,
    declined_since,
    in_review_since,
    lapsed,
    put_on_a_list,
    withdrawn,
)
from tests.support.clock import MovableClock
from tests.support.factories import (
    Applicant,
    applicant,
    applied,
    confirmed,
    declared,
    offered,
    onboarded,
    reread,
    started,
    stepped_up,
    submitted,
)
from tests.support.findings import OWNER, Person
from tests.support.jobs import NO_WEIGHTS, work_off
from tests.support.postgres import Postgres

RUNS = 50
HELD_S = 1.0  # how long one waits for the other between look and commit
Step = Callable[[Services], Any]


@pytest.fixture
def processes(
    sqlite_settings: Settings, postgres: Postgres, clock: MovableClock
) -> Iterator[tuple[Services, Services]]:
    """Two processes over one PostgreSQL."""
    with postgres.copy_of_template() as url:
        settings = sqlite_settings.model_copy(update={"database_url": url})
        first, second = (open_services(settings, clock) for _ in range(2))
        for opened in (first, second):
            opened.parts.resources.add(ModelManifest, NO_WEIGHTS)
        yield first, second
        for opened in (first, second):
            opened.database.dispose()


@pytest.fixture
def at_once(
    processes: tuple[Services, Services], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., list[Any]]:
    """Runs a step in each process, both held where a module calls a function of its own."""

    def run(steps: tuple[Step, Step], module: Any, name: str) -> list[Any]:
        barrier, called = threading.Barrier(2), getattr(module, name)

        def held(*given: Any, **named: Any) -> Any:
            with suppress(threading.BrokenBarrierError):  # the other waits for a lock of this one
                barrier.wait(HELD_S)
            return called(*given, **named)

        with monkeypatch.context() as patched, ThreadPoolExecutor(2) as threads:
            patched.setattr(module, name, held)
            return list(threads.map(_outcome, steps, processes))

    return run


def _outcome(step: Step, services: Services) -> Any:
    """What a step returned, or the business error that it raised."""
    try:
        return step(services)
    except BusinessError as error:
        return error


def person(number: int) -> Person:
    """One of many people, with a firm of their own."""
    first = f"11010119880314{number:03d}"
    return replace(
        OWNER,
        number=first + identity_check_digit(first),
        code=f"92110101MA{number:08d}",
        seed=number + 1,
    )


def accounts(services: Services, number: int) -> tuple[Applicant, Applicant]:
    """Two accounts of one person."""
    first, second = (applicant(services, f"138{account}{number:07d}") for account in (1, 2))
    return first, second


def almost_decided(who: Person, *owners: Applicant) -> list[UUID]:
    """An onboarding each, of which only the front of the card is not yet analysed: that evidence.

    Each has a firm of its own, so that the number alone is what they share. The fronts are sent
    last: what waits is analysed for everybody.
    """
    onboardings = [(owner, started(owner)) for owner in owners]
    for firm, (owner, onboarding) in enumerate(onboardings):
        for kind in owner.services.parts.policy.section(OnboardingPolicy).required:
            if kind != ID_CARD_FRONT.kind:
                submitted(owner, onboarding, kind)
        work_off(owner.services, replace(who, code=f"{who.code}{firm}").findings())
    return [submitted(owner, one, ID_CARD_FRONT.kind) for owner, one in onboardings]


def shown(evidence: UUID, who: Person) -> Step:
    """The front of the card is analysed: the number is known, and the onboarding decided."""

    def step(services: Services) -> None:
        with services.transaction() as context:
            record_finding(context, evidence, who.front())

    return step


def judged(services: Services, case: UUID, reviewer: int) -> Step:
    """A reviewer, who has just proven the second factor, approves a case that they hold."""
    origin = stepped_up(services, REVIEWERS[reviewer])

    def step(services: Services) -> None:
        command = GiveVerdict(case, Decision.APPROVED, "called the owner")
        with services.transaction(REVIEWERS[reviewer], origin) as context:
            give_verdict(context, command)

    return step


def decisions(owners: tuple[Applicant, Applicant]) -> list[Decision | None]:
    """What became of the newest onboarding of each account."""
    found = []
    for owner in owners:
        with owner.acting() as context:
            latest = latest_decided(context, owner.id)
            found.append(None if latest is None else latest.decision)
    return found


def test_two_open_ones_of_a_number_are_not_both_approved(
    processes: tuple[Services, Services], at_once: Callable[..., list[Any]]
) -> None:
    services = processes[0]
    for number in range(RUNS):
        who, owners = person(number), accounts(services, number)
        steps = tuple(shown(front, who) for front in almost_decided(who, *owners))
        assert at_once(steps, record, "decide") == [None, None]
        outcome = decisions(owners)
        assert sorted(map(str, outcome)) == ["approved", "review"], number


def test_a_verdict_and_a_decision_of_a_number_are_not_both_alone(
    processes: tuple[Services, Services], at_once: Callable[..., list[Any]]
) -> None:
    services = processes[0]
    for number in range(RUNS // 2):
        who, owners = person(number), accounts(services, number)
        case = onboarded(owners[0], lapsed(who)).id
        (front,) = almost_decided(who, owners[1])
        with services.transaction(REVIEWERS[0]) as context:
            claim_case(context, case)
        held_at = (verdicts, "is_settled") if number % 2 else (record, "decide")
        assert at_once((judged(services, case, 0), shown(front, who)), *held_at) == [None, None]
        assert decisions(owners).count(Decision.APPROVED) <= 1, number


def test_two_verdicts_of_a_number_are_not_both_alone(
    processes: tuple[Services, Services], at_once: Callable[..., list[Any]]
) -> None:
    services = processes[0]
    for number in range(RUNS // 2):
        who, owners = person(number), accounts(services, number)
        cases = [onboarded(owner, lapsed(who)).id for owner in owners]
        with services.transaction() as context:  # as before others' open cases were counted
            row = context.session.get_one(Onboarding, cases[1])
            row.reasons = [Reason.LICENCE_EXPIRED]
        for reviewer, waiting in enumerate(cases):
            with services.transaction(REVIEWERS[reviewer]) as context:
                claim_case(context, waiting)
        steps = (judged(services, cases[0], 0), judged(services, cases[1], 1))
        assert at_once(steps, verdicts, "is_settled") == [None, None]
        assert decisions(owners).count(Decision.APPROVED) == 1, number


def test_a_person_has_one_application_over_accounts(
    processes: tuple[Services, Services], at_once: Callable[..., list[Any]]
) -> None:
    services = processes[0]
    for number in range(RUNS // 5):
        who, owners = person(number), accounts(services, number)
        assert onboarded(owners[0], who.findings()).decision is Decision.APPROVED
        approve(services, onboarded(owners[1], who.findings()).id)
        declarations = [declared(owner) for owner in owners]

        def apply(owner: Applicant, declaration: UUID) -> Step:
            return lambda process: applied(replace(owner, services=process), declaration)

        steps = tuple(map(apply, owners, declarations))
        made = at_once(steps, application, "require_turn")
        assert sum(isinstance(one, UUID) for one in made) == 1, (number, made)
        assert [status_of(type(one)) for one in made if isinstance(one, BusinessError)] == [409]


@pytest.mark.parametrize(
    "change",
    [
        withdrawn(ConsentKind.TERMS),
        withdrawn(ConsentKind.BIOMETRIC),
        put_on_a_list(Indexed.IDENTITY_NUMBER, OWNER.number),
        put_on_a_list(Indexed.CREDIT_CODE, OWNER.code),
        declined_since,
        in_review_since,
        approved_since,
    ],
)
def test_an_offer_stands_only_as_long_as_what_it_rests_on(
    services: Services, change: Change
) -> None:
    owner = applicant(services)
    decided = offered(owner)
    assert decided.offer is not None
    assert decided.application.onboarding_id is not None
    voice = confirmed(owner, VerificationPurpose.OFFER)
    change(owner, decided.application.onboarding_id)
    with owner.acting() as context, pytest.raises(BusinessError) as refused:
        accept_offer(context, AcceptOffer(decided.offer.id, voice))
    assert status_of(type(refused.value)) in (403, 409)


@pytest.mark.parametrize(
    "later",
    [
        person(7),
        replace(OWNER, number=person(7).number),
        replace(OWNER, seed=7, voice_seed=OWNER.seed),
        replace(OWNER, voice_seed=7),
    ],
)
def test_nobody_takes_an_account_over_without_two_reviewers(
    services: Services, later: Person
) -> None:
    owner = applicant(services)
    decided = offered(owner)
    assert decided.offer is not None
    changed = onboarded(owner, later.findings())
    assert (changed.decision, changed.reasons) == (Decision.REVIEW, [Reason.IDENTITY_CHANGED])
    approve(services, changed.id, reviewers=1)
    assert reread(services, changed.id).decision is Decision.REVIEW
    approve_by_the_other(services, changed.id)
    assert reread(services, changed.id).decision is Decision.APPROVED
    voice = confirmed(owner, VerificationPurpose.OFFER)
    with owner.acting() as context, pytest.raises(BusinessError) as refused:
        accept_offer(context, AcceptOffer(decided.offer.id, voice))
    assert status_of(type(refused.value)) == 409


def approve_by_the_other(services: Services, case: UUID) -> None:
    """The second reviewer claims and approves."""
    with services.transaction(REVIEWERS[1]) as context:
        claim_case(context, case)
    judged(services, case, 1)(services)
