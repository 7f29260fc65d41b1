"""What may become of a piece of evidence."""

from __future__ import annotations

from enum import StrEnum

from storage.states import Transitions


class EvidenceState(StrEnum):
    """Where a piece of evidence stands."""

    ANALYSING = "analysing"
    ACCEPTED = "accepted"
    REVIEW = "review"
    RETRY = "retry"
    DECLINED = "declined"
    SUPERSEDED = "superseded"


EVIDENCE = Transitions(
    first=(EvidenceState.ANALYSING,),
    steps={
        EvidenceState.ANALYSING: (
            EvidenceState.ACCEPTED,
            EvidenceState.REVIEW,
            EvidenceState.RETRY,
            EvidenceState.DECLINED,
            EvidenceState.SUPERSEDED,
        ),
        EvidenceState.ACCEPTED: (EvidenceState.SUPERSEDED,),
        EvidenceState.REVIEW: (
            EvidenceState.ACCEPTED,
            EvidenceState.DECLINED,
            EvidenceState.SUPERSEDED,
        ),
        EvidenceState.RETRY: (),
        EvidenceState.DECLINED: (),
        EvidenceState.SUPERSEDED: (),
    },
)
FAILED = (EvidenceState.RETRY, EvidenceState.DECLINED)
