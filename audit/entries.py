"""The bytes of an event that the tree commits to, in every form that was ever written.

New events are RFC 8785 (JSON Canonicalization Scheme): what was hashed is stored and served, so
that a verifier serialises nothing. Events of the first form were serialised by
`json.dumps(sort_keys=True)` and stored as columns; their bytes are made again from these.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any, NamedTuple
from uuid import UUID

import rfc8785

MAX_BYTES = 65_535  # a tlog-tiles entry bundle gives a length in 16 bits
SAFE_INTEGER = 2**53 - 1  # RFC 8785 has no larger ones
_PLAIN = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


class Form(IntEnum):
    """How the bytes are made."""

    FIRST = 1
    JCS = 2


class EntryTooLarge(Exception):
    """An event of more than `MAX_BYTES`: a defect of the code that wrote it."""


class Index(NamedTuple):
    """What of an event its columns repeat, as text; empty where the event names none."""

    subject: str
    action: str
    actor_kind: str
    actor_id: str
    applicant: str
    at: str
    id: str
    loan: str
    onboarding: str


def instant(moment: datetime) -> str:
    """An instant as entries write it: UTC, microseconds (RFC 3339)."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def jcs_form(
    index: Index, origin: Mapping[str, str] | None, reason: str | None, values: Mapping[str, Any]
) -> bytes:
    """The RFC 8785 bytes of a new event. Raises `EntryTooLarge`."""
    facts = {
        "about": index.subject,
        "action": index.action,
        "actor": f"{index.actor_kind}:{index.actor_id}",
        "applicant": index.applicant or None,
        "at": index.at,
        "id": index.id,
        "loan": index.loan or None,
        "onboarding": index.onboarding or None,
        "origin": dict(origin) if origin else None,
        "reason": reason,
        "values": dict(values),
    }
    entry = canonical(facts)
    if len(entry) > MAX_BYTES:
        raise EntryTooLarge(index.action)
    return entry


def canonical(value: Any) -> bytes:
    """The RFC 8785 bytes of what `json.loads` gives.

    Raises `rfc8785.CanonicalizationError` for numbers and text that the standard has no form for.
    """
    if _is_plain(value):
        try:
            return _PLAIN.encode(value).encode()
        except UnicodeEncodeError:
            pass  # half a surrogate pair: the standard's own error names it
    return rfc8785.dumps(value)


def plain(value: Any) -> Any:
    """What JSON can hold of a value; what it cannot, as text."""
    return value if _is_plain(value) else json.loads(json.dumps(value, default=str))


def digest(value: Any) -> str:
    """SHA-256, in hex, of the RFC 8785 bytes of what JSON can hold."""
    return hashlib.sha256(canonical(plain(value))).hexdigest()


def says(entry: bytes, index: Index) -> bool:
    """Whether the bytes of a new event say what its columns say.

    RFC 8785 sorts names, so that these columns come first: most entries are decided by their
    first bytes, without being parsed.
    """
    return entry.startswith(opening(index)) or _parsed_says(entry, index)


def first_form(
    event_id: UUID,
    at: datetime,
    actor: tuple[str, str],
    action: str,
    subject: str,
    onboarding_id: UUID | None,
    data: Any,
) -> bytes:
    """The bytes of an event of the first form: UTF-8 JSON, sorted keys, no blanks."""
    facts = {
        "id": str(event_id),
        "at": at.isoformat(),
        "actor": list(actor),
        "action": action,
        "subject": subject,
        "onboarding": str(onboarding_id) if onboarding_id else None,
        "data": data,
    }
    return json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def opening(index: tuple[str, ...]) -> bytes:
    """How the bytes of a new event begin: the fields of an `Index`; JSON must escape none."""
    subject, action, kind, actor_id, applicant, at, event_id, loan, onboarding = index
    applicant = f'"{applicant}"' if applicant else "null"
    loan = f'"{loan}"' if loan else "null"
    onboarding = f'"{onboarding}"' if onboarding else "null"
    return (
        f'{{"about":"{subject}","action":"{action}","actor":"{kind}:{actor_id}"'
        f',"applicant":{applicant},"at":"{at}","id":"{event_id}","loan":{loan}'
        f',"onboarding":{onboarding},"origin":'
    ).encode("utf-8", "replace")


def _is_plain(value: Any) -> bool:
    """Whether Python's own encoder writes a value as RFC 8785 does, in a tenth of the time.

    They differ in fractions, and in the order of names outside of ASCII; only the standard's has
    a limit for whole numbers.
    """
    if isinstance(value, dict):
        names = all(isinstance(name, str) and name.isascii() for name in value)
        return names and all(map(_is_plain, value.values()))
    if isinstance(value, list):
        return all(map(_is_plain, value))
    if isinstance(value, int) and not isinstance(value, bool):
        return type(value) is int and abs(value) <= SAFE_INTEGER
    return value is None or isinstance(value, bool | str)


def _parsed_says(entry: bytes, index: Index) -> bool:
    """For what JSON escapes, as a quotation mark in a subject."""
    try:
        facts = json.loads(entry)
        said = Index(
            facts["about"],
            facts["action"],
            index.actor_kind,
            index.actor_id,
            facts["applicant"] or "",
            facts["at"],
            facts["id"],
            facts["loan"] or "",
            facts["onboarding"] or "",
        )
    except (ValueError, KeyError, TypeError):
        return False
    return said == index and facts["actor"] == f"{index.actor_kind}:{index.actor_id}"
