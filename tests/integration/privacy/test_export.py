"""A person is given everything that is held about them, and nothing of anybody else."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from access.codes import CodeWrong, issue_code
from access.proof import CodeMissing
from app.presenters.export import present_export
from app.services import Services
from app.tables import METADATA
from app.zip_stream import zip_stream
from audit.actions import Action
from core.data_classes import DataClass
from core.ids import new_id
from kyc.evidence.models import Evidence
from kyc.evidence.types import LICENCE
from kyc.verification.states import VerificationPurpose
from loans.declaration.declare import Payee
from privacy.export import EXPORT, Export, belongs_to, export_own_data
from privacy.holdings import holdings
from tests.support.factories import (
    PHONE,
    Applicant,
    applicant,
    code_of,
    confirmed,
    declared,
    onboarded,
)
from tests.support.findings import NUMBER, OWNER, another
from tests.support.log import events
from tests.support.web import PROMISE


def exported(owner: Applicant, phone: str = PHONE) -> Export:
    with owner.services.transaction() as context:
        asked = issue_code(context, phone)
        code = code_of(context, asked)
    with owner.acting() as context:
        return export_own_data(context, METADATA, asked.attempt, code)


def opened(export: Export) -> dict[str, bytes]:
    archive = zipfile.ZipFile(io.BytesIO(b"".join(present_export(export))))
    return {name: archive.read(name) for name in archive.namelist()}


def test_records_and_files_of_the_owner_and_of_nobody_else(services: Services) -> None:
    other = applicant(services, "13800000002")
    onboarded(other, another(7).findings())
    owner = applicant(services, device="phone")
    onboarded(owner)
    declared(owner, payees=(Payee("王师傅"),))
    confirmed(owner, VerificationPurpose.OFFER)
    files = opened(exported(owner))
    text = b"\n".join(files.values()).decode("utf-8", "replace")
    for value in (PHONE, OWNER.name, NUMBER, OWNER.firm, "10600", "王师傅", PROMISE.sha256):
        assert value in text
    assert "13800000002" not in text
    assert str(other.id) not in text
    sent = [name for name in files if name.startswith("files/")]
    assert len(sent) == 6, "five pieces of evidence and a recording"
    (licence,) = (name for name in sent if LICENCE.kind in name)
    assert files[licence].startswith(b"licence")
    account = json.loads(files["data/applicants.json"])[0]
    assert (account["phone"], account["name"]) == (PHONE, OWNER.name)
    (event,) = events(services, Action.DATA_EXPORTED)
    assert event.data["files"] == 6


def test_what_speaks_against_somebody_and_secrets_are_not_in_it(services: Services) -> None:
    owner = applicant(services)
    onboarded(owner)
    files = opened(exported(owner))
    for name, content in files.items():
        if name.startswith("data/"):
            for row in json.loads(content):
                assert not row.keys() & {"measurements", "reasons", "sealed", "data_key"}
                assert not {key for key in row if key.endswith("_blind")}
    assert set(json.loads(files["withheld.json"])) == set(EXPORT.withheld)


def test_without_the_code_of_the_own_phone_there_is_no_export(services: Services) -> None:
    owner = applicant(services)
    with services.transaction() as context:
        foreign = issue_code(context, "13800000002")
        code = code_of(context, foreign)
    for attempt, sent in (("", ""), (foreign.attempt, "000000"), (foreign.attempt, code)):
        with owner.acting() as context, pytest.raises((CodeMissing, CodeWrong)):
            export_own_data(context, METADATA, attempt, sent)
    assert events(services, Action.DATA_EXPORTED) == []


def test_a_file_that_does_not_open_keeps_nothing_else_back(services: Services) -> None:
    owner = applicant(services)
    onboarded(owner)
    with services.reading() as context:
        query = sa.select(Evidence.id).where(Evidence.kind == LICENCE.kind)
        licence = context.session.scalars(query).one()
    services.parts.media.delete(licence)
    files = opened(exported(owner))
    assert str(licence) in files["unreadable.txt"].decode()
    assert sum(name.startswith("files/") for name in files) == 4


def test_every_table_that_is_about_a_person_is_in_it_or_withheld() -> None:
    nobody = {DataClass.TECHNICAL, DataClass.STAFF_NAME, DataClass.KEY}
    personal = {one.table for one in holdings(METADATA) if one.data not in nobody}
    someone = new_id()
    out = {
        name
        for name in personal
        if belongs_to(METADATA.tables[name], someone) is None and name not in EXPORT.withheld
    }
    # By number or index, of people who may have no account; staff; what names nobody.
    assert out <= {
        "sign_in_attempts",
        "outgoing_messages",
        "list_entries",
        "list_proposals",
        "staff",
        "attempts",
        "identities",
        "firms",
        "policies",
        "audit_verifications",
    }


def test_every_sealed_column_opens_or_is_withheld() -> None:
    sealed = {
        f"{one.table}.{one.column}"
        for one in holdings(METADATA)
        if one.data is DataClass.IDENTIFYING and one.table not in EXPORT.withheld
    }
    assert sealed <= {*EXPORT.fields, *EXPORT.withheld}


def test_a_zip_is_sent_while_it_is_made() -> None:
    asked: list[int] = []

    def entry(number: int) -> Callable[[], bytes]:
        def opens() -> bytes:
            asked.append(number)
            return bytes(1000)

        return opens

    stream: Any = zip_stream(((str(n), entry(n)) for n in range(3)), datetime.now(UTC))
    assert len(next(stream)) >= 1000
    assert asked == [0]
