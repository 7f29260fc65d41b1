"""A file is read whole or nothing of it is kept; whoever sends it sees what became of it."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from access.models import Applicant as Account
from app.services import Services
from audit.actions import Action
from core.errors import NotFound
from loans.policy import LoanPolicy
from loans.sources.destruction import media_of
from loans.sources.files import (
    AppendToFile,
    BeginFile,
    FileKnown,
    FileNotLocked,
    NoFilesOfSource,
    UnlockFile,
    append_to_file,
    begin_file,
    delete_file,
    own_file,
    unlock_file,
)
from loans.sources.findings import Fault
from loans.sources.kinds import SourceKind
from loans.sources.models import FILE_CONTENTS, SourceFile
from loans.sources.overview import own_shown_file
from loans.sources.packing import unpack_statement
from loans.sources.states import FileState
from storage.chunks import (
    ChunkTooSmall,
    OffsetWrong,
    UploadDamaged,
    UploadDead,
    UploadsOpen,
    UploadTooLarge,
)
from storage.handlers import Lane
from tests.support.clock import MovableClock
from tests.support.factories import Applicant, applicant, onboarded
from tests.support.findings import OWNER
from tests.support.jobs import work_off_by_performing
from tests.support.log import events
from tests.support.media import media_files
from tests.support.policy import POLICY
from tests.support.sources import agree, locked_zip, read_all, send_file
from tests.support.statements import bank_statement, wallet_bill

RULES = POLICY.section(LoanPolicy).known_by
NAME = OWNER.name
BILL = wallet_bill(NAME, date(2026, 1, 1), 20)
DAYS = [
    (date(2026, 3, 1) + timedelta(days=n), 100_00 * (n % 5 - 2), "某商行") for n in range(1, 30)
]
BANK = bank_statement(NAME, [each for each in DAYS if each[1]], 5_000_00)


@pytest.fixture
def owner(services: Services) -> Applicant:
    """Somebody with an account, who consents to what they send."""
    known = applicant(services)
    onboarded(known)
    agree(known, SourceKind.WECHAT)
    agree(known, SourceKind.BANK)
    return known


def read(owner: Applicant, source: SourceKind, content: bytes, password: str | None = None) -> UUID:
    """Send a file and have it read."""
    file = send_file(owner, source, content, password=password)
    read_all(owner.services)
    return file


def row(owner: Applicant, file: UUID) -> SourceFile:
    with owner.services.reading() as context:
        return context.session.get_one(SourceFile, file)


def told(owner: Applicant, file: UUID) -> set[str]:
    return {fault["code"] for fault in row(owner, file).faults}


def test_a_bill_is_read_and_only_its_rows_are_kept(services: Services, owner: Applicant) -> None:
    before = len(media_files(services))
    file = read(owner, SourceKind.WECHAT, BILL)
    work_off_by_performing(services, Lane.HOUSEKEEPING)
    kept = row(owner, file)
    assert kept.state is FileState.READ
    assert (kept.rows, kept.publisher) == (63, "wechat")
    assert (kept.first_day, kept.last_day) == (date(2026, 1, 1), date(2026, 1, 20))
    assert kept.faults == []
    assert media_of(kept) == (kept.contents,)
    assert len(media_files(services)) == before + 1
    with services.reading() as context:
        account = context.session.get_one(Account, owner.id)
        assert kept.contents is not None
        sealed = context.media.get(kept.contents)
        packed = FILE_CONTENTS.open(context.keyring, account, kept.contents, sealed)
    assert len(unpack_statement(packed, RULES.max_unpacked_bytes).rows) == 63


def test_the_log_tells_of_a_file_and_nothing_that_it_says(
    services: Services, owner: Applicant
) -> None:
    file = read(owner, SourceKind.WECHAT, BILL)
    (event,) = events(services, Action.SOURCE_FILE_READ)
    assert event.subject == str(file)
    assert event.data["rows"] == 63
    assert NAME not in str(event.data)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\xff\xd8\xff\xe0 no statement at all" * 20, "not_a_statement"),
        ("品名,单价,库存\n茶叶,12.00,30\n".encode(), "not_a_statement"),
        (b"", None),
    ],
)
def test_what_is_no_statement_is_refused_and_nothing_is_kept(
    services: Services, owner: Applicant, content: bytes, why: str | None
) -> None:
    if why is None:
        with pytest.raises(UploadTooLarge):
            send_file(owner, SourceKind.WECHAT, content)
        return
    before = len(media_files(services))
    file = read(owner, SourceKind.WECHAT, content)
    work_off_by_performing(services, Lane.HOUSEKEEPING)
    assert row(owner, file).state is FileState.REFUSED
    assert row(owner, file).contents is None
    assert told(owner, file) == {why}
    assert len(media_files(services)) == before


def test_a_file_of_another_source_is_refused(owner: Applicant) -> None:
    file = read(owner, SourceKind.BANK, BILL)
    assert row(owner, file).state is FileState.REFUSED
    assert told(owner, file) == {"other_source"}


def test_a_statement_of_another_name_is_told_and_not_used(owner: Applicant) -> None:
    theirs = bank_statement("欧阳建国", [each for each in DAYS if each[1]], 5_000_00)
    file = read(owner, SourceKind.BANK, theirs)
    assert told(owner, file) == {Fault.OWNER_DIFFERS}
    with owner.acting() as context:
        assert not own_shown_file(context, SourceKind.BANK, file).is_used


def test_a_balance_that_was_written_over_is_told_and_not_used(owner: Applicant) -> None:
    lines = BANK.decode("gb18030").split("\n")
    cells = lines[12].split(",")
    lines[12] = ",".join([*cells[:3], "99999.00", *cells[4:]])
    file = read(owner, SourceKind.BANK, "\n".join(lines).encode("gb18030"))
    assert Fault.BALANCE_BREAKS in told(owner, file)
    with owner.acting() as context:
        assert not own_shown_file(context, SourceKind.BANK, file).is_used


def test_a_locked_archive_is_asked_for_its_password(services: Services, owner: Applicant) -> None:
    file = read(owner, SourceKind.WECHAT, locked_zip(BILL, b"730518"))
    assert row(owner, file).state is FileState.LOCKED
    assert told(owner, file) == {"password_needed"}
    for password, state in (("111111", FileState.LOCKED), ("730518", FileState.READ)):
        with owner.acting() as context:
            unlock_file(context, UnlockFile(SourceKind.WECHAT, file, password))
        read_all(services)
        assert row(owner, file).state is state
    assert row(owner, file).password is None
    with pytest.raises(FileNotLocked), owner.acting() as context:
        unlock_file(context, UnlockFile(SourceKind.WECHAT, file, "730518"))


def test_a_password_may_come_with_the_file(owner: Applicant) -> None:
    file = read(owner, SourceKind.WECHAT, locked_zip(BILL, b"730518"), "730518")
    assert row(owner, file).state is FileState.READ


def test_the_same_file_is_not_read_twice(owner: Applicant) -> None:
    read(owner, SourceKind.WECHAT, BILL)
    with pytest.raises(FileKnown):
        send_file(owner, SourceKind.WECHAT, BILL)


def test_chunks_come_in_order_and_whole(owner: Applicant) -> None:
    content = b"x" * (3 * RULES.min_part_bytes)
    with owner.acting() as context:
        file = begin_file(context, BeginFile(SourceKind.WECHAT, "a", len(content))).id
    for chunk, error in (
        (AppendToFile(SourceKind.WECHAT, file, 5, b"x"), OffsetWrong),
        (AppendToFile(SourceKind.WECHAT, file, 0, b"x"), ChunkTooSmall),
        (AppendToFile(SourceKind.WECHAT, file, 0, content + b"x"), UploadTooLarge),
        (AppendToFile(SourceKind.BANK, file, 0, content), NotFound),
    ):
        with pytest.raises(error), owner.acting() as context:
            append_to_file(context, chunk)


def test_what_arrives_damaged_begins_again(owner: Applicant) -> None:
    sha256 = hashlib.sha256(BILL).hexdigest()
    with owner.acting() as context:
        begun = BeginFile(SourceKind.WECHAT, "a", len(BILL), sha256=sha256)
        file = begin_file(context, begun).id
    broken = b"?" + BILL[1:]
    with pytest.raises(UploadDamaged), owner.acting() as context:
        append_to_file(context, AppendToFile(SourceKind.WECHAT, file, 0, broken))
    with owner.acting() as context:
        append_to_file(context, AppendToFile(SourceKind.WECHAT, file, 0, BILL))
    read_all(owner.services)
    assert row(owner, file).state is FileState.READ


def test_places_are_limited_and_end(owner: Applicant, clock: MovableClock) -> None:
    with pytest.raises(UploadTooLarge), owner.acting() as context:
        begin_file(context, BeginFile(SourceKind.WECHAT, "a", RULES.max_bytes + 1))
    with pytest.raises(NoFilesOfSource), owner.acting() as context:
        begin_file(context, BeginFile(SourceKind.REVIEWS, "a", 5))
    for _ in range(RULES.max_open):
        with owner.acting() as context:
            file = begin_file(context, BeginFile(SourceKind.WECHAT, "a", 5)).id
    with pytest.raises(UploadsOpen), owner.acting() as context:
        begin_file(context, BeginFile(SourceKind.WECHAT, "a", 5))
    clock.advance(timedelta(hours=RULES.upload_h, seconds=1))
    with pytest.raises(UploadDead), owner.acting() as context:
        append_to_file(context, AppendToFile(SourceKind.WECHAT, file, 0, b"12345"))


def test_a_file_is_its_owners(services: Services, owner: Applicant) -> None:
    file = send_file(owner, SourceKind.WECHAT, BILL)
    stranger = applicant(services, "13800000002")
    with pytest.raises(NotFound), stranger.acting() as context:
        own_file(context, SourceKind.WECHAT, file)
    with pytest.raises(NotFound), stranger.acting() as context:
        delete_file(context, SourceKind.WECHAT, file)


def test_a_deleted_file_leaves_nothing(services: Services, owner: Applicant) -> None:
    before = len(media_files(services))
    file = read(owner, SourceKind.WECHAT, BILL)
    with owner.acting() as context:
        delete_file(context, SourceKind.WECHAT, file)
    work_off_by_performing(services, Lane.HOUSEKEEPING)
    assert len(media_files(services)) == before
    with services.reading() as context:
        assert context.session.scalars(sa.select(SourceFile)).all() == []
