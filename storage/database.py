"""Engine, sessions and the column types that every table shares."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import (
    DeclarativeBase,
    ORMExecuteState,
    Session,
    SessionTransaction,
    sessionmaker,
)

from core.private_files import private_file
from storage.write_turns import WriteTurns

SQLITE_BUSY_TIMEOUT_MS = 10_000
CONNECTIONS = 20  # kept open to SQLite: to open one takes as long as a short transaction
READING = "kaihu_reading"
HELD = "kaihu_held"

E = TypeVar("E", bound=StrEnum)


class UTCDateTime(sa.types.TypeDecorator[datetime]):
    """A timezone-aware UTC instant; a naive datetime raises ValueError rather than be guessed."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Any) -> datetime | None:
        """The instant in UTC, for the database."""
        if value is not None and value.tzinfo is None:
            raise ValueError("naive datetime")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, _dialect: Any) -> datetime | None:
        """The instant with its timezone, which SQLite drops."""
        if value is not None and value.tzinfo is None:
            return value.replace(tzinfo=UTC)
        return value


class EnumText(sa.types.TypeDecorator[E], Generic[E]):
    """A member of a StrEnum, kept as its text.

    A text that is no member raises ValueError: in reading, because the code that wrote it is not
    this code.
    """

    impl = sa.String
    cache_ok = True

    def __init__(self, enum: type[E]) -> None:
        super().__init__()
        self.enum = enum

    def process_bind_param(self, value: E | None, _dialect: Any) -> str | None:
        """The member's text."""
        return None if value is None else self.enum(value).value

    def process_result_value(self, value: str | None, _dialect: Any) -> E | None:
        """The member of a text."""
        return None if value is None else self.enum(value)


class Base(DeclarativeBase):
    """Parent of every table."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UTCDateTime(),
        dict[str, Any]: sa.JSON(),
        list[str]: sa.JSON(),
    }
    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def insert_if_absent(session: Session, model: type[Base], **values: Any) -> bool:
    """Insert a row, unless one with the same unique values is there already; whether it was not.

    Where another transaction is about to insert the same row, it waits for the end of that one.
    """
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    inserted = insert(model).values(**values).on_conflict_do_nothing()
    inserted = inserted.execution_options(preserve_rowcount=True)
    return session.connection().execute(inserted).rowcount == 1


class Database:
    """A database and its two ways in: `transaction` to change things, `reading` to look."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        reading = self.engine.execution_options(**{READING: True})
        if reading.dialect.name == "postgresql":
            # What is read belongs together, as it does in SQLite: a decision and its evidence.
            reading = reading.execution_options(isolation_level="REPEATABLE READ")
        self._writing = sessionmaker(self.engine, expire_on_commit=False)
        self._reading = sessionmaker(reading, expire_on_commit=False, info={READING: True})
        _hold_rows(self._writing)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that is committed at the end; an error undoes what was not committed before."""
        with self._writing() as session:
            try:
                yield session
                session.commit()
            except BaseException:
                session.rollback()
                raise

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one state of the database and writes nothing."""
        with self._reading() as session:
            yield session

    def after_commit_of(self, model: type[Base], notify: Callable[[int], None]) -> None:
        """Call `notify` after each commit that added rows of a model, with their number."""

        @event.listens_for(self._writing, "after_flush")
        def _count(session: Session, _: object) -> None:
            added = sum(isinstance(row, model) for row in session.new)
            session.info[model] = session.info.get(model, 0) + added

        @event.listens_for(self._writing, "after_commit")
        def _notify(session: Session) -> None:
            if added := session.info.pop(model, 0):
                notify(added)

    def empty_log(self) -> None:
        """Have SQLite's write-ahead log hold nothing any more of what was deleted; best effort.

        Readers may keep it from that for a moment. PostgreSQL keeps its log for its own time.
        """
        if self.engine.dialect.name == "sqlite":
            with self.engine.connect() as connection:
                raw = connection.connection.driver_connection
                if raw is not None:
                    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def _hold_rows(sessions: sessionmaker[Session]) -> None:
    """Have sessions hold what they loaded until their end, so that no row is read twice by its key.

    SQLAlchemy's own references are weak. What is read under a lock is taken from the database even
    where the row is held: another transaction may have changed it before the lock was had.
    """

    @event.listens_for(sessions, "loaded_as_persistent")
    def _hold(session: Session, row: object) -> None:
        session.info.setdefault(HELD, []).append(row)

    @event.listens_for(sessions, "do_orm_execute")
    def _read_anew(asked: ORMExecuteState) -> None:
        if getattr(asked.statement, "_for_update_arg", None) is not None:
            asked.update_execution_options(populate_existing=True)

    @event.listens_for(sessions, "after_transaction_end")
    def _let_go(session: Session, transaction: SessionTransaction) -> None:
        if transaction.parent is None:
            session.info.pop(HELD, None)


def _engine(url: str) -> Engine:
    """An engine whose errors and logs show no parameters: they are values of people."""
    if not url.startswith("sqlite"):
        return sa.create_engine(url, pool_pre_ping=True, hide_parameters=True)
    engine = sa.create_engine(url, hide_parameters=True, pool_size=CONNECTIONS)
    turns = WriteTurns(SQLITE_BUSY_TIMEOUT_MS)

    @event.listens_for(engine, "do_connect")
    def _make_private(*_: object) -> None:
        if engine.url.database:
            private_file(Path(engine.url.database))  # SQLite gives its mode to those beside it

    @event.listens_for(engine, "connect")
    def _open(connection: Any, _: object) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(f"PRAGMA busy_timeout={SQLITE_BUSY_TIMEOUT_MS}")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA secure_delete=ON")  # what is deleted is overwritten
        connection.execute("PRAGMA temp_store=MEMORY")  # no sorted rows in files of /tmp

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A deferred transaction that later writes fails at once when another writer is ahead;
        # taking the lock first makes it wait its turn instead.
        if connection.get_execution_options().get(READING):
            connection.exec_driver_sql("BEGIN")
        else:
            turns.begin(connection)

    return engine
