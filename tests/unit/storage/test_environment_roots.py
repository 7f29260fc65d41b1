"""Root keys from the environment: used as they are, changed by no command."""

from __future__ import annotations

import base64

import pytest

from storage.keys.environment import EnvironmentRoots
from storage.keys.names import Root
from storage.keys.roots import RootFixed, RootKeyUnusable, new_root_key

OLD, NEW = b"o" * 32, b"n" * 32


def text(*keys: bytes) -> str:
    return ",".join(base64.b64encode(key).decode() for key in keys)


def test_the_last_version_is_the_newest() -> None:
    roots = EnvironmentRoots({Root.DATA: text(OLD, NEW)})
    assert [version.key for version in roots.versions(Root.DATA)] == [OLD, NEW]
    assert roots.newest(Root.DATA).key == NEW
    old = roots.versions(Root.DATA)[0]
    assert roots.find(Root.DATA, old.id) == old


def test_a_root_that_is_not_set_is_named() -> None:
    with pytest.raises(RootKeyUnusable, match="KAIHU_ROOT_LOG"):
        EnvironmentRoots({Root.DATA: text(OLD), Root.LOG: ""}).newest(Root.LOG)


@pytest.mark.parametrize("wrong", ["no base64", base64.b64encode(b"short").decode(), ","])
def test_a_root_that_is_none_stops_the_start(wrong: str) -> None:
    with pytest.raises(RootKeyUnusable, match="KAIHU_ROOT_DATA"):
        EnvironmentRoots({Root.DATA: wrong})


def test_no_command_changes_them() -> None:
    roots = EnvironmentRoots({Root.DATA: text(OLD, NEW)})
    with pytest.raises(RootFixed, match="KAIHU_ROOT_DATA"):
        roots.add(Root.DATA, new_root_key())
    with pytest.raises(RootFixed, match="take it out"):
        roots.destroy(Root.DATA, roots.versions(Root.DATA)[0].id)
