"""Policies of benches: limits meant for people, which would stop a measurement, are wider."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from app.settings import Settings
from core.policy import policy_text
from demo.limits import changed_text

# All phones of a bench are behind one address.
MANY_PHONES: Mapping[str, str] = {
    "new_phones_by_address = { max = 20,": "new_phones_by_address = { max = 10000,",
    "by_prefix = { max = 300,": "by_prefix = { max = 10000,",
    "in_all = { max = 120,": "in_all = { max = 10000,",
}
# Somebody whose files all fail would soon have to pause, or have used up the attempts.
MANY_FAILURES: Mapping[str, str] = {
    "pause = { failures = 5,": "pause = { failures = 1000,",
    "attempts = { id_card_front = 5, id_card_back = 5, licence = 5,": (
        "attempts = { id_card_front = 60, id_card_back = 60, licence = 60,"
    ),
}


def policy_for_many(settings: Settings, folder: Path) -> Path:
    """The policy for many phones behind one address, written to a folder.

    Raises ValueError where the policy has no such line.
    """
    return changed_policy(settings, folder, MANY_PHONES)


def changed_policy(settings: Settings, folder: Path, changes: Mapping[str, str]) -> Path:
    """The policy with some of its text changed, written to a folder.

    Raises ValueError where the policy does not have such a text.
    """
    text = changed_text(policy_text(settings.policy), changes)
    path = folder / "policy.toml"
    path.write_text(text, "utf-8")
    return path
