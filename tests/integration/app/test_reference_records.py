"""The reference service of records as the demo starts it, and as settings name it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from app.cli.keys import keys
from app.records import open_record_client, own_public_key
from app.serve import Service
from app.services import open_services
from app.settings import ROOT, Settings
from core.clock import SystemClock, business_day
from demo.personas import NOODLES
from demo.records import record_service
from loans.sources.kinds import ASKED, SourceKind
from loans.sources.offered import OfferedRecords
from loans.sources.record_client import RecordAnswer, RecordClient, RecordQuestion
from loans.sources.states import RecordState

PATIENCE_S = 60.0
OWN = {"records_url": "https://records.example", "records_public_key": "A" * 43 + "="}


def known(client: RecordClient, question: RecordQuestion) -> RecordAnswer:
    """The answer of a service that is starting."""
    until = time.monotonic() + PATIENCE_S
    while (answer := client.ask(question, "k1")).state is RecordState.FAILED:
        if time.monotonic() > until:
            raise TimeoutError(answer)
        time.sleep(0.2)
    return answer


def test_it_answers_this_installation(sqlite_settings: Settings) -> None:
    today = business_day(SystemClock().now())
    with record_service(sqlite_settings) as settings:
        await_health(settings.records_url)
        client = open_record_client(open_services(settings))
        assert client is not None
        for source in sorted(ASKED):
            first = today - timedelta(days=30) if source is SourceKind.ACQUIRING else None
            answer = known(client, RecordQuestion(source, NOODLES.code, today, first))
            assert answer.state is RecordState.KNOWN, answer.outcomes
        absent = client.ask(RecordQuestion(SourceKind.REGISTRY, "92110101MA00000001", today), "k")
        assert absent.state is RecordState.ABSENT
        client.close()


def await_health(url: str) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        with suppress(httpx.TransportError):
            if httpx.get(f"{url}/health", trust_env=False).status_code == 204:
                return
        time.sleep(0.1)
    raise TimeoutError(url)


def test_without_one_nobody_is_asked_and_none_is_started(
    models: Path, sqlite_settings: Settings
) -> None:
    services = open_services(sqlite_settings)
    assert open_record_client(services) is None
    assert services.parts.resources.get(OfferedRecords).sources == frozenset()
    service = Service(sqlite_settings.model_copy(update={"models": models}))
    assert "records" not in service.commands()
    assert service.settings.records_url == ""


def test_what_is_set_is_offered(sqlite_settings: Settings) -> None:
    services = open_services(sqlite_settings.model_copy(update=OWN))
    client = open_record_client(services)
    assert client is not None
    client.close()
    assert services.parts.resources.get(OfferedRecords).sources == ASKED


@pytest.mark.parametrize(
    "told",
    [
        {**OWN, "records_url": "http://records.example"},
        {**OWN, "records_url": ""},
        {**OWN, "records_public_key": ""},
        {**OWN, "records_public_key": "short"},
    ],
)
def test_a_wrong_service_stops_the_start(tmp_path: Path, told: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="KAIHU_RECORDS"):
        Settings.model_validate({"var": tmp_path, **told})


@pytest.mark.parametrize(
    ("changes", "word"),
    [({"RECORDS_PORT": "none"}, "RECORDS_PORT"), ({"RECORDS_FOLDER": "/dev/null/x"}, "/dev/null")],
)
def test_settings_that_are_wrong_are_told(
    tmp_path: Path, changes: dict[str, str], word: str
) -> None:
    environment = {**os.environ, "RECORDS_FOLDER": str(tmp_path), **changes}
    command = [sys.executable, "-m", "reference.records"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert word in done.stderr
    assert "Traceback" not in done.stderr


def test_a_command_shows_the_key_by_which_it_knows_this_installation(
    sqlite_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAIHU_VAR", str(sqlite_settings.var))
    shown = CliRunner().invoke(keys, ["records"])
    assert shown.exit_code == 0
    keyring = open_services(sqlite_settings).parts.keyring
    assert shown.output.strip() == own_public_key(keyring)
    scorer = CliRunner().invoke(keys, ["scorer"])
    assert scorer.output != shown.output  # a key for each kind of service
