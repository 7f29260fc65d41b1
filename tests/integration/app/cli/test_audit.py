"""The log as an auditor uses it on the command line: verify, prove, witness, export."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from app.cli.main import main
from app.services import Services, open_services
from app.settings import ROOT, Settings
from audit.actions import Action
from audit.models import AuditEvent
from core.ids import new_id
from tests.support.factories import applicant, onboarded
from tests.support.log import change, events, grow, sequence_all, sequencing


@pytest.fixture
def log(sqlite_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    """A log with an onboarding, all of it signed."""
    monkeypatch.setenv("KAIHU_VAR", str(sqlite_settings.var))
    services = open_services(sqlite_settings)
    onboarded(applicant(services))
    sequence_all(services)
    yield services
    services.database.dispose()


def audit(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["audit", *(str(argument) for argument in arguments)])


def newest_root(services: Services) -> tuple[int, str]:
    with services.reading() as context:
        note = context.session.execute(
            sa.text("SELECT note FROM audit_checkpoints ORDER BY size DESC LIMIT 1")
        ).scalar_one()
    checkpoint = services.log_key.read(note)
    return checkpoint.size, checkpoint.root.hex()


def test_an_untouched_log_verifies_with_its_state_and_its_witness(
    log: Services, tmp_path: Path
) -> None:
    assert "events" in audit("witness", tmp_path / "witness").output
    assert "known already" in audit("witness", tmp_path / "witness").output
    done = audit("verify", "--state", "--witness", tmp_path / "witness")
    assert (done.exit_code, "FAULT" in done.output) == (0, False)
    assert len(events(log, Action.AUDIT_VERIFIED)) == 1


def test_a_changed_event_is_told(log: Services) -> None:
    decided = AuditEvent.action == Action.ONBOARDING_DECIDED
    change(log, sa.update(AuditEvent).where(decided).values(actor_id="somebody"))
    done = audit("verify")
    assert done.exit_code == 1
    assert "FAULT" in done.output


def test_a_log_that_was_cut_off_is_refused_by_its_witness(log: Services, tmp_path: Path) -> None:
    now, older = log.settings.var / "kaihu.sqlite", tmp_path / "older.sqlite"
    with closing(sqlite3.connect(now)) as source, closing(sqlite3.connect(older)) as copy:
        source.backup(copy)
    grow(log, 3)
    assert audit("witness", tmp_path / "witness").exit_code == 0
    with closing(sqlite3.connect(older)) as source, closing(sqlite3.connect(now)) as put_back:
        source.backup(put_back)
    refused = audit("witness", tmp_path / "witness")
    assert (refused.exit_code, "REFUSED" in refused.output) == (1, True)
    assert audit("verify", "--witness", tmp_path / "witness").exit_code == 1


def test_an_event_is_proved_and_an_unknown_one_is_not(log: Services) -> None:
    (decided,) = events(log, Action.ONBOARDING_DECIDED)
    done = audit("proof", decided.id)
    assert done.exit_code == 0
    assert f"leaf {decided.leaf.hex()}" in done.output
    assert "no such event" in audit("proof", new_id()).output


def test_a_log_that_grew_is_consistent_with_its_own_past_alone(log: Services) -> None:
    size, root = newest_root(log)
    grow(log, 5)
    assert audit("consistency", size, root).exit_code == 0
    assert audit("consistency", size, "00" * 32).exit_code == 1
    assert "no such size" in audit("consistency", 10**6, root).output


def test_what_is_exported_is_verified_by_a_stranger(log: Services, tmp_path: Path) -> None:
    archive, key = tmp_path / "events.zip", log.settings.log_public_key_file
    (decided,) = events(log, Action.ONBOARDING_DECIDED)
    with sequencing(log):
        done = audit("export", archive, "--onboarding", decided.onboarding_id)
    assert done.exit_code == 0, done.output
    verifier = [sys.executable, "-I", str(ROOT / "docs/verify_audit.py"), "export"]
    assert subprocess.run([*verifier, archive, key], check=False).returncode == 0


def test_an_export_says_of_what(log: Services, tmp_path: Path) -> None:
    assert "say which" in audit("export", tmp_path / "all.zip").output
    with sequencing(log):
        done = audit("export", tmp_path / "none.zip", "--person", new_id())
    assert "no event fits" in done.output
