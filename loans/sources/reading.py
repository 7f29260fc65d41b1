"""A job reads a file that has arrived: in a confined process, with no transaction open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import structlog

from access.models import Applicant
from audit.actions import Action
from core.ids import new_id
from core.reasons import Reason
from kyc.identity import IDENTITY_ERRORS, opened_identity, standing_of
from loans.policy import LoanPolicy
from loans.sources.belonging import compared
from loans.sources.changes import CHANGES
from loans.sources.confined import ConfinedCost, ConfinedReaders, ReadFile
from loans.sources.consent import is_consented
from loans.sources.events import record_file
from loans.sources.files import READ_FILE
from loans.sources.findings import FileFinding, Told
from loans.sources.halting import end_file, refuse_file
from loans.sources.kinds import SourceKind
from loans.sources.models import (
    FILE_CONTENTS,
    FILE_NAME,
    FILE_PARTS,
    FILE_PASSWORD,
    SourceFile,
)
from loans.sources.policy import SourcesRules
from loans.sources.readers.einvoice import InvoiceReason
from loans.sources.states import FILE, FileState
from privacy.consents import ConsentMissing
from privacy.kinds import ConsentKind
from storage.chunks import KeptChunks, kept_chunks
from storage.context import Context, Resources
from storage.damage import DAMAGE
from storage.handlers import JOBS, JobHandler, Lane
from storage.queue import enqueue

log = structlog.get_logger()

READ_PHOTO = "read_invoice_photo"
ACCOUNT_FULL = "account_full"


@dataclass(frozen=True)
class Whose:
    """Who the owner is, and which business is theirs, as the papers of onboarding say."""

    names: tuple[str, ...]
    firms: tuple[str, ...]  # the credit code and the name of the business


@dataclass(frozen=True)
class ReadingWork:
    """A file, and what it is held against."""

    source: SourceKind
    content: KeptChunks
    parameters: Mapping[str, Any]
    whose: Whose
    rules: SourcesRules


def load_file(context: Context, file_id: UUID) -> ReadingWork | None:
    """The file; None where it is gone. One without a consent, or damaged, ends here."""
    file = _locked(context, file_id)
    if file is None or file.state is not FileState.READING:
        return None
    owner = context.session.get_one(Applicant, file.applicant_id)
    if not is_consented(context, owner.id, file.source):
        refuse_file(context, file, Told(code=ConsentMissing.code))
        return None
    rules = context.rules(LoanPolicy)
    try:
        whose = _whose(context, owner.id)
        name = FILE_NAME.open(context.keyring, owner, file.id, file.name).decode()
        password = file.password and FILE_PASSWORD.open(
            context.keyring, owner, file.id, file.password
        )
    except IDENTITY_ERRORS as error:
        refuse_file(context, file, Told(code=error.code))
        return None
    except DAMAGE as error:
        log.error("a file of a source is damaged", file=str(file.id), what=type(error).__name__)
        refuse_file(context, file, Told(code=Reason.FILE_DAMAGED))
        return None
    parameters = {
        "name": name,
        "password": password.decode() if password else None,
        "today": context.today().isoformat(),
        "limits": rules.statement_limits.model_dump(),
        "invoice_limits": rules.invoices.model_dump(),
    }
    content = kept_chunks(context, file, owner, FILE_PARTS)
    return ReadingWork(file.source, content, parameters, whose, rules.known_by)


def read_file(work: ReadingWork, lent: Resources) -> ReadFile:
    """Read it in a confined process, and compare whose it is.

    Raises `storage.media.StoreUnavailable`, `storage.keyring.KeysUnavailable`,
    `sandbox.runner.SandboxBusy`: then it waits.
    """
    task = "invoice" if work.source is SourceKind.INVOICES else "statement"
    rules = work.rules
    cost = ConfinedCost(rules.reading.limits, rules.max_packed_bytes, rules.confined_wait_s)
    try:
        readers = lent.get(ConfinedReaders)
        read = readers.read(task, work.parameters, work.content.whole, cost)
    except DAMAGE as error:
        log.error("a file of a source is damaged", what=type(error).__name__)
        return ReadFile(FileFinding(refused=Told(code=Reason.FILE_DAMAGED)))
    names, firms = work.whose.names, work.whose.firms
    unprinted = rules.owner_not_printed
    return replace(read, found=compared(read.found, work.source, names, firms, unprinted))


def store_first_reading(context: Context, file_id: UUID, read: ReadFile) -> None:
    """As `store_file`; print that holds no text is read again, by who can read pictures."""
    refused = read.found.refused
    if refused is None or refused.code != InvoiceReason.UNREADABLE:
        store_file(context, file_id, read)
        return
    file = context.session.get(SourceFile, file_id)
    if file is not None and file.state is FileState.READING:
        enqueue(context, READ_PHOTO, file.id, file.begun_at, owner_id=file.applicant_id)


def store_file(context: Context, file_id: UUID, read: ReadFile) -> None:
    """Keep the rows, whole, or say why nothing is kept."""
    file = _locked(context, file_id)
    if file is None or not FILE.may_move(file, FileState.READ):
        return  # withdrawn meanwhile
    found = read.found
    if not is_consented(context, file.applicant_id, file.source):
        refuse_file(context, file, Told(code=ConsentMissing.code))
        return
    if found.locked:
        file.password, file.faults = None, [_told(found.refused)]
        FILE.move(file, FileState.LOCKED)
        record_file(context, Action.SOURCE_FILE_LOCKED, file)
        CHANGES.tell_learnt(context, file.applicant_id)
        return
    if found.refused is not None:
        refuse_file(context, file, found.refused)
        return
    max_bytes = context.rules(LoanPolicy).known_by.max_account_bytes
    if _kept_bytes(context, file.applicant_id) + len(read.packed) > max_bytes:
        refuse_file(context, file, Told(code=ACCOUNT_FULL))
        return
    _keep(context, file, read)


def refuse_costly(context: Context, file_id: UUID) -> None:
    """A file that took too long: nothing of it is kept."""
    _refuse_now(context, file_id, Reason.FILE_TOO_COSTLY)


def give_up_file(context: Context, file_id: UUID) -> None:
    """A file that cost its readers: nothing of it is kept."""
    _refuse_now(context, file_id, Reason.ANALYSIS_FAILED)


def load_whole(context: Context, file_id: UUID) -> tuple[bytes, Whose] | None:
    """A file that is read, whole, and whose it should be; None where `load_file` says None."""
    work = load_file(context, file_id)
    if work is None:
        return None
    try:
        return work.content.whole(), work.whose
    except DAMAGE as error:
        log.error("a file of a source is damaged", file=str(file_id), what=type(error).__name__)
        _refuse_now(context, file_id, Reason.FILE_DAMAGED)
        return None


def _refuse_now(context: Context, file_id: UUID, why: Reason) -> None:
    file = _locked(context, file_id)
    if file is not None and FILE.may_move(file, FileState.REFUSED):
        refuse_file(context, file, Told(code=why))


def _locked(context: Context, file_id: UUID) -> SourceFile | None:
    """The file, behind the lock of its owner, whom a withdrawal and a deletion lock first."""
    of_file = sa.select(SourceFile.applicant_id).where(SourceFile.id == file_id)
    owner_id = context.session.scalar(of_file)
    if owner_id is None:
        return None
    context.session.get_one(Applicant, owner_id, with_for_update=True)
    return context.session.get(SourceFile, file_id, with_for_update=True, populate_existing=True)


def _kept_bytes(context: Context, applicant_id: UUID) -> int:
    kept = sa.select(sa.func.sum(SourceFile.packed_bytes))
    return context.session.scalar(kept.where(SourceFile.applicant_id == applicant_id)) or 0


def _whose(context: Context, applicant_id: UUID) -> Whose:
    standing = standing_of(context, applicant_id, consents=(ConsentKind.TERMS,))
    identity = opened_identity(context, standing.onboarding_id, purpose="source")
    firms = (identity.credit_code, identity.business_name)
    return Whose((identity.name, identity.business_name), firms)


def _keep(context: Context, file: SourceFile, read: ReadFile) -> None:
    found, owner = read.found, context.session.get_one(Applicant, file.applicant_id)
    file.contents = new_id()
    sealed = FILE_CONTENTS.seal(context.keyring, owner, file.contents, read.packed)
    context.media.put_with(context.session, file.contents, sealed)
    file.packed_bytes = len(read.packed)
    file.publisher, file.rows = found.publisher, found.rows
    file.first_day, file.last_day = found.first_day, found.last_day
    file.refused = [_told(row) for row in found.not_read]
    file.faults = [_told(fault) for fault in found.faults]
    FILE.move(file, FileState.READ)
    end_file(context, file)
    record_file(
        context,
        Action.SOURCE_FILE_READ,
        file,
        publisher=file.publisher,
        rows=file.rows,
        refused=len(file.refused),
        faults=[fault.code for fault in found.faults],
    )


def _told(told: Told | None) -> dict[str, Any]:
    return (
        {}
        if told is None
        else told.model_dump(exclude_none=True, exclude_defaults=True, mode="json")
    )


JOBS.register(
    JobHandler(
        kind=READ_FILE,
        lane=Lane.LENDING,
        load=load_file,
        perform=read_file,
        store=store_first_reading,
        give_up=give_up_file,
    )
)
