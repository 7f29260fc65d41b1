"""What an installation writes is nobody else's to read, unless its folder is the group's."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.private_files import keep_private, private_file, private_folder


@pytest.fixture(autouse=True)
def open_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_new_files_and_folders_are_private(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    private_folder(folder)
    private_file(folder / "file")
    assert (mode(folder), mode(folder / "file")) == (0o700, 0o600)


def test_those_that_others_could_read_are_closed(tmp_path: Path) -> None:
    folder, file = tmp_path / "var", tmp_path / "var" / "file"
    folder.mkdir(mode=0o755)
    file.touch(mode=0o644)
    private_folder(folder)
    private_file(file)
    assert (mode(folder), mode(file)) == (0o700, 0o600)


def test_what_a_process_writes_later_is_private(tmp_path: Path) -> None:
    keep_private(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    assert (mode(tmp_path / "folder"), mode(tmp_path / "file")) == (0o700, 0o600)


def test_a_folder_of_a_group_stays_the_groups_and_closes_to_others(tmp_path: Path) -> None:
    folder, file = tmp_path / "var", tmp_path / "var" / "file"
    folder.mkdir()
    folder.chmod(0o2775)
    private_folder(folder)
    private_file(file)
    keep_private(folder)
    (folder / "later").touch()
    assert mode(folder) == 0o2770
    assert (mode(file), mode(folder / "later")) == (0o660, 0o660)
