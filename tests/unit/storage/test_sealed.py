from __future__ import annotations

import stat
from pathlib import Path

import pytest

from storage.keyring import SealBroken, Vault, load_master_key

VAULT = Vault(b"m" * 32)


def test_what_is_sealed_opens_only_where_it_belongs() -> None:
    key = VAULT.new_data_key("ada")
    sealed = VAULT.seal(key, "ada", "林知夏".encode(), "applicants.name:1")
    assert VAULT.open(key, "ada", sealed, "applicants.name:1").decode() == "林知夏"
    with pytest.raises(SealBroken):
        VAULT.open(key, "ada", sealed, "applicants.name:2")
    with pytest.raises(SealBroken):
        VAULT.open(key, "bob", sealed, "applicants.name:1")
    with pytest.raises(SealBroken):
        VAULT.open(VAULT.new_data_key("ada"), "ada", sealed, "applicants.name:1")


def test_a_changed_byte_breaks_the_seal() -> None:
    key = VAULT.new_data_key("ada")
    sealed = bytearray(VAULT.seal(key, "ada", b"value", "place"))
    sealed[-1] ^= 1
    with pytest.raises(SealBroken):
        VAULT.open(key, "ada", bytes(sealed), "place")


def test_blind_indexes_meet_for_equal_values_and_tell_purposes_apart() -> None:
    assert VAULT.blind("name", "Ａda") == VAULT.blind("name", "a da")
    assert VAULT.blind("name", "ada") != VAULT.blind("phone", "ada")
    assert Vault(b"n" * 32).blind("name", "ada") != VAULT.blind("name", "ada")


def test_a_master_key_is_made_once_and_is_nobody_elses_to_read(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "master.key"
    key = load_master_key(path)
    assert load_master_key(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(ValueError, match="32 bytes"):
        Vault(b"short")
