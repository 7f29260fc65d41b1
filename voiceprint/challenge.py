"""What an owner is asked to read aloud: digits drawn at random."""

from __future__ import annotations

import secrets
from typing import Final

DIGITS: Final = "0123456789"


def draw_digits(length: int) -> str:
    """So many random digits, from the system's CSPRNG."""
    return "".join(secrets.choice(DIGITS) for _ in range(length))


def draw_all_digits() -> str:
    """All ten digits once each, in a random order from the system's CSPRNG."""
    return "".join(secrets.SystemRandom().sample(list(DIGITS), len(DIGITS)))
