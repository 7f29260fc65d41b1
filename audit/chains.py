"""What holds an event between its transaction and the tree: chains of authenticated events.

An event gets its position in the tree up to a second after it was written, later while no worker
runs. Until then it is the last of one of a few chains: it carries a number and an HMAC over that
number, its leaf and the HMAC before it, and the chain's end carries an HMAC of its own. Who can
write to the database and has no key can therefore not change, insert, reorder or drop an event
that waits, without the sequencer finding it. There are several chains so that transactions on
PostgreSQL do not wait for each other.

What this does not show: the last events of a chain deleted together with an older copy of the
chain's end (see docs/audit-log.md).
"""

from __future__ import annotations

import hmac
import secrets
import struct
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from audit.models import AuditChain, AuditEvent
from storage.keyring import Keyring

CHAINS = 8
UNSEALED = bytes(32)  # before the first event of a chain


@dataclass(frozen=True)
class End:
    """Where a chain ends: its number of events and the seal of the last."""

    chain: int
    number: int = 0
    seal: bytes = UNSEALED


def key_of(keyring: Keyring) -> bytes:
    """The key of seals: every process that writes events has it, and no database."""
    return keyring.derived_key("kaihu audit chains")


def append(session: Session, key: bytes, leaves: Sequence[bytes]) -> list[End]:
    """Where a chain ends with each of a transaction's events, by their leaves.

    The chain is locked until the end of the transaction.
    """
    end = _free_end(session)
    ends = []
    for leaf in leaves:
        end = End(end.chain, end.number + 1, _event_seal(key, end, leaf))
        ends.append(end)
    _keep_end(session, key, end)
    return ends


def waiting(session: Session, limit: int | None = None) -> list[Link]:
    """The events that wait for the tree, chain by chain: all, or the first of them."""
    rows = session.connection().execute(_LINKS.where(AuditEvent.position.is_(None)).limit(limit))
    return [Link._make(row) for row in rows]


def faults(session: Session, key: bytes, waiting: Sequence[Link]) -> list[str]:
    """What is wrong with the first events that wait, and with the ends of all chains.

    Those after `waiting` are held to these once it is their turn. Call it in the same reading.
    """
    links: dict[int | None, list[Link]] = defaultdict(list)
    for link in waiting:
        links[link.chain].append(link)
    strays = [link for link in waiting if link.chain not in range(CHAINS)]
    found = [f"event {link.id} waits for the tree, and is in no chain" for link in strays]
    ends = {row.chain: row for row in session.connection().execute(_MARKED_ENDS)}
    in_tree = _last_of_all(session)
    for chain in range(CHAINS):
        known = _Known(chain, ends.get(chain), in_tree[chain])
        fault = _fault(session, key, known, links[chain])
        found += [fault] if fault is not None else []
    return found


def mend(session: Session, key: bytes) -> None:
    """Have every chain go on from its last event, after its faults were put on record."""
    for chain in range(CHAINS):
        before, last = _last_two(session, chain)
        if last is None:
            continue
        at = End(chain, last.number - 1, before)
        end = End(chain, last.number, _event_seal(key, at, last.leaf))
        own = sa.update(AuditEvent).where(AuditEvent.id == last.id)
        session.execute(own.values(seal=end.seal).execution_options(synchronize_session=False))
        _begin(session, chain)
        _keep_end(session, key, end)


def adopt(session: Session, key: bytes) -> None:
    """Put events that were written before there were chains, and wait for the tree, into one."""
    chained = sa.select(AuditEvent.id).where(AuditEvent.chain.is_not(None)).limit(1)
    chains = sa.select(AuditChain.chain).limit(1)
    if session.scalar(chains) is not None or session.scalar(chained) is not None:
        return
    old = sa.select(AuditEvent).where(AuditEvent.position.is_(None)).order_by(AuditEvent.id)
    events = session.scalars(old).all()
    ends = append(session, key, [event.leaf for event in events])
    for event, end in zip(events, ends, strict=True):
        event.chain, event.number, event.seal = end.chain, end.number, end.seal


# Made once: they are part of every transaction that records anything.
_ENDS = sa.select(AuditChain.chain, AuditChain.number, AuditChain.seal)
_MARKED_ENDS = _ENDS.add_columns(AuditChain.mark)
_FREE = _ENDS.order_by(AuditChain.chain).limit(1).with_for_update(skip_locked=True)
_MOVE_END = (
    sa.update(AuditChain)
    .where(AuditChain.chain == sa.bindparam("own"))
    .values(number=sa.bindparam("to"), seal=sa.bindparam("last"), mark=sa.bindparam("proof"))
)


class Link(NamedTuple):
    """An event as a member of its chain."""

    id: UUID
    chain: int | None
    number: int  # None where somebody took it away
    seal: bytes
    leaf: bytes


_LINKS = sa.select(
    AuditEvent.id, AuditEvent.chain, AuditEvent.number, AuditEvent.seal, AuditEvent.leaf
).order_by(AuditEvent.chain, AuditEvent.number)


# The last two events in the tree of each chain, found by its index each.
_LAST_IN_TREE = sa.union_all(
    *(
        sa.select(
            _LINKS.where(AuditEvent.chain == chain, AuditEvent.position.is_not(None))
            .order_by(None)
            .order_by(AuditEvent.number.desc())
            .limit(2)
            .subquery()
        )
        for chain in range(CHAINS)
    )
)


class _Known(NamedTuple):
    """What is stored of a chain: its end; of the tree the seal before its last event, and that."""

    chain: int
    end: sa.Row[Any] | None
    in_tree: tuple[bytes, Link | None]


def _fault(session: Session, key: bytes, known: _Known, waiting: Sequence[Link]) -> str | None:
    """The first fault from the last event in the tree to the last of `waiting`, or at the end."""
    chain, row, (before, last) = known
    at = End(chain)
    if last is not None:
        at = End(chain, last.number, last.seal)
        if not _is_sealed(key, End(chain, last.number - 1, before), last):
            return f"event {last.id}, the last of chain {chain} in the tree, was changed"
    if row is None:
        return f"the end of chain {chain} is missing" if last or waiting else None
    end = End(chain, row.number, row.seal)
    if not hmac.compare_digest(row.mark, _end_seal(key, end)) and end != End(chain):
        return f"the end of chain {chain} was changed"
    for link in waiting:
        if link.number != at.number + 1:
            return f"between events {at.number} and {link.number} of chain {chain} some are missing"
        if not _is_sealed(key, at, link):
            return f"event {link.id}, which waits for the tree, was changed or inserted"
        at = End(chain, link.number, link.seal)
    if at != end:
        before, last = _last_two(session, chain)
        if last is not None and _is_sealed(key, End(chain, last.number - 1, before), last):
            at = End(chain, last.number, last.seal)
    if at != end:
        return f"chain {chain} has {at.number} of its {end.number} events: the last are missing"
    return None


def _last_two(session: Session, chain: int) -> tuple[bytes, Link | None]:
    """The last event of a chain, and the seal before it."""
    links = _LINKS.where(AuditEvent.chain == chain).order_by(None)
    newest = links.order_by(AuditEvent.number.desc()).limit(2)
    return _last([Link._make(row) for row in session.execute(newest)])


def _last_of_all(session: Session) -> list[tuple[bytes, Link | None]]:
    """The last event in the tree of each chain, and the seal before it."""
    links = [Link._make(row) for row in session.connection().execute(_LAST_IN_TREE)]
    of_chain: dict[int | None, list[Link]] = defaultdict(list)
    for link in links:
        of_chain[link.chain].append(link)
    return [_last(of_chain[chain]) for chain in range(CHAINS)]


def _last(newest: Sequence[Link]) -> tuple[bytes, Link | None]:
    """The seal before the last of a chain's newest events, and that event.

    Somebody may have taken numbers away: databases do not agree where such events stand.
    """
    found = sorted(newest, key=_number, reverse=True)
    if not found or found[0].number is None:
        return UNSEALED, None
    return found[1].seal if len(found) > 1 else UNSEALED, found[0]


def _number(link: Link) -> int:
    return -1 if link.number is None else link.number


def _is_sealed(key: bytes, before: End, link: Link) -> bool:
    return hmac.compare_digest(link.seal or b"", _event_seal(key, before, link.leaf))


def _free_end(session: Session) -> End:
    """The end of a chain that no other transaction holds, locked; a wait where all are held."""
    connection = session.connection()
    row = connection.execute(_FREE).first()
    if row is None:
        chain = secrets.randbelow(CHAINS)
        _begin(session, chain)
        row = connection.execute(_ENDS.where(AuditChain.chain == chain).with_for_update()).one()
    return End(*row)


def _begin(session: Session, chain: int) -> None:
    """Make a chain, unless there is one."""
    dialect = session.get_bind().dialect.name
    insert = (postgresql if dialect == "postgresql" else sqlite).insert(AuditChain)
    first = insert.values(chain=chain, number=0, seal=UNSEALED, mark=b"")
    session.execute(first.on_conflict_do_nothing())


def _keep_end(session: Session, key: bytes, end: End) -> None:
    values = {"own": end.chain, "to": end.number, "last": end.seal, "proof": _end_seal(key, end)}
    session.connection().execute(_MOVE_END, values)


def _event_seal(key: bytes, before: End, leaf: bytes) -> bytes:
    place = struct.pack(">IQ", before.chain, before.number + 1)
    return hmac.digest(key, b"event" + place + before.seal + leaf, "sha256")


def _end_seal(key: bytes, end: End) -> bytes:
    return hmac.digest(key, b"end" + struct.pack(">IQ", end.chain, end.number) + end.seal, "sha256")
