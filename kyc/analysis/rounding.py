"""Measurements as they are kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

DIGITS = 3


def rounded(measures: Mapping[str, Any]) -> dict[str, Any]:
    """The same measures, floats to three digits."""
    return {k: round(v, DIGITS) if isinstance(v, float) else v for k, v in measures.items()}
