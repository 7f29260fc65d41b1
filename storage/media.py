"""Sealed files: a photo, a video, a recording; written whole or not at all."""

from __future__ import annotations

import errno
import os
import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import event
from sqlalchemy.orm import Session

from core.errors import Unavailable

# Of one file, whatever the others are: a folder or a circle of links stands in its place.
NO_FILE = (errno.ENOENT, errno.EISDIR, errno.ENOTDIR, errno.ELOOP)
MAX_OTHERS = 5  # files that are tried, of which one is enough


class StoreUnavailable(Unavailable):
    """The store is full or unavailable: nothing was kept, and the same may succeed soon."""

    code = "store_unavailable"


class MediaMissing(Exception):
    """The store works, and what was put into it is gone, no file any more, or cannot be read."""


class MediaStore(ABC):
    """Sealed files by id."""

    @abstractmethod
    def put(self, media_id: UUID, sealed: bytes) -> None:
        """Raises `StoreUnavailable`."""

    @abstractmethod
    def get(self, media_id: UUID) -> bytes:
        """A file. Raises `MediaMissing`, `StoreUnavailable`."""

    @abstractmethod
    def delete(self, media_id: UUID) -> None:
        """Also where nothing is left. Raises `StoreUnavailable`."""

    def put_with(self, session: Session, media_id: UUID, sealed: bytes) -> None:
        """`put`, undone when the session's transaction is rolled back."""
        self.put(media_id, sealed)
        undecided = {media_id}

        def keep(_: Session) -> None:
            undecided.clear()

        def undo(_: Session) -> None:
            while undecided:
                self.delete(undecided.pop())

        event.listen(session, "after_commit", keep, once=True)
        event.listen(session, "after_rollback", undo, once=True)


class FilesMedia(MediaStore):
    """A store of which one file may be damaged while it gives the others.

    An error of one file (`EIO` of a bad sector, a right that was taken away) is not the store's:
    while others can be read, this one counts as missing.
    """

    def get(self, media_id: UUID) -> bytes:
        try:
            return self._read(media_id)
        except StoreUnavailable:
            if not self._reads_another(media_id):
                raise
        try:
            return self._read(media_id)  # again: the store may have come back meanwhile
        except StoreUnavailable as error:
            raise MediaMissing(str(media_id)) from error

    @abstractmethod
    def _read(self, media_id: UUID) -> bytes:
        """Raises `MediaMissing`, `StoreUnavailable`."""

    @abstractmethod
    def _reads_another(self, media_id: UUID) -> bool:
        """Whether there is another file that can be read."""


def open_media(url: str, folder: Path) -> MediaStore:
    """The store at an fsspec URL (`s3://bucket/prefix`), else the folder."""
    return ObjectMedia(url) if url else FolderMedia(folder)


class FolderMedia(FilesMedia):
    """Below one folder of this machine, on disk before `put` returns."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, media_id: UUID, sealed: bytes) -> None:
        path = self._path(media_id)
        partial = path.with_suffix(".partial")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with partial.open("wb") as file:
                file.write(sealed)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(path)
        except OSError as error:
            partial.unlink(missing_ok=True)
            raise StoreUnavailable from error

    def _read(self, media_id: UUID) -> bytes:
        try:
            return self._path(media_id).read_bytes()
        except OSError as error:
            if error.errno in NO_FILE:
                raise MediaMissing(str(media_id)) from error
            raise StoreUnavailable from error

    def _reads_another(self, media_id: UUID) -> bool:
        this = self._path(media_id)
        others = (path for path in self.root.glob("*/*") if path != this and not path.suffix)
        return any(_is_readable(path) for path in islice(others, MAX_OTHERS))

    def delete(self, media_id: UUID) -> None:
        path = self._path(media_id)
        try:
            if path.is_dir() and not path.is_symlink():  # damage: nothing of it may stay
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        except OSError as error:
            raise StoreUnavailable from error

    def _path(self, media_id: UUID) -> Path:
        return self.root / _name(media_id)


class ObjectMedia(FilesMedia):
    """In an object store that many machines share; an object appears whole or not at all.

    Credentials and endpoint come from the store's own environment (`AWS_…` for S3).
    """

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._opened: tuple[int, Any] | None = None

    def put(self, media_id: UUID, sealed: bytes) -> None:
        self._do("pipe_file", _name(media_id), sealed)

    def _read(self, media_id: UUID) -> bytes:
        try:
            return bytes(self._do("cat_file", _name(media_id)))
        except FileNotFoundError as error:
            raise MediaMissing(str(media_id)) from error

    def _reads_another(self, media_id: UUID) -> bool:
        return any(self._is_readable(name) for name in islice(self._others(media_id), MAX_OTHERS))

    def _is_readable(self, name: str) -> bool:
        try:
            self._do("cat_file", name)
        except (FileNotFoundError, StoreUnavailable):
            return False
        return True

    def _others(self, media_id: UUID) -> Iterator[str]:
        """Names of other objects; none where the store does not list them."""
        with suppress(FileNotFoundError, StoreUnavailable):
            for folder in self._do("ls", "", False):
                for path in self._do("ls", _last(folder), False):
                    if _last(path) != media_id.hex:
                        yield f"{_last(folder)}/{_last(path)}"

    def delete(self, media_id: UUID) -> None:
        try:
            self._do("rm_file", _name(media_id))
        except FileNotFoundError:
            return

    def _do(self, method: str, name: str, *arguments: bytes | bool) -> Any:
        from botocore.exceptions import BotoCoreError

        try:
            return getattr(self._files(), method)(f"{self._url}/{name}", *arguments)
        except FileNotFoundError:
            raise
        except (OSError, BotoCoreError) as error:
            raise StoreUnavailable from error

    def _files(self) -> Any:
        """The file system, opened by each process for itself: connections survive no fork."""
        if self._opened is None or self._opened[0] != os.getpid():
            import fsspec

            self._opened = (
                os.getpid(),
                fsspec.core.url_to_fs(self._url, skip_instance_cache=True)[0],
            )
        return self._opened[1]


def _is_readable(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return len(file.read(1)) == 1
    except OSError:
        return False


def _last(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2]


def _name(media_id: UUID) -> str:
    return f"{media_id.hex[-2:]}/{media_id.hex}"
