"""A database belongs to the keys that sealed what it holds; a start with other keys stops.

With the keys of another installation every value would look damaged: each case would go to a
person, nobody would be found by phone, and what is new would be sealed under keys that the right
store does not have. A mark in the database opens with the right keys alone.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
import structlog

from access.models import PHONE, TOTP_SECRET, Applicant, Staff
from app.models import Installation
from storage.blind_index import Indexed
from storage.context import Context
from storage.keyring import KeyPurpose, SealBroken
from storage.keys.roots import RootKeyUnusable
from storage.sealed import SealedField

log = structlog.get_logger()

ROW = 1  # the table's only one
SAMPLED = 5  # accounts, and members of staff, whose values are tried where there is no mark
MARK = SealedField("installation", "mark", KeyPurpose.IDENTITY)


class Use(StrEnum):
    """What an installation is for, from its first start on; the value is what the mark says."""

    PRODUCTION = "kaihu installation"
    SANDBOX = "kaihu sandbox"


class UsedOtherwise(RootKeyUnusable):
    """A sandbox's database is to serve owners, or a database of owners is to be a sandbox's."""

    def __init__(self, use: Use) -> None:
        super().__init__(
            "this database is not a sandbox's and never becomes one: name another KAIHU_VAR"
            if use is Use.SANDBOX
            else "this database is a sandbox's and never serves owners: start it with "
            "KAIHU_SANDBOX=1, or name another KAIHU_VAR"
        )


class KeysOfAnotherDatabase(RootKeyUnusable):
    """The database holds values, and the keys here open none of them."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"the database does not belong to these keys ({what}): start with the keys that were "
            "kept with it (docs/operations.md, Back up and restore)"
        )


@dataclass(frozen=True)
class _Owner:
    """Whose the mark is: nobody's. Satisfies `storage.keyring.KeyOwner`."""

    id: UUID
    data_key: bytes = b""


NOBODY = _Owner(UUID(int=1))


def adopt_keys(context: Context, use: Use) -> None:
    """Mark a database that has no mark yet with the keys of this process, and with its use.

    Raises `KeysOfAnotherDatabase`, `UsedOtherwise`.
    """
    require_own_keys(context, use)
    row = context.session.get(Installation, ROW)
    if row is not None and _opened(context, row) is not None:
        return
    mark = MARK.seal(context.keyring, NOBODY, ROW, _expected(context, use))
    if row is None:
        row = Installation(id=ROW, made_at=context.now())
        context.session.add(row)
    row.mark = mark
    context.session.flush()


def require_own_keys(context: Context, use: Use) -> None:
    """Raises `KeysOfAnotherDatabase` where the keys of this process did not seal the database.

    `UsedOtherwise` where it was first opened for another use, or, for a sandbox, holds people and
    has no mark.

    One damaged row does not stop a start: where the mark does not open, values of people decide.
    A database that is older than the mark is judged by these too, an empty one by nothing.
    """
    if not sa.inspect(context.session.connection()).has_table(Installation.__tablename__):
        return
    row = context.session.get(Installation, ROW)
    opened = None if row is None else _opened(context, row)
    if opened is not None:
        _require_use(context, opened, use)
        return
    fits = [*_accounts_fit(context), *_staff_fit(context)]
    if any(fits):
        if use is Use.SANDBOX:
            raise UsedOtherwise(use)
        if row is not None:
            log.error("the mark of the keys is damaged")
    elif row is not None or fits:
        raise KeysOfAnotherDatabase("nothing opens")


def _require_use(context: Context, opened: bytes, use: Use) -> None:
    for marked in Use:
        if hmac.compare_digest(opened, _expected(context, marked)):
            if marked is not use:
                raise UsedOtherwise(use)
            return
    raise KeysOfAnotherDatabase("the index root is another")


def _expected(context: Context, use: Use) -> bytes:
    return context.keyring.derived_key(use)


def _opened(context: Context, row: Installation) -> bytes | None:
    try:
        return MARK.open(context.keyring, NOBODY, ROW, row.mark)
    except SealBroken:
        return None


def _accounts_fit(context: Context) -> list[bool]:
    """Of the newest accounts, whether each one's phone opens and is indexed as here."""
    newest = sa.select(Applicant).where(Applicant.closed_at.is_(None))
    rows = context.session.scalars(newest.order_by(Applicant.created_at.desc()).limit(SAMPLED))
    return [_account_fits(context, row) for row in rows]


def _account_fits(context: Context, owner: Applicant) -> bool:
    try:
        phone = PHONE.open(context.keyring, owner, owner.id, owner.phone).decode()
    except SealBroken:
        return False
    return context.blind_index.of(Indexed.PHONE, phone) == owner.phone_blind


def _staff_fit(context: Context) -> list[bool]:
    newest = sa.select(Staff).order_by(Staff.created_at.desc()).limit(SAMPLED)
    return [_member_fits(context, row) for row in context.session.scalars(newest)]


def _member_fits(context: Context, row: Staff) -> bool:
    try:
        TOTP_SECRET.open(context.keyring, row, row.id, row.totp)
    except SealBroken:
        return False
    return True
