"""Why a file is not read, or a row of it."""

from __future__ import annotations

from enum import StrEnum


class RefusalCode(StrEnum):
    """Why nothing of a file is kept."""

    NOT_A_STATEMENT = "not_a_statement"  # no header with a time and an amount
    UNKNOWN_LAYOUT = "unknown_layout"  # a header, but what it lacks would have to be guessed
    PASSWORD_NEEDED = "password_needed"  # noqa: S105
    WRONG_PASSWORD = "wrong_password"  # noqa: S105
    TOO_LARGE = "too_large"
    COMPRESSED_TOO_FAR = "compressed_too_far"
    SEVERAL_FILES = "several_files"  # an archive must hold one statement
    XML_ENTITIES = "xml_entities"
    CUT_OFF = "cut_off"
    BROKEN = "broken"  # a file that its own format does not allow
    TOO_MANY_BROKEN_ROWS = "too_many_broken_rows"


class RowReason(StrEnum):
    """Why one row is not read."""

    TIME = "time"
    AMOUNT = "amount"
    DIRECTION = "direction"
    CELLS_MISSING = "cells_missing"
    CELLS_TOO_MANY = "cells_too_many"
    CUT_OFF = "cut_off"


class StatementRefused(Exception):
    """A file of which nothing is kept.

    `line` is where reading ended, if a line can be named. Of an unknown layout, `columns` are the
    names that stand in the file and `missing` is what was found in none of them.
    """

    def __init__(
        self,
        code: RefusalCode,
        line: int | None = None,
        columns: tuple[str, ...] = (),
        missing: tuple[str, ...] = (),
    ) -> None:
        super().__init__(code, line, columns, missing)
        self.code = code
        self.line = line
        self.columns = columns
        self.missing = missing


class RowRefused(Exception):
    """A record that is a row and cannot be read."""

    def __init__(self, reason: RowReason) -> None:
        super().__init__(reason)
        self.reason = reason
