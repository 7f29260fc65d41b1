"""Whose turn it is to write to a SQLite database: writers wait for its one lock, about in order.

SQLite's own waiting sleeps longer the longer it has waited, up to 100 ms, so that who came last is
served first and the lock lies idle between. Here one thread of a process asks for the lock, every
millisecond, and the others of the process wait for that thread; Rails waits in the same way
(https://github.com/rails/rails/pull/51958).
"""

from __future__ import annotations

import sqlite3
import threading
import time
from typing import Any

from sqlalchemy.engine import Connection

ASK_EVERY_S = 0.001
_PRIMARY = 0xFF  # the low byte of an extended result code


class WriteTurns:
    """The turns of one process at one database."""

    def __init__(self, patience_ms: int) -> None:
        self._patience_ms = patience_ms
        self._asking = threading.Lock()

    def begin(self, connection: Connection) -> None:
        """Begin a transaction that holds the write lock.

        Raises `sqlalchemy.exc.OperationalError` where the lock was not had in time.
        """
        raw: Any = connection.connection.driver_connection
        until = time.monotonic() + self._patience_ms / 1000
        is_asking = self._asking.acquire(timeout=self._patience_ms / 1000)
        try:
            raw.execute("PRAGMA busy_timeout=0")
            while _is_busy(raw) and time.monotonic() < until:
                time.sleep(ASK_EVERY_S)
            if not raw.in_transaction:  # once more, for an error as SQLAlchemy raises it
                connection.exec_driver_sql("BEGIN IMMEDIATE")
        finally:
            raw.execute(f"PRAGMA busy_timeout={self._patience_ms}")
            if is_asking:
                self._asking.release()


def _is_busy(raw: sqlite3.Connection) -> bool:
    """Try to begin; whether it failed because somebody else holds the lock."""
    try:
        raw.execute("BEGIN IMMEDIATE")
    except sqlite3.Error as error:
        return getattr(error, "sqlite_errorcode", 0) & _PRIMARY == sqlite3.SQLITE_BUSY
    return False
