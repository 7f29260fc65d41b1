"""Data keys are wrapped for one owner; the root key is made once and readable by its owner."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from core.ids import new_id
from storage.keyring import WRAPPED, Keyring, SealBroken, key_id, load_root_key

KEYRING = Keyring(b"m" * 32)


@dataclass(frozen=True)
class Owner:
    """Satisfies `storage.keyring.KeyOwner`."""

    id: UUID
    data_key: bytes


def test_a_data_key_opens_for_its_owner_alone() -> None:
    ada = new_id()
    wrapped = KEYRING.new_data_key(ada)
    assert KEYRING.data_key(Owner(ada, wrapped)).key_id
    with pytest.raises(SealBroken):
        KEYRING.data_key(Owner(new_id(), wrapped))
    with pytest.raises(SealBroken):
        Keyring(b"n" * 32).data_key(Owner(ada, wrapped))


def test_a_wrapped_key_names_its_root() -> None:
    ada = new_id()
    wrapped, other = KEYRING.new_data_key(ada), Keyring(b"n" * 32).new_data_key(ada)
    name = wrapped[: len(WRAPPED) + 4]
    assert name.startswith(WRAPPED)
    assert KEYRING.new_data_key(new_id()).startswith(name)
    assert not other.startswith(name)


@pytest.mark.parametrize("broken", [b"", b"short", WRAPPED, b"\x00" * 60])
def test_a_data_key_that_is_none_does_not_open(broken: bytes) -> None:
    with pytest.raises(SealBroken):
        KEYRING.data_key(Owner(new_id(), broken))


def test_derived_keys_differ_by_purpose_and_root() -> None:
    keys = {KEYRING.derived_key("a"), KEYRING.derived_key("b"), Keyring(b"n" * 32).derived_key("a")}
    assert len(keys) == 3
    assert {len(key) for key in keys} == {32}
    assert KEYRING.derived_key("a") == Keyring(b"m" * 32).derived_key("a")


def test_a_key_id_says_nothing_of_its_key() -> None:
    assert key_id(b"k" * 32) != key_id(b"l" * 32)
    assert key_id(b"k" * 32) not in b"k" * 32
    assert len(key_id(b"k" * 32)) == 4


def test_a_root_key_is_made_once_and_is_nobody_elses_to_read(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "master.key"
    key = load_root_key(path)
    assert load_root_key(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(ValueError, match="32 bytes"):
        Keyring(b"short")
