"""What was deleted is not left in the file (SQLite)."""

from __future__ import annotations

import stat
from pathlib import Path

import sqlalchemy as sa

from storage.database import Database

VALUE = b"a sealed value that nobody may carve " * 3


def test_deleted_bytes_are_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "kaihu.sqlite"
    database = Database(f"sqlite:///{path}")
    with database.transaction() as session:
        session.execute(sa.text("CREATE TABLE kept (value BLOB)"))
        session.execute(sa.text("INSERT INTO kept VALUES (:value)"), {"value": VALUE})
    with database.transaction() as session:
        session.execute(sa.text("DELETE FROM kept"))
    database.dispose()  # the last connection empties the write-ahead log
    assert VALUE not in path.read_bytes()


def test_a_database_is_nobody_elses_to_read(tmp_path: Path) -> None:
    path = tmp_path / "kaihu.sqlite"
    path.touch(0o644)
    database = Database(f"sqlite:///{path}")
    with database.transaction() as session:
        session.execute(sa.text("CREATE TABLE kept (value BLOB)"))
        modes = {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.glob("kaihu.sqlite*")}
    assert modes == {0o600}
