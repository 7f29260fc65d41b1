"""Policies with wider limits, where limits meant for one person would stop many tries."""

from __future__ import annotations

from collections.abc import Mapping


def changed_text(text: str, changes: Mapping[str, str]) -> str:
    """A policy's text with passages replaced.

    Raises ValueError where the policy does not have such a passage.
    """
    for shipped, changed in changes.items():
        if shipped not in text:
            raise ValueError(f"the policy does not say any more: {shipped}")
        text = text.replace(shipped, changed)
    return text
