from __future__ import annotations

import stat
from pathlib import Path

import pytest

from reference.keys import KeyFileDamaged, open_own_key, public_text, read_public_keys

NAME = "scorer.key"


def test_a_key_is_made_once_and_is_private(tmp_path: Path) -> None:
    first = open_own_key(tmp_path / "scorer", NAME)
    again = open_own_key(tmp_path / "scorer", NAME)
    assert first.private_bytes_raw() == again.private_bytes_raw()
    assert stat.S_IMODE((tmp_path / "scorer" / NAME).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "scorer").stat().st_mode) == 0o700


def test_a_damaged_key_is_not_replaced(tmp_path: Path) -> None:
    open_own_key(tmp_path, NAME)
    (tmp_path / NAME).write_text("AAAA\n")
    with pytest.raises(KeyFileDamaged):
        open_own_key(tmp_path, NAME)
    assert (tmp_path / NAME).read_text() == "AAAA\n"


def test_clients_are_read_by_name(tmp_path: Path) -> None:
    key = open_own_key(tmp_path, NAME).public_key()
    (tmp_path / "clients").write_text(f"# who may ask\n\nkaihu {public_text(key)}\n")
    assert read_public_keys(tmp_path / "clients") == {"kaihu": key}


@pytest.mark.parametrize("line", ["kaihu", "kaihu AAAA", "kaihu !!!!", "a b c"])
def test_a_damaged_line_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "clients").write_text(f"# who\n{line}\n")
    with pytest.raises(KeyFileDamaged, match="line 2"):
        read_public_keys(tmp_path / "clients")
