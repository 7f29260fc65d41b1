"""One owner takes their share of space, of readers and of a day, and no more."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.services import Services
from loans.known.build import BUILD_PROFILE, want_profile
from loans.policy import LoanPolicy
from loans.sources.confined import READERS, ConfinedCost, ConfinedTasks, ReadFile
from loans.sources.files import (
    AppendToFile,
    BeginFile,
    SourceFilesBegun,
    append_to_file,
    begin_file,
    delete_file,
)
from loans.sources.findings import FileFinding
from loans.sources.kinds import SourceKind, Use
from loans.sources.models import Signal, SourceFile
from loans.sources.reading import ACCOUNT_FULL, store_file
from loans.sources.signals import NewSignal, SignalKind, SignalsUsed, receive_signals, signals_for
from loans.sources.states import FileState
from sandbox.runner import SandboxBusy
from storage.chunks import UploadTooLarge
from storage.queue import Job, JobState, claim
from tests.support.clock import MovableClock
from tests.support.factories import Applicant, applicant, onboarded
from tests.support.policy import POLICY
from tests.support.sources import agree, send_file

RULES = POLICY.section(LoanPolicy).known_by
CONTENT = b"not read in these tests" * 10_000


@pytest.fixture
def owner(services: Services) -> Applicant:
    """Somebody with an account, who consents."""
    known = applicant(services)
    onboarded(known)
    agree(known, SourceKind.BANK)
    agree(known, SourceKind.SIGNALS)
    return known


def begun(owner: Applicant) -> None:
    """Begin a file and delete it."""
    with owner.acting() as context:
        file = begin_file(context, BeginFile(SourceKind.BANK, "a.csv", 5)).id
    with owner.acting() as context:
        delete_file(context, SourceKind.BANK, file)


def test_of_one_owner_one_profile_is_built_at_a_time(services: Services, owner: Applicant) -> None:
    running = []
    for _ in range(3):
        with services.transaction() as context:
            want_profile(context, owner.id)
        with services.transaction() as context:
            running.append(claim(context, {BUILD_PROFILE}, 60.0))
    assert [one is not None for one in running] == [True, False, False]


def test_a_profile_is_wanted_however_much_of_the_owners_waits(
    services: Services, owner: Applicant
) -> None:
    for number in range(8):
        send_file(owner, SourceKind.BANK, CONTENT + bytes([number]))
    with services.transaction() as context:
        want_profile(context, owner.id)
        want_profile(context, owner.id)
    with services.reading() as context:
        queued = sa.select(Job).where(Job.kind == BUILD_PROFILE, Job.state == JobState.QUEUED)
        assert [job.owner_id for job in context.session.scalars(queued)] == [owner.id]


def test_files_begun_in_a_day_are_counted_though_they_are_deleted(
    owner: Applicant, clock: MovableClock
) -> None:
    for _ in range(RULES.max_begun):
        begun(owner)
    with pytest.raises(SourceFilesBegun):
        begun(owner)
    clock.advance(timedelta(days=1, seconds=1))
    begun(owner)


def test_rows_beyond_the_space_of_an_account_are_not_kept(
    services: Services, owner: Applicant
) -> None:
    first = send_file(owner, SourceKind.BANK, CONTENT)
    second = send_file(owner, SourceKind.BANK, CONTENT + b"!")
    found = FileFinding(publisher="icbc", account="debit", rows=1)
    with services.transaction() as context:
        store_file(context, first, ReadFile(found, b"packed"))
        context.session.get_one(SourceFile, first).packed_bytes = RULES.max_account_bytes
        store_file(context, second, ReadFile(found, b"packed"))
    with services.reading() as context:
        kept, refused = (context.session.get_one(SourceFile, one) for one in (first, second))
        assert kept.state is FileState.READ
        assert (refused.state, refused.contents) == (FileState.REFUSED, None)
        assert [fault["code"] for fault in refused.faults] == [ACCOUNT_FULL]


def test_signals_are_counted_by_our_own_clock(owner: Applicant) -> None:
    with owner.acting() as context:
        old = NewSignal(SignalKind.SEARCH, context.now() - timedelta(days=2))
        receive_signals(context, [old] * RULES.max_signals)
    with pytest.raises(SignalsUsed), owner.acting() as context:
        receive_signals(context, [old])


def test_signals_of_an_account_are_limited(
    services: Services, owner: Applicant, clock: MovableClock
) -> None:
    with owner.acting() as context:
        receive_signals(context, [NewSignal(SignalKind.SEARCH, context.now(), "进货")])
    with services.transaction() as context:
        one = context.session.scalars(sa.select(Signal)).one()
        values = {"applicant_id": owner.id, "kind": one.kind, "received_at": one.received_at}
        from core.ids import new_id

        context.session.execute(
            sa.insert(Signal),
            [
                {"id": new_id(), "at": one.at - timedelta(seconds=n + 1), **values}
                for n in range(RULES.max_kept_signals)
            ],
        )
    clock.advance(timedelta(days=2))
    with pytest.raises(SignalsUsed), owner.acting() as context:
        receive_signals(context, [NewSignal(SignalKind.SEARCH, context.now())])
    with services.reading() as context:
        assert len(signals_for(context, owner.id, Use.CONTACT)) == RULES.max_kept_signals


def test_too_long_a_file_is_told_how_long_it_may_be(owner: Applicant) -> None:
    with owner.acting() as context:
        file = begin_file(context, BeginFile(SourceKind.BANK, "a", 5)).id
    with pytest.raises(UploadTooLarge) as raised, owner.acting() as context:
        append_to_file(context, AppendToFile(SourceKind.BANK, file, 0, b"123456"))
    assert raised.value.parameters == {"upload_mb": RULES.max_bytes // 2**20}


def test_a_task_waits_its_turn_so_long_and_opens_nothing_before() -> None:
    tasks, opened = ConfinedTasks(READERS), threading.Event()
    cost = ConfinedCost(RULES.reading.limits, 1, wait_s=0.05)

    def content() -> bytes:
        opened.set()
        return b""

    with tasks._lock, pytest.raises(SandboxBusy):
        tasks.run("statement", {}, content, cost)
    assert not opened.is_set()
