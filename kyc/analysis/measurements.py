"""Measurements are kept in the clear: nothing in them may be a value of a person."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import structlog

from ocr.document_types import ISSUE_DATE, LABELS

log = structlog.get_logger()

WORD = re.compile(r"[a-z_]{1,40}")  # of the code's own vocabulary: `edited`, `turn_left`
FIELDS = frozenset((ISSUE_DATE, *(label for labels in LABELS.values() for label in labels)))


def without_values(measurements: Mapping[str, Any]) -> dict[str, Any]:
    """The same measurements, without any text that could have been read off a person's file.

    Numbers stay, ids, words of the code's own, names of fields, and `word:field`. Any other text
    is left out, with an error in the log that names where it stood: an engine has to be mended.
    """
    return {name: _clean(value, name) for name, value in measurements.items()}


def _clean(value: Any, place: str) -> Any:
    if isinstance(value, Mapping):
        return {name: _clean(part, f"{place}.{name}") for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(part, place) for part in value]
    if not isinstance(value, str) or _is_harmless(value):
        return value
    log.error("a measurement was left out: it may be a value of a person", place=place)
    return None


def _is_harmless(text: str) -> bool:
    return _is_id(text) or all(
        not part or part in FIELDS or WORD.fullmatch(part) is not None for part in text.split(":")
    )


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
