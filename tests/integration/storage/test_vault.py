"""Vault keeps the roots: what is sealed opens through it alone, and nothing while it is away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.factory import create_app
from app.jobs.key_rotation import rotate_data
from app.services import Services, open_services
from app.settings import Settings
from core.ids import new_id
from storage.keyring import KeyPurpose, KeysUnavailable, SealBroken
from storage.keys.names import Root
from storage.sealed import SealedField
from tests.support.factories import applicant, onboarded
from tests.support.keys import Owner
from tests.support.log import grow, verified
from tests.support.vault import FakeVault, running_vault, with_vault

NOTE = SealedField("tests", "note", KeyPurpose.LOANS)


@pytest.fixture
def vault() -> Iterator[FakeVault]:
    with running_vault() as running:
        yield running


@pytest.fixture
def kept(sqlite_settings: Settings, vault: FakeVault, tmp_path: Path) -> Services:
    """Services whose roots Vault keeps."""
    return open_services(with_vault(sqlite_settings, vault, tmp_path))


def fresh(services: Services) -> Services:
    """Another process: it holds no key yet."""
    return open_services(services.settings)


def test_a_data_key_is_wrapped_by_vault_for_person_and_purpose(kept: Services) -> None:
    keyring, ada = kept.parts.keyring, Owner()
    sealed = NOTE.seal(keyring, ada, 1, b"note")
    stored = keyring.store.find(ada.id, KeyPurpose.LOANS)
    assert stored is not None
    assert stored.wrapped is not None
    assert stored.wrapped.startswith(b"vault:v1:")
    assert NOTE.open(fresh(kept).parts.keyring, ada, 1, sealed) == b"note"
    with pytest.raises(SealBroken):
        keyring.wrapper.unwrap(stored.wrapped, new_id(), KeyPurpose.LOANS)
    with pytest.raises(SealBroken):
        keyring.wrapper.unwrap(stored.wrapped, ada.id, KeyPurpose.IDENTITY)
    with pytest.raises(SealBroken):
        keyring.wrapper.unwrap(b"vault:v1:AAAA", ada.id, KeyPurpose.LOANS)
    with pytest.raises(SealBroken):
        keyring.wrapper.unwrap(stored.wrapped[:-8], ada.id, KeyPurpose.LOANS)


def test_no_root_lies_in_the_clear(kept: Services) -> None:
    files = {file.name: file.read_text() for file in kept.settings.keys.glob("*.key")}
    assert files.keys() == {"index.key", "tokens.key", "log.key"}
    assert all(" vault:v1:" in text for text in files.values())
    grow(kept, 1)
    assert onboarded(applicant(kept)).decision
    assert verified(kept).intact


@pytest.mark.parametrize("how", ["sealed", "forbidden", "gone", "no key"])
def test_nothing_opens_and_nothing_is_sealed_while_vault_is_away(
    kept: Services, vault: FakeVault, how: str
) -> None:
    keyring, ada = kept.parts.keyring, Owner()
    sealed = NOTE.seal(keyring, ada, 1, b"note")
    keyring.wrapper.forget()
    if how == "sealed":
        vault.sealed = True
    elif how == "forbidden":
        vault.tokens.clear()
    elif how == "no key":
        vault.keys.clear()
    else:
        assert kept.settings.vault_token_file
        kept.settings.vault_token_file.unlink()
    with pytest.raises(KeysUnavailable):
        NOTE.open(keyring, ada, 1, sealed)
    if how != "no key":  # Vault makes a key that is asked for
        with pytest.raises(KeysUnavailable):
            NOTE.seal(keyring, Owner(), 1, b"note")


def test_the_api_answers_503_while_vault_is_away(kept: Services, vault: FakeVault) -> None:
    client = create_app(kept.settings).test_client()
    vault.sealed = True
    answer = client.post(
        "/api/v1/staff/tokens", json={"name": "a", "password": "b" * 12, "totp": "123456"}
    )
    assert answer.status_code == 503
    assert answer.get_json()["code"] == "keys_unavailable"
    assert answer.headers["Retry-After"]
    vault.sealed = False


def test_rotation_deletes_the_older_versions(kept: Services, vault: FakeVault) -> None:
    keyring, people = kept.parts.keyring, [Owner() for _ in range(5)]
    sealed = [NOTE.seal(keyring, owner, 1, b"note") for owner in people]
    rotate_data(kept, lambda _: None, grace_s=0)
    assert set(vault.keys["kaihu"].versions) == {2}
    assert keyring.store.counts() == {("loans", "vault:v2"): 5}
    other = fresh(kept)  # the other roots were sealed again
    for owner, value in zip(people, sealed, strict=True):
        assert NOTE.open(other.parts.keyring, owner, 1, value) == b"note"


def test_an_installation_with_files_moves_to_vault(
    sqlite_settings: Settings, vault: FakeVault, tmp_path: Path
) -> None:
    before = open_services(sqlite_settings)
    ada = Owner()
    sealed = NOTE.seal(before.parts.keyring, ada, 1, b"note")
    index = before.parts.blind_index.of_content(b"file")
    grow(before, 1)
    moved = open_services(with_vault(sqlite_settings, vault, tmp_path))
    assert NOTE.open(moved.parts.keyring, ada, 1, sealed) == b"note"
    rotate_data(moved, lambda _: None, grace_s=0)
    assert not (sqlite_settings.keys / "data.key").exists()
    after = fresh(moved)
    assert NOTE.open(after.parts.keyring, ada, 1, sealed) == b"note"
    assert after.parts.blind_index.of_content(b"file") == index
    assert verified(after).intact
    assert moved.parts.keyring.roots.newest(Root.LOG)


def test_a_destroyed_key_is_gone_although_it_was_just_unwrapped(kept: Services) -> None:
    keyring, ada = kept.parts.keyring, Owner()
    sealed = NOTE.seal(keyring, ada, 1, b"note")
    other = fresh(kept).parts.keyring
    assert NOTE.open(other, ada, 1, sealed) == b"note"
    keyring.destroy(ada.id, KeyPurpose.LOANS)
    for process in (keyring, other):
        with pytest.raises(SealBroken):
            NOTE.open(process, ada, 1, sealed)


def test_what_was_unwrapped_is_not_asked_for_again_at_once(
    kept: Services, vault: FakeVault
) -> None:
    keyring, ada = kept.parts.keyring, Owner()
    sealed = NOTE.seal(keyring, ada, 1, b"note")
    NOTE.open(keyring, ada, 1, sealed)
    asked = len(vault.requests)
    for _ in range(5):
        NOTE.open(keyring, ada, 1, sealed)
    assert len(vault.requests) == asked
