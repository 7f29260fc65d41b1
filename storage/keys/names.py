"""Which root keys there are, and for which purposes a person has data keys."""

from __future__ import annotations

from enum import StrEnum


class Root(StrEnum):
    """A root key's one use. No root can be computed from another."""

    DATA = "data"  # wraps data keys
    INDEX = "index"  # keys blind indexes
    TOKENS = "tokens"  # signs access tokens
    LOG = "log"  # signs the audit log; the process that sequences it alone reads it


class KeyPurpose(StrEnum):
    """What a person's data key seals. Destroying it erases that, and nothing else.

    `IDENTITY` of a member of staff seals the secret of their second factor.
    """

    IDENTITY = "identity"
    BIOMETRICS = "biometrics"
    LOANS = "loans"
    SOURCES = "sources"  # what is known of a business by consent
