"""What may become of entries, of proposals and of hits."""

from __future__ import annotations

from enum import StrEnum

from storage.states import Transitions


class EntryState(StrEnum):
    """Where an entry stands."""

    PROPOSED = "proposed"
    IN_FORCE = "in_force"
    REJECTED = "rejected"
    REMOVED = "removed"


class ProposalState(StrEnum):
    """Where a proposal stands."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


class HitState(StrEnum):
    """Where a hit stands."""

    OPEN = "open"
    CLEARED = "cleared"  # a person looked, and goes on all the same


ENTRY = Transitions(
    first=(EntryState.PROPOSED,),
    steps={
        EntryState.PROPOSED: (EntryState.IN_FORCE, EntryState.REJECTED),
        EntryState.IN_FORCE: (EntryState.REMOVED,),
        EntryState.REJECTED: (),
        EntryState.REMOVED: (),
    },
)
PROPOSAL = Transitions(
    first=(ProposalState.WAITING,),
    steps={
        ProposalState.WAITING: (ProposalState.CONFIRMED, ProposalState.REJECTED),
        ProposalState.CONFIRMED: (),
        ProposalState.REJECTED: (),
    },
)
HIT = Transitions(
    first=(HitState.OPEN,),
    steps={HitState.OPEN: (HitState.CLEARED,), HitState.CLEARED: ()},
)
