"""The policy of all packages, loaded as one."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from pydantic import Field

import access.policy
import kyc.lists.policy
import kyc.policy
import loans.policy
import loans.reach.policy
import privacy.policy
import storage.policy
from core.policy import Policy, Section, load_policy


class WebPolicy(Section):
    """How long, how large, how many: limits of one web process. Times in seconds."""

    table: ClassVar[str] = "web"

    header_s: float = Field(gt=0)
    idle_s: float = Field(gt=0)
    max_header_bytes: int = Field(gt=0)
    max_header_lines: int = Field(gt=0)
    body_grace_s: float = Field(gt=0)
    min_body_bytes_per_s: int = Field(gt=0)
    max_body_s: float = Field(gt=0)
    max_anonymous_body_bytes: int = Field(gt=0)
    send_s: float = Field(gt=0)
    max_connections: int = Field(gt=0)
    max_connections_per_address: int = Field(gt=0)
    max_buffered_bytes: int = Field(gt=0)
    max_requests: int = Field(gt=0)
    max_streams_per_account: int = Field(gt=0)
    max_waits_per_account: int = Field(gt=0)
    max_listeners_per_address: int = Field(gt=0)


SECTIONS: tuple[type[Section], ...] = (
    WebPolicy,
    *storage.policy.SECTIONS,
    *access.policy.SECTIONS,
    *privacy.policy.SECTIONS,
    *kyc.policy.SECTIONS,
    *kyc.lists.policy.SECTIONS,
    *loans.policy.SECTIONS,
    *loans.reach.policy.SECTIONS,
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
