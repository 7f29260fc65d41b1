from __future__ import annotations

from datetime import timedelta

import pytest

from app.services import House, migrate
from storage import queue as jobs
from storage.database import new_id, utc_now


def test_a_job_is_done_by_one_at_a_time(house: House) -> None:
    with house.database.transaction() as session:
        jobs.enqueue(session, "licence", new_id())
        assert jobs.waiting(session) == 1
    with house.database.transaction() as session:
        claim = jobs.claim(session, 60)
        assert claim is not None
    with house.database.transaction() as session:
        assert jobs.claim(session, 60) is None
        assert jobs.holds(session, claim)
        jobs.finish(session, claim)
    with house.database.transaction() as session:
        assert not jobs.holds(session, claim)
        assert jobs.claim(session, 60) is None


def test_a_silent_holder_loses_the_job_and_its_result(house: House) -> None:
    with house.database.transaction() as session:
        job = jobs.enqueue(session, "licence", new_id())
    with house.database.transaction() as session:
        first = jobs.claim(session, 60)
    with house.database.transaction() as session:
        session.get_one(jobs.Job, job.id).lease_until = utc_now() - timedelta(seconds=1)
    with house.database.transaction() as session:
        second = jobs.claim(session, 60)
        assert first is not None
        assert second is not None
        assert not jobs.holds(session, first)
        assert jobs.holds(session, second)


def test_a_lease_runs_on_while_its_holder_says_so(house: House) -> None:
    with house.database.transaction() as session:
        jobs.enqueue(session, "licence", new_id())
    with house.database.transaction() as session:
        claim = jobs.claim(session, -1)
        assert claim is not None
        jobs.renew(session, [claim], 60)
    with house.database.transaction() as session:
        assert jobs.claim(session, 60) is None
        jobs.renew(session, [claim], -1)
    with house.database.transaction() as session:
        assert jobs.claim(session, 60) is not None


def test_three_deaths_are_poison(house: House) -> None:
    with house.database.transaction() as session:
        jobs.enqueue(session, "licence", new_id())
    verdicts = []
    for _ in range(3):
        with house.database.transaction() as session:
            claim = jobs.claim(session, 60)
            assert claim is not None
            verdicts.append(jobs.died(session, claim))
    assert verdicts == [False, False, True]


def test_migrations_go_down_and_up_again(house: House) -> None:
    house.database.dispose()
    migrate(house.settings, "base")
    migrate(house.settings)
    with house.database.reading() as session:
        assert jobs.waiting(session) == 0


def test_who_waits_longest_is_served_first(house: House) -> None:
    began = utc_now()
    with house.database.transaction() as session:
        late = jobs.enqueue(session, "licence", new_id(), since=began)
        early = jobs.enqueue(session, "face_video", new_id(), since=began - timedelta(seconds=30))
        order = [early.subject_id, late.subject_id]
    served = []
    for _ in order:
        with house.database.transaction() as session:
            claim = jobs.claim(session, 60)
            assert claim is not None
            served.append(claim.subject_id)
    assert served == order


def test_jobs_are_told_of_once_they_are_committed(house: House) -> None:
    told: list[int] = []
    house.database.after_commit_of(jobs.Job, told.append)

    def fail_half_way() -> None:
        with house.database.transaction() as session:
            jobs.enqueue(session, "licence", new_id())
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    with house.database.transaction() as session:
        jobs.enqueue(session, "licence", new_id())
        session.flush()
        jobs.enqueue(session, "face_video", new_id())
        assert told == []
    with house.database.transaction() as session:
        jobs.claim(session, 60)
    assert told == [2]


def test_what_nobody_does_is_overdue(house: House) -> None:
    with house.database.transaction() as session:
        new = jobs.enqueue(session, "licence", new_id())
        session.flush()
        assert jobs.overdue(session, 2) == 0
        new.created_at -= timedelta(seconds=3)
        session.flush()
        assert jobs.overdue(session, 2) == 1
    with house.database.transaction() as session:
        assert jobs.claim(session, 60) is not None
        assert jobs.overdue(session, 2) == 0
        session.get_one(jobs.Job, new.id).lease_until = utc_now() - timedelta(seconds=1)
        session.flush()
        assert jobs.overdue(session, 2) == 1


def test_what_is_read_together_is_of_one_moment(house: House) -> None:
    with house.database.transaction() as session:
        jobs.enqueue(session, "licence", new_id())
    with house.database.reading() as looking:
        assert jobs.waiting(looking) == 1
        with house.database.transaction() as session:
            jobs.enqueue(session, "licence", new_id())
        assert jobs.waiting(looking) == 1, "the second look saw what the first could not"
    with house.database.reading() as looking:
        assert jobs.waiting(looking) == 2
