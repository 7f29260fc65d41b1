"""Two ways into a database, and the types of its columns."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import StatementError

from app.services import Services
from core.ids import new_id
from storage import queue
from storage.handlers import Lane
from storage.queue import Job, JobState
from tests.support.measure_text import KIND, registered

LANE = Lane.LENDING


@pytest.fixture(autouse=True)
def kind() -> Iterator[None]:
    """A job kind to queue."""
    with registered(LANE):
        yield


def queued(services: Services) -> Job:
    with services.transaction() as context:
        return queue.enqueue(context, KIND, new_id())


def fail_half_way(services: Services, *, commits: bool) -> None:
    with services.transaction() as context:
        queue.enqueue(context, KIND, new_id())
        if commits:
            context.commit()
        queue.enqueue(context, KIND, new_id())
        context.session.flush()
        raise ZeroDivisionError


@pytest.mark.parametrize(("commits", "kept"), [(False, 0), (True, 1)])
def test_an_error_undoes_what_was_not_committed_before(
    services: Services, commits: bool, kept: int
) -> None:
    with pytest.raises(ZeroDivisionError):
        fail_half_way(services, commits=commits)
    with services.reading() as context:
        assert queue.waiting(context, LANE) == kept


def test_jobs_are_announced_once_they_are_committed(services: Services) -> None:
    announced: list[int] = []
    services.database.after_commit_of(Job, announced.append)
    with pytest.raises(ZeroDivisionError):
        fail_half_way(services, commits=False)
    with services.transaction() as context:
        queue.enqueue(context, KIND, new_id())
        context.session.flush()
        queue.enqueue(context, KIND, new_id())
        assert announced == []
    with services.transaction() as context:
        queue.claim(context, [KIND], 60)
    assert announced == [2]


def test_what_is_read_together_is_of_one_moment(services: Services) -> None:
    queued(services)
    with services.reading() as reading:
        assert queue.waiting(reading, LANE) == 1
        queued(services)
        assert queue.waiting(reading, LANE) == 1, "the second query saw what the first could not"
    with services.reading() as reading:
        assert queue.waiting(reading, LANE) == 2


def test_an_instant_comes_back_the_same_in_utc(services: Services) -> None:
    job = queued(services)
    china = datetime(2026, 11, 25, 7, 30, 0, 123456, timezone(timedelta(hours=8)))
    with services.transaction() as context:
        context.session.get_one(Job, job.id).since = china
    with services.reading() as context:
        since = context.session.get_one(Job, job.id).since
    assert since == china
    assert since.utcoffset() == timedelta()


def test_a_naive_instant_is_refused(services: Services) -> None:
    job = queued(services)
    with pytest.raises(StatementError, match="naive"), services.transaction() as context:
        context.session.get_one(Job, job.id).since = datetime(2026, 11, 25)


def test_a_text_that_is_no_state_is_neither_written_nor_read(services: Services) -> None:
    job = queued(services)
    with services.transaction() as context:
        context.session.execute(sa.text("UPDATE jobs SET state = 'unheard_of'"))
    with services.reading() as context, pytest.raises(ValueError, match="unheard_of"):
        context.session.get_one(Job, job.id)
    with pytest.raises(StatementError), services.transaction() as context:
        context.session.execute(sa.update(Job).values(state="unheard_of"))
    with services.transaction() as context:
        context.session.execute(sa.update(Job).values(state=JobState.QUEUED))
    with services.reading() as context:
        assert context.session.get_one(Job, job.id).state is JobState.QUEUED


def test_a_row_is_read_once_by_its_key(services: Services) -> None:
    job_id = queued(services).id
    asked: list[str] = []
    sa.event.listen(
        services.database.engine, "before_cursor_execute", lambda *of: asked.append(of[2])
    )
    with services.transaction() as context:
        context.session.get_one(Job, job_id)  # nothing here refers to it afterwards
        context.session.get_one(Job, job_id)
    assert sum("FROM jobs" in statement for statement in asked) == 1


def test_a_row_is_read_anew_under_a_lock_and_in_the_next_transaction(services: Services) -> None:
    job_id = queued(services).id
    with services.transaction() as context:
        context.session.get_one(Job, job_id)
        behind = sa.text("UPDATE jobs SET kind = 'other'")  # the session does not know of it
        context.session.connection().execute(behind)
        assert context.session.get_one(Job, job_id, with_for_update=True).kind == "other"
    with services.transaction() as context:
        assert context.session.get_one(Job, job_id).kind == "other"
