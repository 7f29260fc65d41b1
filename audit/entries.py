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
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


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
    entry = rfc8785.dumps(facts)
    if len(entry) > MAX_BYTES:
        raise EntryTooLarge(index.action)
    return entry


def digest(value: Any) -> str:
    """SHA-256, in hex, of the RFC 8785 bytes of what JSON can hold."""
    plain = json.loads(json.dumps(value, default=str))
    return hashlib.sha256(rfc8785.dumps(plain)).hexdigest()


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


def opening(index: Index) -> bytes:
    """How the bytes of a new event begin, where JSON escapes nothing of its index."""
    subject, action, kind, actor_id, applicant, at, event_id, loan, onboarding = index
    applicant = f'"{applicant}"' if applicant else "null"
    loan = f'"{loan}"' if loan else "null"
    onboarding = f'"{onboarding}"' if onboarding else "null"
    return (
        f'{{"about":"{subject}","action":"{action}","actor":"{kind}:{actor_id}"'
        f',"applicant":{applicant},"at":"{at}","id":"{event_id}","loan":{loan}'
        f',"onboarding":{onboarding},"origin":'
    ).encode("utf-8", "replace")


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
