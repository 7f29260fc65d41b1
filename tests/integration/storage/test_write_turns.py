"""Writers of a SQLite database take turns, and give up in time."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DatabaseError, OperationalError

from storage.database import SQLITE_BUSY_TIMEOUT_MS, Database
from storage.write_turns import WriteTurns

WRITERS, EACH, HELD_S = 8, 5, 0.02


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A database that nothing was written to."""
    opened = Database(f"sqlite:///{tmp_path / 'turns.sqlite'}")
    with opened.transaction() as session:
        session.execute(sa.text("CREATE TABLE taken (writer INTEGER)"))
    yield opened
    opened.dispose()


@pytest.fixture
def other(database: Database) -> Iterator[Engine]:
    """Another process's way into the database: it shares no turns."""
    engine = sa.create_engine(database.engine.url)
    yield engine
    engine.dispose()


def patience_ms(engine: Engine) -> int:
    with engine.connect() as connection:
        found: int = connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one()
        return found


def test_nobody_waits_for_long_while_others_write_on_and_on(database: Database) -> None:
    together = threading.Barrier(WRITERS)

    def write(writer: int) -> float:
        together.wait()
        longest = 0.0
        for _ in range(EACH):
            began = time.monotonic()
            with database.transaction() as session:
                longest = max(longest, time.monotonic() - began)
                session.execute(sa.text("INSERT INTO taken VALUES (:writer)"), {"writer": writer})
                time.sleep(HELD_S)
        return longest

    with ThreadPoolExecutor(WRITERS) as pool:
        longest = max(pool.map(write, range(WRITERS)))
    with database.reading() as session:
        assert session.scalar(sa.text("SELECT count(*) FROM taken")) == WRITERS * EACH
    assert longest < SQLITE_BUSY_TIMEOUT_MS / 1000, "a writer was passed over until it gave up"


def test_a_lock_that_another_process_lets_go_is_taken(database: Database, other: Engine) -> None:
    with other.connect() as holder:
        holder.exec_driver_sql("INSERT INTO taken VALUES (1)")
        letting_go = threading.Timer(0.2, holder.commit)
        letting_go.start()
        with database.transaction() as session:
            assert session.scalar(sa.text("SELECT count(*) FROM taken")) == 1
        letting_go.join()
    assert patience_ms(database.engine) == SQLITE_BUSY_TIMEOUT_MS


def test_a_lock_that_is_never_let_go_is_given_up(database: Database, other: Engine) -> None:
    turns = WriteTurns(100)
    with other.connect() as holder, database.engine.connect() as waiter:
        waiter.commit()
        holder.exec_driver_sql("INSERT INTO taken VALUES (1)")
        with pytest.raises(OperationalError, match="locked"):
            turns.begin(waiter)
        holder.rollback()
        turns.begin(waiter)  # nothing of the failed try is left
        assert patience_ms_of(waiter) == 100


def test_another_fault_is_raised_at_once_as_sqlalchemys(tmp_path: Path) -> None:
    path = tmp_path / "text.sqlite"
    path.write_text("no database " * 1000)
    engine = sa.create_engine(f"sqlite:///{path}")
    began = time.monotonic()
    with engine.connect() as connection, pytest.raises(DatabaseError, match="not a database"):
        WriteTurns(60_000).begin(connection)
    engine.dispose()
    assert time.monotonic() - began < 10, "it was asked for again and again"


def patience_ms_of(connection: sa.Connection) -> int:
    found: int = connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one()
    return found
