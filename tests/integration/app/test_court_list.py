"""The courts' list knows this installation by a key of its own."""

from __future__ import annotations

import base64

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app import court_list, records, scorer
from app.cli.keys import keys
from app.services import open_services
from app.settings import Settings
from kyc.lists.models import Listed
from kyc.lists.told import Told
from loans.calls.signed_client import Outcome
from tests.support.court import CourtService
from tests.support.scorers import SCORER_KEY
from tests.support.servers import served

TOLD = Told(Listed.NAME, "林之夏")


def test_a_command_shows_a_key_that_asks_the_list_alone(
    sqlite_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAIHU_VAR", str(sqlite_settings.var))
    shown = CliRunner().invoke(keys, ["court"])
    assert shown.exit_code == 0
    keyring = open_services(sqlite_settings).parts.keyring
    assert shown.output.strip() == court_list.own_public_key(keyring)
    others = {scorer.own_public_key(keyring), records.own_public_key(keyring)}
    assert court_list.own_public_key(keyring) not in others


def test_what_is_asked_is_signed_by_the_key_that_is_shown(sqlite_settings: Settings) -> None:
    keyring = open_services(sqlite_settings).parts.keyring
    shown = base64.b64decode(court_list.own_public_key(keyring))
    service = CourtService(client=Ed25519PublicKey.from_public_bytes(shown))
    with served(service) as url:
        known = base64.b64encode(SCORER_KEY.public_key().public_bytes_raw()).decode()
        changed = {"court_url": url, "court_public_key": known}
        settings = sqlite_settings.model_copy(update=changed)
        client = court_list.open_court_list(open_services(settings))
        assert client is not None
        assert client.ask(TOLD, "1").outcome is Outcome.ANSWERED


def test_without_a_service_nobody_is_asked(sqlite_settings: Settings) -> None:
    assert court_list.open_court_list(open_services(sqlite_settings)) is None
