"""Which class of data a column holds, and how long it is kept.

Tables say both beside their columns, so that nothing has to be kept in step: `privacy.holdings`
reads it, and `docs/data-model.md` is made of it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any


class DataClass(StrEnum):
    """What a value says of a person."""

    IDENTIFYING = "identifying, sealed"
    STAFF_NAME = "name of a member of staff, in plain text"
    BIOMETRIC = "biometric reference, sealed"
    PSEUDONYM = "keyed index of an identifying value"
    BEHAVIOUR = "what a person did or was asked"
    BUSINESS = "what an owner declared, or was offered"
    RECORD = "record of a check, a decision or an event"
    SECRET = "hash or sealed secret of a sign-in"  # noqa: S105 (a description)
    KEY = "wrapped data key"
    TECHNICAL = "nothing of a person"


class Retention(StrEnum):
    """How long the rows of a table are kept; how long that is, `[retention]` of the policy says."""

    ACCOUNT = "with the account; records of a customer for the time of the law after it ends"
    CONSENT = "until the biometric consent is withdrawn, or the account ends"
    SOURCE = "until the consent to its source is withdrawn or over, or the account ends"
    UPLOAD = "until the upload is whole, cancelled or expired"
    SIGN_IN = "minutes: until it is used, sent or expired"
    SESSION = "a few months after it ended"
    PROOF = "minutes, until their age alone refuses them"
    DAY = "24 hours"
    STAFF = "as long as the log names them"
    ATTEMPTS = "until no limit counts them: a day at most"
    JOB = "a month after it is done"
    PERMANENT = "for good: by law, or because it names no person"


def holds(data: DataClass) -> dict[str, Any]:
    """The `info` of a column that holds a class of data."""
    return {"data": data}


def kept(retention: Retention) -> dict[str, Any]:
    """The `info` of a table whose rows are kept so long."""
    return {"info": {"retention": retention}}
