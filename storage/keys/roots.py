"""Root keys: where they come from, their versions, and how a running process learns of new ones.

A root has versions. The newest is used, older ones still open and verify what names them, until
they are destroyed. The default keeps a file for each root below `var/keys/`; others read the
environment (`environment.py`) or keep them sealed by HashiCorp Vault (`vault.py`).
"""

from __future__ import annotations

import base64
import fcntl
import os
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import structlog

from core.errors import Unavailable
from core.private_files import OWNER_FILE, file_mode, private_folder
from storage.keys.cipher import KEY_BYTES, SealBroken, key_id, new_key
from storage.keys.names import Root

log = structlog.get_logger()


class KeysUnavailable(Unavailable):
    """What keeps the keys does not answer: nothing opens now, and the same may succeed soon."""

    code = "keys_unavailable"


class RootKeyUnusable(Exception):
    """A root key is missing, damaged, or may not be read by this process: the start stops."""


class RootFixed(Exception):
    """This provider's root keys are changed by hand, not by a command."""


@dataclass(frozen=True)
class RootKey:
    """One version of a root key: 32 bytes, and when it was made (UTC)."""

    key: bytes
    made_at: datetime

    @property
    def id(self) -> bytes:
        """The four bytes that name it."""
        return key_id(self.key)


class RootKeys(ABC):
    """The versions of every root, the newest last."""

    @abstractmethod
    def versions(self, root: Root) -> tuple[RootKey, ...]:
        """At least one. Raises `RootKeyUnusable`, `KeysUnavailable`."""

    @abstractmethod
    def add(self, root: Root, made: RootKey) -> None:
        """Make a new version the newest. Raises `RootFixed`, `KeysUnavailable`."""

    @abstractmethod
    def destroy(self, root: Root, root_id: bytes) -> None:
        """Forget an older version for good. Raises `RootFixed`, ValueError for the newest."""

    def make_newest(self, root: Root) -> RootKey:
        """A new random version. Raises `RootFixed`, `KeysUnavailable`."""
        made = new_root_key()
        self.add(root, made)
        return made

    def newest(self, root: Root) -> RootKey:
        """The version in use."""
        return self.versions(root)[-1]

    def find(self, root: Root, root_id: bytes) -> RootKey:
        """The version that an id names. Raises `SealBroken` for none of ours."""
        for version in self.versions(root):
            if version.id == root_id:
                return version
        raise SealBroken(f"no {root} root {root_id.hex()}")


class RootSealer(Protocol):
    """How a root key is written into its file, as one word."""

    def seal(self, root: Root, key: bytes) -> str:
        """Raises `KeysUnavailable`."""

    def open(self, root: Root, word: str) -> bytes:
        """Raises ValueError, `SealBroken`, `KeysUnavailable`."""


class PlainRoots:
    """Root keys in base64: the file's mode alone keeps others out."""

    def seal(self, _root: Root, key: bytes) -> str:
        """The key in base64."""
        return base64.b64encode(key).decode()

    def open(self, _root: Root, word: str) -> bytes:
        """Raises ValueError."""
        return base64.b64decode(word, validate=True)


class FileRoots(RootKeys):
    """A file for each root, a line for each version: id, key, when it was made.

    A file is replaced as a whole, and read again when it was replaced: running processes learn of
    a new version without being told.
    """

    def __init__(
        self,
        folder: Path,
        places: Mapping[Root, Path] | None = None,
        sealer: RootSealer | None = None,
    ) -> None:
        self._folder = folder
        self._places = dict(places or {})
        self._sealer = sealer or PlainRoots()
        self._read: dict[Root, tuple[object, tuple[RootKey, ...]]] = {}

    def path(self, root: Root) -> Path:
        """Where a root's file is."""
        return self._places.get(root, self._folder / f"{root}.key")

    def exists(self, root: Root) -> bool:
        """Whether a root has been made."""
        return self.path(root).exists()

    def versions(self, root: Root) -> tuple[RootKey, ...]:
        path = self.path(root)
        try:
            status = path.stat()
            stamp = (status.st_ino, status.st_mtime_ns, status.st_size)
            known = self._read.get(root)
            if known is None or known[0] != stamp:
                known = (stamp, self._parsed(root, known[1] if known else ()))
                self._read[root] = known
        except (OSError, UnicodeDecodeError) as error:
            raise RootKeyUnusable(f"{path} cannot be read: {error}") from error
        return known[1]

    def add(self, root: Root, made: RootKey) -> None:
        with self._locked():
            before = self.versions(root) if self.exists(root) else ()
            self._write(root, (*before, made))

    def make_missing(self, root: Root, made: RootKey) -> None:
        """Give a root its first version; does nothing where it has one."""
        with self._locked():
            if not self.exists(root):
                self._write(root, (made,))

    def destroy(self, root: Root, root_id: bytes) -> None:
        with self._locked():
            versions = self.versions(root)
            if versions[-1].id == root_id:
                raise ValueError("the newest version of a root is in use")
            self._write(root, tuple(key for key in versions if key.id != root_id))

    def seal_again(self) -> None:
        """Write every file anew, as the sealer writes now. Raises `KeysUnavailable`."""
        with self._locked():
            for root in Root:
                if self.exists(root) and os.access(self.path(root), os.W_OK):
                    self._write(root, self.versions(root))

    def remove(self, root: Root) -> None:
        """Destroy every version of a root that nothing names any more."""
        with self._locked():
            self.path(root).unlink(missing_ok=True)

    def _parsed(self, root: Root, known: tuple[RootKey, ...]) -> tuple[RootKey, ...]:
        """What the file says; a process that read it before it was damaged goes on with that."""
        try:
            return self._parse(root, self.path(root).read_text("ascii"))
        except (RootKeyUnusable, UnicodeDecodeError):
            if not known:
                raise
            log.exception("root key damaged", root=root)
            return known

    def _parse(self, root: Root, text: str) -> tuple[RootKey, ...]:
        keys = []
        for line in text.splitlines():
            try:
                named, sealed, made_at = line.split(" ")
                key = RootKey(self._sealer.open(root, sealed), datetime.fromisoformat(made_at))
            except (ValueError, SealBroken) as error:
                raise RootKeyUnusable(f"{self.path(root)} is damaged") from error
            if len(key.key) != KEY_BYTES or key.id.hex() != named:
                raise RootKeyUnusable(f"{self.path(root)} is damaged: version {named}")
            keys.append(key)
        if not keys:
            raise RootKeyUnusable(f"{self.path(root)} holds no key")
        return tuple(keys)

    def _write(self, root: Root, versions: tuple[RootKey, ...]) -> None:
        lines = [
            f"{key.id.hex()} {self._sealer.seal(root, key.key)} {key.made_at.isoformat()}\n"
            for key in versions
        ]
        shared = OWNER_FILE if root is Root.LOG else file_mode(self._folder)
        replace_file(self.path(root), "".join(lines).encode("ascii"), shared)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One process at a time changes files."""
        private_folder(self._folder)
        lock = os.open(self._folder / ".lock", os.O_CREAT | os.O_RDWR, file_mode(self._folder))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)


def new_root_key(now: datetime | None = None) -> RootKey:
    """A random key, made now."""
    return RootKey(new_key(), (now or datetime.now(UTC)).replace(microsecond=0))


def replace_file(path: Path, content: bytes, mode: int = OWNER_FILE) -> None:
    """Put a whole file in the place of another, on disk before this returns."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode), "wb") as file:
        os.fchmod(file.fileno(), mode)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
