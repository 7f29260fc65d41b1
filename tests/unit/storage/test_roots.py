"""Root keys in files: made once, private, read again when they change; a master key is split."""

from __future__ import annotations

import base64
import stat
from pathlib import Path

import pytest

from storage.keys.cipher import SealBroken
from storage.keys.master import continue_master, derive
from storage.keys.names import Root
from storage.keys.roots import FileRoots, RootKeyUnusable, new_root_key

MASTER = b"m" * 32


def made(folder: Path) -> FileRoots:
    roots = FileRoots(folder)
    for root in Root:
        roots.make_missing(root, new_root_key())
    return roots


def test_files_of_roots_are_nobody_elses_to_read(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    roots = made(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for root in Root:
        assert stat.S_IMODE(roots.path(root).stat().st_mode) == 0o600
    assert len({roots.newest(root).key for root in Root}) == len(Root)


def test_a_root_is_made_once(tmp_path: Path) -> None:
    before = made(tmp_path).newest(Root.DATA)
    assert made(tmp_path).versions(Root.DATA) == (before,)


def test_a_running_process_learns_of_a_new_version(tmp_path: Path) -> None:
    one, other = made(tmp_path), FileRoots(tmp_path)
    old = other.newest(Root.TOKENS)
    new = new_root_key()
    one.add(Root.TOKENS, new)
    assert other.versions(Root.TOKENS) == (old, new)
    assert other.find(Root.TOKENS, old.id) == old
    one.destroy(Root.TOKENS, old.id)
    assert other.versions(Root.TOKENS) == (new,)
    with pytest.raises(SealBroken):
        other.find(Root.TOKENS, old.id)


def test_the_version_in_use_is_not_destroyed(tmp_path: Path) -> None:
    roots = made(tmp_path)
    with pytest.raises(ValueError, match="in use"):
        roots.destroy(Root.DATA, roots.newest(Root.DATA).id)


@pytest.mark.parametrize("change", ["cut", "flip", "empty", "id"])
def test_a_damaged_file_stops_the_start_and_is_named(tmp_path: Path, change: str) -> None:
    path = made(tmp_path).path(Root.DATA)
    text = path.read_text()
    changed = {
        "cut": text[: len(text) // 2],
        "flip": text.replace(text[12], "A" if text[12] != "A" else "B", 1),
        "empty": "",
        "id": "00000000" + text[8:],
    }[change]
    path.write_text(changed)
    with pytest.raises(RootKeyUnusable, match=r"data\.key"):
        FileRoots(tmp_path).versions(Root.DATA)


def test_a_root_that_was_never_made_is_named(tmp_path: Path) -> None:
    with pytest.raises(RootKeyUnusable, match=r"log\.key"):
        FileRoots(tmp_path).newest(Root.LOG)


def test_a_master_key_goes_on_as_four_roots_and_is_removed(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    path.write_bytes(base64.b64encode(MASTER))
    roots = FileRoots(tmp_path)
    continue_master(path, roots)
    assert not path.exists()
    assert {root: roots.newest(root).key for root in Root} == {
        root: derive(MASTER, root) for root in Root
    }
    continue_master(path, roots)  # there is none any more


def test_a_split_that_was_interrupted_is_finished(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    path.write_bytes(base64.b64encode(MASTER))
    roots = FileRoots(tmp_path)
    continue_master(path, roots)
    roots.path(Root.LOG).unlink()
    path.write_bytes(base64.b64encode(MASTER))
    continue_master(path, roots)
    assert roots.newest(Root.LOG).key == derive(MASTER, Root.LOG)
    assert not path.exists()


def test_a_master_key_of_another_installation_is_not_removed(tmp_path: Path) -> None:
    roots, path = made(tmp_path), tmp_path / "master.key"
    path.write_bytes(base64.b64encode(MASTER))
    with pytest.raises(RootKeyUnusable, match="different installations"):
        continue_master(path, roots)
    assert path.exists()


def test_a_process_goes_on_when_the_file_is_damaged_under_it(tmp_path: Path) -> None:
    roots = made(tmp_path)
    known = roots.versions(Root.DATA)
    roots.path(Root.DATA).write_text("damaged")
    assert roots.versions(Root.DATA) == known
