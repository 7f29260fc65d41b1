"""What can be consented to."""

from __future__ import annotations

from enum import StrEnum


class ConsentKind(StrEnum):
    """A consent; biometric data need one of their own (PIPL art. 29)."""

    TERMS = "terms"
    BIOMETRIC = "biometric"
