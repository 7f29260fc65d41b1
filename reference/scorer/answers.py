"""What was answered before, by sender and key: whoever asks again is told the same (idempotency).

The draft "The Idempotency-Key HTTP Header Field" of the IETF has the idea.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

KEPT_S = 7 * 24 * 3600
BUSY_S = 0.5  # how long one request waits for another's
PRIVATE_FILE = 0o600

_TABLE = """
CREATE TABLE IF NOT EXISTS answers (
  sender TEXT NOT NULL, key TEXT NOT NULL, request TEXT NOT NULL, answer BLOB NOT NULL,
  at REAL NOT NULL, PRIMARY KEY (sender, key)
) STRICT
"""
_BY_TIME = "CREATE INDEX IF NOT EXISTS answers_at ON answers (at)"


class KeyReused(Exception):
    """The key was used for another request."""


class AnswersUnavailable(Exception):
    """The file of answers does not answer now; the same may succeed soon."""


class Answers:
    """A file of answers; threads and processes may share it."""

    def __init__(self, path: Path, now: Callable[[], float]) -> None:
        self._path, self._now, self._thread = path, now, threading.local()
        path.touch(PRIVATE_FILE)
        connection = self._connection()
        connection.execute(_TABLE)
        connection.execute(_BY_TIME)

    def once(self, sender: str, key: str, request: bytes, make: Callable[[], bytes]) -> bytes:
        """The answer to a request: the one given before, else the one that `make` makes.

        Raises `KeyReused` where the key was used for another request, `AnswersUnavailable`, and
        whatever `make` raises.
        """
        try:
            with self._connection() as connection:
                connection.execute("BEGIN IMMEDIATE")
                return self._once(connection, (sender, key), request, make)
        except sqlite3.OperationalError as error:
            raise AnswersUnavailable from error

    def _once(
        self,
        connection: sqlite3.Connection,
        place: tuple[str, str],
        request: bytes,
        make: Callable[[], bytes],
    ) -> bytes:
        digest = hashlib.sha256(request).hexdigest()
        connection.execute("DELETE FROM answers WHERE at < ?", (self._now() - KEPT_S,))
        known = connection.execute(
            "SELECT request, answer FROM answers WHERE sender = ? AND key = ?", place
        ).fetchone()
        if known is None:
            answer = make()
            values = (*place, digest, answer, self._now())
            connection.execute("INSERT INTO answers VALUES (?, ?, ?, ?, ?)", values)
            return answer
        if known[0] != digest:
            raise KeyReused
        return bytes(known[1])

    def _connection(self) -> sqlite3.Connection:
        """This thread's connection; closing the last one would write the whole log back."""
        opened: sqlite3.Connection | None = getattr(self._thread, "connection", None)
        if opened is None:
            opened = sqlite3.connect(self._path, timeout=BUSY_S, isolation_level=None)
            opened.execute("PRAGMA journal_mode = WAL")
            # A power cut, not a crash, may take the last answers: they would be made anew, alike.
            opened.execute("PRAGMA synchronous = NORMAL")
            self._thread.connection = opened
        return opened
