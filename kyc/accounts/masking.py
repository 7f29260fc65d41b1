"""What of a value is shown to who has proven nothing."""

from __future__ import annotations


def mask_phone(phone: str) -> str:
    """The first three and the last four digits."""
    return f"{phone[:3]}****{phone[-4:]}"


def mask_name(name: str) -> str:
    """The family name's first character."""
    return name[0] + "*" * (len(name) - 1)
