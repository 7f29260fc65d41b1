"""Engine, sessions and the column types that every table shares."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, ClassVar

import sqlalchemy as sa
import uuid_utils
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

from storage.failures import BusinessFailure

SQLITE_BUSY_TIMEOUT_MS = 10_000


def utc_now() -> datetime:
    return datetime.now(UTC)


def new_id() -> uuid.UUID:
    """A UUIDv7 (RFC 9562): ids sort by the time at which they were made."""
    return uuid.UUID(str(uuid_utils.uuid7()))


class UTCDateTime(sa.types.TypeDecorator[datetime]):
    """A timezone-aware UTC instant; naive datetimes are refused rather than guessed."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Any) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("naive datetime")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, _dialect: Any) -> datetime | None:
        if value is not None and value.tzinfo is None:
            return value.replace(tzinfo=UTC)
        return value


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


class Database:
    """A database and its two ways in: `transaction` to change things, `reading` to look."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        looking = self.engine.execution_options(kaihu_reading=True)
        if looking.dialect.name == "postgresql":
            # What is read belongs together, as it does in SQLite: a decision and its evidence.
            looking = looking.execution_options(isolation_level="REPEATABLE READ")
        self._changing = sessionmaker(self.engine, expire_on_commit=False)
        self._looking = sessionmaker(looking, expire_on_commit=False)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Commits at the end; an error undoes everything, unless it is a failure that `keeps`."""
        kept: BusinessFailure | None = None
        with self._changing.begin() as session:
            try:
                yield session
            except BusinessFailure as failure:
                if not failure.keeps:
                    raise
                kept = failure
        if kept is not None:
            raise kept

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with self._looking() as session:
            yield session

    def after_commit_of(self, kind: type[Base], tell: Callable[[int], None]) -> None:
        """Call `tell` after each commit that added rows of a kind, with how many."""

        @event.listens_for(self._changing, "after_flush")
        def _count(session: Session, _: object) -> None:
            added = sum(isinstance(row, kind) for row in session.new)
            session.info[kind] = session.info.get(kind, 0) + added

        @event.listens_for(self._changing, "after_commit")
        def _tell(session: Session) -> None:
            if added := session.info.pop(kind, 0):
                tell(added)

    def dispose(self) -> None:
        self.engine.dispose()


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return sa.create_engine(url, pool_pre_ping=True)
    engine = sa.create_engine(url)

    @event.listens_for(engine, "connect")
    def _open(connection: Any, _: object) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(f"PRAGMA busy_timeout={SQLITE_BUSY_TIMEOUT_MS}")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA synchronous=FULL")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A deferred transaction that later writes fails at once when another writer is ahead;
        # taking the lock first makes it wait its turn instead.
        reading = connection.get_execution_options().get("kaihu_reading")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine
