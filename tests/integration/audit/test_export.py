"""Exports are verified by a program that knows nothing of Kaihu; witnesses refuse another past."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import sqlalchemy as sa

from access.log_reading import export_events, state_faults
from app.services import Services
from app.settings import ROOT
from audit.actions import Action
from audit.export import Export, NothingToExport
from audit.models import AuditCheckpoint
from audit.reading import Search
from audit.witness import Witness, WitnessRefused, bear_witness, witness_faults
from core.ids import new_id
from kyc.onboarding.models import Onboarding
from kyc.onboarding.states import Decision
from kyc.review.models import Verdict
from tests.support.factories import applicant, onboarded
from tests.support.log import change, events, grow, sequence_all, sequencing, verified


def run_verifier(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", str(ROOT / "docs/verify_audit.py"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def changed(archive: Path, name: str, old: bytes, new: bytes) -> Path:
    """A copy of an archive with one file changed, or left out."""
    copy = archive.with_name("changed.zip")
    copy.unlink(missing_ok=True)
    with zipfile.ZipFile(archive) as source, zipfile.ZipFile(copy, "x") as target:
        for each in source.namelist():
            content = source.read(each)
            if each != name:
                target.writestr(each, content)
            elif old:
                target.writestr(each, content.replace(old, new))
    return copy


def test_an_export_is_verified_without_kaihu(services: Services, tmp_path: Path) -> None:
    owner = applicant(services)
    case = onboarded(owner)
    grow(services)
    sequence_all(services)
    with services.reading() as context:
        note = context.session.scalars(sa.select(AuditCheckpoint)).first()
    assert note is not None
    old = tmp_path / "old.note"
    old.write_text(note.note, "utf-8")
    archive, key = tmp_path / "export.zip", services.settings.log_public_key_file
    command = Export(onboarding_id=case.id, since=note.size)
    with sequencing(services):
        count = export_events(services.reading, services.transaction, command, archive)
    (exported,) = events(services, Action.AUDIT_EXPORTED)
    assert (exported.data["found"], exported.onboarding_id) == (count, case.id)
    done = run_verifier("export", archive, key)
    assert (done.returncode, done.stdout.split()[0]) == (0, str(count))
    with zipfile.ZipFile(archive) as read:
        (tmp_path / "proof.json").write_bytes(read.read("consistency.json"))
        name = next(each for each in read.namelist() if each.startswith("events/"))
    assert run_verifier("consistency", old, tmp_path / "proof.json", key).returncode == 0
    forged = changed(archive, name, b'"about"', b'"aboud"')
    assert run_verifier("export", forged, key).returncode == 1
    assert run_verifier("export", changed(archive, name, b"", b""), key).returncode == 1
    other = tmp_path / "proof2.json"
    other.write_text((tmp_path / "proof.json").read_text().replace('"proof": ["', '"proof": ["00'))
    assert run_verifier("consistency", old, other, key).returncode == 1


def test_nothing_is_no_export(services: Services, tmp_path: Path) -> None:
    command = Export(search=Search(applicant_id=new_id()))
    with pytest.raises(NothingToExport):
        export_events(services.reading, services.transaction, command, tmp_path / "none.zip")


def test_a_witness_refuses_a_log_that_does_not_continue(services: Services, tmp_path: Path) -> None:
    witness = Witness(str(tmp_path / "witness"))
    for count, added in ((3, True), (0, False), (4, True)):
        if count:
            grow(services, count)
        with services.reading() as context:
            assert bear_witness(context.session, services.log_key, witness).added == added
    assert witness.sizes() == [3, 7]
    for statement in (
        "DELETE FROM audit_events WHERE position >= 3",
        "DELETE FROM audit_checkpoints WHERE size > 3",
        "UPDATE audit_tiles SET hashes = substr(hashes, 1, 96)",
    ):
        change(services, sa.text(statement))
    with services.reading() as context:
        with pytest.raises(WitnessRefused, match="knows 7 events"):
            bear_witness(context.session, services.log_key, witness)
        (fault,) = witness_faults(context.session, services.log_key, witness)
    assert "it knows 7 events, the log has 3; up to 3 events the log fits" in fault


def test_rows_that_say_otherwise_than_the_log_are_found(services: Services) -> None:
    case = onboarded(applicant(services))
    with services.reading() as context:
        assert state_faults(context) == []
    other = Decision.DECLINED if case.decision is Decision.APPROVED else Decision.APPROVED
    change(services, sa.update(Onboarding).values(decision=other))
    with services.reading() as context:
        (fault,) = state_faults(context)
    assert fault.startswith(f"onboarding {case.id}: decision is")
    assert verified(services).intact  # the log itself was not changed
    change(services, sa.update(Onboarding).values(decision=case.decision))
    row = {"id": new_id(), "onboarding_id": case.id, "reviewer": new_id(), "judgement": other}
    row["at"] = services.parts.clock.now()
    change(services, sa.insert(Verdict).values(row))
    with services.reading() as context:
        assert "its verdicts are not those of the log" in state_faults(context)[0]
