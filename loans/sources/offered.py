"""Which sources this installation can read: of some records are asked for, if anybody can be."""

from __future__ import annotations

from dataclasses import dataclass

from loans.sources.kinds import ASKED, FILES, SourceKind
from storage.context import Context


@dataclass(frozen=True)
class OfferedRecords:
    """The sources that a service is configured for; every process holds it."""

    sources: frozenset[SourceKind] = frozenset()

    @classmethod
    def when(cls, configured: bool) -> OfferedRecords:
        """Of all that may be asked for, or of none."""
        return cls(ASKED if configured else frozenset())


def is_asked_for(context: Context, source: SourceKind) -> bool:
    """Whether records of a source are asked for here."""
    return source in context.resource(OfferedRecords).sources


def is_available(context: Context, source: SourceKind) -> bool:
    """Whether a source can be read at all: its consent is offered only then."""
    return source not in ASKED or source in FILES or is_asked_for(context, source)
