"""Root keys from the environment: for those whose platform keeps secrets and hands them over."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from storage.keys.cipher import KEY_BYTES
from storage.keys.names import Root
from storage.keys.roots import RootFixed, RootKey, RootKeys, RootKeyUnusable


class EnvironmentRoots(RootKeys):
    """Each root is its versions in base64, parted by commas, the newest last; fixed for a process.

    When they were made is not known: they count as made when the process started.
    """

    def __init__(self, texts: Mapping[Root, str]) -> None:
        started = datetime.now(UTC).replace(microsecond=0)
        self._versions = {root: _parse(root, text, started) for root, text in texts.items() if text}

    def versions(self, root: Root) -> tuple[RootKey, ...]:
        try:
            return self._versions[root]
        except KeyError as error:
            raise RootKeyUnusable(f"{_variable(root)} is not set") from error

    def add(self, root: Root, made: RootKey) -> None:  # noqa: ARG002 (what it would add)
        raise RootFixed(f"add a version to {_variable(root)}, restart, then use --finish")

    def destroy(self, root: Root, root_id: bytes) -> None:
        raise RootFixed(f"nothing names {root_id.hex()} any more: take it out of {_variable(root)}")


def _parse(root: Root, text: str, started: datetime) -> tuple[RootKey, ...]:
    words = text.split(",")
    try:
        keys = [base64.b64decode(word.strip(), validate=True) for word in words]
    except ValueError as error:
        raise RootKeyUnusable(f"{_variable(root)} is not base64") from error
    if any(len(key) != KEY_BYTES for key in keys):
        raise RootKeyUnusable(f"{_variable(root)} has a key that is not of 32 bytes")
    ages = range(len(keys) - 1, -1, -1)
    return tuple(
        RootKey(key, started - timedelta(microseconds=age))
        for key, age in zip(keys, ages, strict=True)
    )


def _variable(root: Root) -> str:
    return f"KAIHU_ROOT_{root.upper()}"
