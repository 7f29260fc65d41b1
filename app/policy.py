"""The policy of all packages, loaded as one."""

from __future__ import annotations

from pathlib import Path

import access.policy
import kyc.policy
import loans.policy
import privacy.policy
import storage.policy
from core.policy import Policy, Section, load_policy

SECTIONS: tuple[type[Section], ...] = (
    *storage.policy.SECTIONS,
    *access.policy.SECTIONS,
    *privacy.policy.SECTIONS,
    *kyc.policy.SECTIONS,
    *loans.policy.SECTIONS,
)


def load(path: Path) -> Policy:
    """The policy at a file or a folder, every section checked.

    Raises `core.policy.PolicyInvalid`, `pydantic.ValidationError` naming what is missing,
    misspelt or of another type, and FileNotFoundError.
    """
    return load_policy(path, SECTIONS)


def parse(content: str) -> Policy:
    """The policy of a text. Raises as `load` does."""
    return Policy.parsed(content, SECTIONS)
