"""Zip files: the one statement in them, and bombs."""

from __future__ import annotations

import io
import zlib
from typing import IO, Any

from loans.sources.readers.limits import StatementLimits
from loans.sources.readers.refusal import RefusalCode, StatementRefused
from loans.sources.readers.source import Source

ENTRY = b"PK\x01\x02"
END = b"PK\x05\x06"
CHUNK = 1 << 18
READABLE = (".csv", ".txt", ".tsv", ".xls", ".xlsx", ".pdf", ".htm", ".html")
WORKBOOK = {"xl/workbook.xml", "xl/workbook.bin"}
ENCRYPTED = 0x1


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
    return any(
        name.lower().replace("\\", "/") in {"xl/workbook.xml", "xl/workbook.bin"} for name in names
    )


def unpacked(source: Source, password: str | None, limits: StatementLimits) -> tuple[str, bytes]:
    """The name and bytes of the one file in an archive.

    Raises `StatementRefused` where there is none or more than one, where the password is missing or
    wrong, and where the file is larger or further compressed than the limits allow.
    """
    import pyzipper

    try:
        with source.open() as file, pyzipper.AESZipFile(file) as archive:
            entry = _the_file(archive.infolist())
            _check_declared(entry, limits)
            if entry.flag_bits & ENCRYPTED and not password:
                raise StatementRefused(RefusalCode.PASSWORD_NEEDED)
            return entry.filename, _read(archive, entry, password, limits)
    except pyzipper.BadZipFile as error:
        raise StatementRefused(RefusalCode.BROKEN) from error
    except (OSError, ValueError, EOFError, NotImplementedError) as error:
        raise StatementRefused(RefusalCode.BROKEN) from error


def _the_file(entries: list[Any]) -> Any:
    files = [
        entry
        for entry in entries
        if not entry.is_dir()
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
    if entry.file_size > limits.max_ratio * max(entry.compress_size, 1_024):
        raise StatementRefused(RefusalCode.COMPRESSED_TOO_FAR)
    old_encryption = entry.flag_bits & ENCRYPTED and getattr(entry, "wz_aes_version", None) is None
    if old_encryption and entry.compress_size > limits.max_zipcrypto_bytes:
        raise StatementRefused(RefusalCode.TOO_LARGE)


def _read(archive: Any, entry: Any, password: str | None, limits: StatementLimits) -> bytes:
    encrypted = bool(entry.flag_bits & ENCRYPTED)
    try:
        with archive.open(entry, pwd=password.encode() if encrypted and password else None) as file:
            return _read_within(file, entry.compress_size, limits)
    except RuntimeError as error:  # what the library raises for a wrong password
        raise StatementRefused(RefusalCode.WRONG_PASSWORD) from error
    except (zlib.error, OSError, EOFError) as error:
        raise StatementRefused(_of_damage(encrypted)) from error
    except Exception as error:
        if type(error).__name__ != "BadZipFile":
            raise
        raise StatementRefused(_of_damage(encrypted)) from error


def _of_damage(encrypted: bool) -> RefusalCode:
    """The old encryption lets one wrong password in 256 pass; then the content is damaged."""
    return RefusalCode.WRONG_PASSWORD if encrypted else RefusalCode.BROKEN


def _read_within(file: IO[bytes], compressed: int, limits: StatementLimits) -> bytes:
    """All of a member, counted as it comes: what an archive says of its sizes may be false."""
    out = io.BytesIO()
    while chunk := file.read(CHUNK):
        out.write(chunk)
        if out.tell() > limits.max_inflated_bytes:
            raise StatementRefused(RefusalCode.TOO_LARGE)
        if out.tell() > limits.max_ratio * max(compressed, 1_024) + CHUNK:
            raise StatementRefused(RefusalCode.COMPRESSED_TOO_FAR)
    return out.getvalue()
