"""The reference scorer as `kaihu serve` starts it: a process of its own, asked over HTTP."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from app.cli.keys import keys
from app.reference_service import ReferenceService, ServiceUnusable
from app.scorer import ScorerUnset, open_scorer, own_public_key
from app.serve import Service, free_port
from app.services import Services, open_services
from app.settings import ROOT, Settings
from loans.calls.signed_client import Asked
from loans.credit.scorer_client import ScorerAnswer, ScorerClient
from reference.keys import public_key
from tests.support.policy import changed_policy
from tests.support.scorers import question

PATIENCE_S = 60.0


@contextmanager
def running(scorer: ReferenceService) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(scorer.command, cwd=ROOT, env=scorer.environment())
    try:
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def answered(client: ScorerClient, url: str) -> Asked[ScorerAnswer]:
    await_health(url)
    asked = client.ask(question(), "k1")
    assert asked.answer is not None, asked.tries
    return asked


def await_health(url: str) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        with suppress(httpx.TransportError):
            if httpx.get(f"{url}/health", trust_env=False).status_code == 204:
                return
        time.sleep(0.1)
    raise TimeoutError(url)


def test_it_answers_this_installation_also_after_it_was_killed(sqlite_settings: Settings) -> None:
    keyring = open_services(sqlite_settings).parts.keyring
    scorer = ReferenceService("scorer", sqlite_settings.var / "scorer", free_port())
    key = scorer.prepare(own_public_key(keyring))
    told = {"scorer_url": scorer.url, "scorer_public_key": key}
    client = client_with_time(open_services(sqlite_settings.model_copy(update=told)))
    with running(scorer) as process:
        first = answered(client, scorer.url)
        process.send_signal(signal.SIGKILL)
        process.wait()
        kill_workers(scorer)
    assert scorer.prepare(own_public_key(keyring)) == key  # the key is made once
    with running(scorer):
        again = answered(client, scorer.url)
    client.close()
    assert first.answer == again.answer


def client_with_time(services: Services) -> ScorerClient:
    """What asks, on a machine that may be busy."""
    policy = changed_policy("answer_ms = 800", "answer_ms = 20_000")
    return open_scorer(replace(services, parts=replace(services.parts, policy=policy)))


def kill_workers(scorer: ReferenceService) -> None:
    """A killed gunicorn leaves its worker, which ends by itself when it sees that."""
    until = time.monotonic() + PATIENCE_S
    port = f":{scorer.url.rpartition(':')[2]}"
    while time.monotonic() < until:
        listed = subprocess.run(["ps", "-eo", "pid,args"], capture_output=True, text=True)
        left = [line.split()[0] for line in listed.stdout.splitlines() if f"1{port}" in line]
        if not left:
            return
        for pid in left:
            os.kill(int(pid), signal.SIGKILL)
        time.sleep(0.1)


def test_nothing_of_this_installation_is_given_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAIHU_ROOT_DATA", "secret")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    given = ReferenceService("scorer", tmp_path, free_port()).environment()
    assert "secret" not in given.values()
    assert not [name for name in given if name.startswith("KAIHU_")]


def test_a_damaged_key_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "scorer"
    folder.mkdir()
    (folder / "scorer.key").write_text("AAAA")
    with pytest.raises(ServiceUnusable, match=r"scorer\.key"):
        ReferenceService("scorer", folder, free_port()).prepare("A" * 43 + "=")


def test_without_a_scorer_nobody_is_asked(sqlite_settings: Settings) -> None:
    with pytest.raises(ScorerUnset):
        open_scorer(open_services(sqlite_settings))


def test_a_scorer_of_its_own_starts_none(models: Path, sqlite_settings: Settings) -> None:
    own = {"scorer_url": "https://scorer.example", "scorer_public_key": "A" * 43 + "="}
    settings = sqlite_settings.model_copy(update={"models": models, **own})
    assert "scorer" not in Service(settings).commands()
    without = Service(sqlite_settings.model_copy(update={"models": models}))
    assert "scorer" in without.commands()
    assert without.settings.scorer_url.startswith("http://127.0.0.1:")


@pytest.mark.parametrize(
    "told",
    [
        {"scorer_url": "http://scorer.example", "scorer_public_key": "A" * 43 + "="},
        {"scorer_url": "ftp://scorer.example", "scorer_public_key": "A" * 43 + "="},
        {"scorer_url": "https://", "scorer_public_key": "A" * 43 + "="},
        {"scorer_url": "https://scorer.example"},
        {"scorer_url": "https://scorer.example", "scorer_public_key": "short"},
        {"scorer_public_key": "A" * 43 + "="},
    ],
)
def test_a_wrong_scorer_stops_the_start(tmp_path: Path, told: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="KAIHU_SCORER"):
        Settings.model_validate({"var": tmp_path, **told})


def test_settings_that_are_wrong_are_told(tmp_path: Path) -> None:
    environment = {**os.environ, "SCORER_FOLDER": str(tmp_path), "SCORER_PORT": "none"}
    command = [sys.executable, "-m", "reference.scorer"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert "SCORER_PORT" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_command_shows_the_key_by_which_a_scorer_knows_this_installation(
    sqlite_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAIHU_VAR", str(sqlite_settings.var))
    shown = CliRunner().invoke(keys, ["scorer"])
    assert shown.exit_code == 0
    assert shown.output.strip() == own_public_key(open_services(sqlite_settings).parts.keyring)
    assert len(public_key(shown.output.strip()).public_bytes_raw()) == 32
