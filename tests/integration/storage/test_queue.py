"""The queue: one holder at a time, leases that run out, the longest wait first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest

from app.services import Services
from core.ids import new_id
from storage import queue
from storage.handlers import JOBS, Lane
from storage.policy import QueuePolicy
from storage.queue import Claim, Job, JobState
from tests.support.clock import MovableClock
from tests.support.measure_text import KIND, Texts, registered

LANE = Lane.LENDING
LEASE_S = 60.0


@pytest.fixture(autouse=True)
def texts() -> Iterator[Texts]:
    """A job kind to queue."""
    with registered(LANE) as known:
        yield known


def queued(services: Services, count: int = 1) -> None:
    with services.transaction() as context:
        for _ in range(count):
            queue.enqueue(context, KIND, new_id())


def claimed(services: Services) -> Claim | None:
    with services.transaction() as context:
        return queue.claim(context, [KIND], LEASE_S)


def certainly_claimed(services: Services) -> Claim:
    claim = claimed(services)
    assert claim is not None
    return claim


def test_a_job_is_done_by_one_at_a_time(services: Services) -> None:
    queued(services)
    with services.reading() as context:
        assert queue.waiting(context, LANE) == 1
    claim = certainly_claimed(services)
    assert claimed(services) is None
    with services.transaction() as context:
        assert queue.waiting(context, LANE) == 0
        assert queue.holds(context, claim)
        queue.finish(context, claim)
    with services.transaction() as context:
        assert not queue.holds(context, claim)
        assert context.session.get_one(Job, claim.job_id).state is JobState.DONE
    assert claimed(services) is None


def test_a_lane_takes_its_own_jobs_alone(services: Services) -> None:
    queued(services)
    with services.transaction() as context:
        assert queue.due(context, JOBS.kinds(Lane.ANALYSIS)) is None
        assert queue.claim(context, JOBS.kinds(Lane.ANALYSIS), LEASE_S) is None
        assert queue.waiting(context, Lane.ANALYSIS) == 0
        assert queue.due(context, [KIND]) is not None


def test_a_kind_that_nobody_registered_is_not_queued(services: Services) -> None:
    with services.transaction() as context, pytest.raises(KeyError):
        queue.enqueue(context, "unheard_of", new_id())


def test_a_silent_holder_loses_the_job_and_its_result(
    services: Services, clock: MovableClock
) -> None:
    queued(services)
    first = certainly_claimed(services)
    clock.advance(seconds=LEASE_S - 1)
    assert claimed(services) is None
    clock.advance(seconds=2)
    second = certainly_claimed(services)
    with services.transaction() as context:
        assert not queue.holds(context, first)
        assert queue.holds(context, second)
        assert context.session.get_one(Job, second.job_id).deaths == 1


def test_a_lease_runs_on_while_its_holder_says_so(services: Services, clock: MovableClock) -> None:
    queued(services)
    claim = certainly_claimed(services)
    for _ in range(3):
        clock.advance(seconds=LEASE_S - 1)
        with services.transaction() as context:
            queue.renew(context, [claim], LEASE_S)
    assert claimed(services) is None
    clock.advance(seconds=LEASE_S + 1)
    assert claimed(services) is not None


def test_so_many_deaths_are_poison(services: Services) -> None:
    queued(services)
    max_deaths = services.parts.policy.section(QueuePolicy).max_deaths
    given_up = []
    for _ in range(max_deaths):
        claim = certainly_claimed(services)
        with services.transaction() as context:
            given_up.append(queue.note_death(context, claim))
            assert queue.is_poisoned(context, claim) == given_up[-1]
    assert given_up == [False] * (max_deaths - 1) + [True]


def test_who_waits_longest_is_served_first(services: Services, clock: MovableClock) -> None:
    began = clock.now()
    with services.transaction() as context:
        late = queue.enqueue(context, KIND, new_id(), since=began)
        early = queue.enqueue(context, KIND, new_id(), since=began - timedelta(seconds=30))
        order = [early.subject_id, late.subject_id]
    assert [certainly_claimed(services).subject_id for _ in order] == order


def test_what_nobody_does_is_overdue(services: Services, clock: MovableClock) -> None:
    def overdue() -> int:
        with services.reading() as context:
            return queue.overdue(context, LANE, 2)

    queued(services)
    assert overdue() == 0
    clock.advance(seconds=3)
    assert overdue() == 1
    certainly_claimed(services)
    assert overdue() == 0
    clock.advance(seconds=LEASE_S + 1)
    assert overdue() == 1


def test_a_clock_that_jumps_gives_a_job_one_result(services: Services, clock: MovableClock) -> None:
    queued(services)
    first = certainly_claimed(services)
    clock.advance(timedelta(days=1))
    second = certainly_claimed(services)
    clock.advance(timedelta(days=-2))
    assert claimed(services) is None
    with services.transaction() as context:
        assert not queue.holds(context, first)
        assert queue.holds(context, second)
        queue.finish(context, second)
    clock.advance(timedelta(days=3))
    assert claimed(services) is None


def enqueued(services: Services, owner: UUID | None) -> UUID:
    with services.transaction() as context:
        return queue.enqueue(context, KIND, new_id(), owner_id=owner).id


def test_of_one_owner_one_job_runs_and_others_pass_those_that_wait(services: Services) -> None:
    one, other = new_id(), new_id()
    first, second = enqueued(services, one), enqueued(services, one)
    third, nobodys = enqueued(services, other), enqueued(services, None)
    running = [claimed(services) for _ in range(4)]
    assert [claim and claim.job_id for claim in running] == [first, third, nobodys, None]
    with services.transaction() as context:
        assert running[0] is not None
        queue.finish(context, running[0])
    last = claimed(services)
    assert last is not None
    assert last.job_id == second


def test_a_dead_process_keeps_its_owner_waiting_for_a_lease_and_no_longer(
    services: Services, clock: MovableClock
) -> None:
    owner = new_id()
    first = enqueued(services, owner)
    enqueued(services, owner)
    assert claimed(services) is not None
    assert claimed(services) is None
    clock.advance(seconds=LEASE_S + 1)
    again = claimed(services)
    assert again is not None
    assert again.job_id == first


def test_two_processes_that_claim_at_once_take_no_two_jobs_of_one_owner(
    services: Services,
) -> None:
    if services.settings.database.startswith("sqlite"):
        pytest.skip("SQLite has one writer at a time")
    owner = new_id()
    enqueued(services, owner)
    enqueued(services, owner)
    with services.transaction() as context:
        assert queue.claim(context, [KIND], LEASE_S) is not None
        assert claimed(services) is None, "while the first claim is not committed"
    assert claimed(services) is None


def test_a_few_jobs_of_one_owner_may_wait(services: Services) -> None:
    owner = new_id()
    for _ in range(services.parts.policy.section(QueuePolicy).max_waiting_of_owner):
        enqueued(services, owner)
    with pytest.raises(queue.JobsWaiting):
        enqueued(services, owner)
    enqueued(services, new_id())
