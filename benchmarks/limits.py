"""The policy of a bench: all its phones are behind one address, which is a limit for people."""

from __future__ import annotations

from pathlib import Path

from app.settings import Settings
from core.policy import policy_text

SHIPPED = "new_phones_by_address = { max = 20,"
MANY = "new_phones_by_address = { max = 10000,"


def policy_for_many(settings: Settings, folder: Path) -> Path:
    """A policy that differs in how many phones one address may have, written to a folder.

    Raises ValueError where the policy has no such line.
    """
    text = policy_text(settings.policy)
    if SHIPPED not in text:
        raise ValueError("the policy does not limit the phones of an address as it did")
    path = folder / "policy.toml"
    path.write_text(text.replace(SHIPPED, MANY), "utf-8")
    return path
