"""Zip files: the one statement in them, and bombs."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import IO, Any, cast

from loans.sources.readers.limits import StatementLimits
from loans.sources.readers.refusal import RefusalCode, StatementRefused
from loans.sources.readers.source import Source

ENTRY = b"PK\x01\x02"
END = b"PK\x05\x06"
CHUNK = 1 << 18
READABLE = (".csv", ".txt", ".tsv", ".xls", ".xlsx", ".pdf", ".htm", ".html")
WORKBOOK = "xl/workbook.xml"
ENCRYPTED = 0x1
SMALL = 1_024  # bytes, of which a ratio says nothing


def check_entries(source: Source, limits: StatementLimits) -> None:
    """Raises `StatementRefused` for more entries than allowed, before a library lists them."""
    entries, found_end, last = 0, False, b""
    with source.open() as file:
        while chunk := file.read(CHUNK):
            both = last + chunk
            entries += both.count(ENTRY)
            found_end = found_end or END in both
            last = chunk[-3:]
            if entries > limits.max_members * 2:  # compressed bytes may look like one
                raise StatementRefused(RefusalCode.TOO_LARGE)
    if not found_end:
        raise StatementRefused(RefusalCode.CUT_OFF)


def is_workbook(source: Source) -> bool:
    """Whether a zip is an XLSX."""
    import zipfile

    try:
        with source.open() as file, zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise StatementRefused(RefusalCode.BROKEN) from error
    return any(name.lower().replace("\\", "/") == WORKBOOK for name in names)


def member_of(source: Source, password: str | None, limits: StatementLimits) -> Member:
    """The one file in an archive, which is read as it is unpacked.

    Raises `StatementRefused` where there is none or more than one, where the password is missing or
    wrong, and where the file is larger or further compressed than the limits allow.
    """
    import pyzipper

    try:
        with source.open() as file, pyzipper.AESZipFile(file) as archive:
            entry = _the_file(archive.infolist())
    except (pyzipper.BadZipFile, OSError, ValueError, EOFError, NotImplementedError) as error:
        raise StatementRefused(RefusalCode.BROKEN) from error
    _check_declared(entry, limits)
    encrypted = bool(entry.flag_bits & ENCRYPTED)
    if encrypted and not password:
        raise StatementRefused(RefusalCode.PASSWORD_NEEDED)
    return Member(source.data, entry.filename, password if encrypted else None, limits)


@dataclass(frozen=True)
class Member(Source):
    """A file in an archive."""

    name: str
    password: str | None
    limits: StatementLimits

    @property
    def size(self) -> int:
        """Bytes, as the archive says; reading counts them."""
        return int(self._entry(self._archive()).file_size)

    def open(self) -> IO[bytes]:
        """The file from its beginning. Raises `StatementRefused`, here and in reading."""
        archive = self._archive()
        entry = self._entry(archive)
        password = self.password.encode() if self.password is not None else None
        try:
            file = archive.open(entry, pwd=password)
        except NotImplementedError as error:  # a RuntimeError: compressed in a way it cannot read
            raise StatementRefused(self.damage) from error
        except RuntimeError as error:  # what the library raises for a wrong password
            raise StatementRefused(RefusalCode.WRONG_PASSWORD) from error
        except Exception as error:
            raise StatementRefused(self.damage) from error
        return cast(IO[bytes], io.BufferedReader(_Counted(file, entry, self), CHUNK))

    def bytes(self) -> bytes:
        """All of it."""
        with self.open() as file:
            return file.read()

    @property
    def damage(self) -> RefusalCode:
        """What a damaged member means: the old encryption lets a wrong password in 256 pass."""
        return RefusalCode.WRONG_PASSWORD if self.password is not None else RefusalCode.BROKEN

    def _archive(self) -> Any:
        import pyzipper

        return pyzipper.AESZipFile(Source(self.data).open())

    def _entry(self, archive: Any) -> Any:
        return archive.getinfo(self.name)


class _Counted(io.RawIOBase):
    """A member as it is unpacked, counted: what an archive says of its sizes may be false."""

    def __init__(self, file: IO[bytes], entry: Any, member: Member) -> None:
        super().__init__()
        self._file = file
        self._member = member
        self._read = 0
        by_ratio = member.limits.max_ratio * max(entry.compress_size, SMALL) + CHUNK
        self._most = min(member.limits.max_inflated_bytes, by_ratio)

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fills the buffer. Raises `StatementRefused`."""
        try:
            chunk = self._file.read(len(buffer))
        except Exception as error:  # of the library, of zlib and of the encryption
            raise StatementRefused(self._member.damage) from error
        self._read += len(chunk)
        if self._read > self._most:
            raise StatementRefused(RefusalCode.COMPRESSED_TOO_FAR)
        buffer[: len(chunk)] = chunk
        return len(chunk)


def _the_file(entries: list[Any]) -> Any:
    files = [
        entry
        for entry in entries
        if entry.filename  # a damaged archive may have lost it, and the library asks for its end
        and not entry.is_dir()
        and not entry.filename.startswith("__MACOSX")
        and not entry.filename.rsplit("/", 1)[-1].startswith(".")
    ]
    if len(files) > 1:
        files = [entry for entry in files if entry.filename.lower().endswith(READABLE)] or files
    if not files:
        raise StatementRefused(RefusalCode.NOT_A_STATEMENT)
    if len(files) > 1:
        raise StatementRefused(RefusalCode.SEVERAL_FILES)
    return files[0]


def _check_declared(entry: Any, limits: StatementLimits) -> None:
    if entry.file_size > limits.max_inflated_bytes:
        raise StatementRefused(RefusalCode.TOO_LARGE)
    if entry.file_size > limits.max_ratio * max(entry.compress_size, SMALL):
        raise StatementRefused(RefusalCode.COMPRESSED_TOO_FAR)
    old_encryption = entry.flag_bits & ENCRYPTED and getattr(entry, "wz_aes_version", None) is None
    if old_encryption and entry.compress_size > limits.max_zipcrypto_bytes:
        raise StatementRefused(RefusalCode.TOO_LARGE)
