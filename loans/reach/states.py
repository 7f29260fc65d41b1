"""What may become of a contact."""

from __future__ import annotations

from enum import StrEnum

from storage.states import Transitions


class ContactState(StrEnum):
    """Where a contact stands."""

    MADE = "made"  # handed to whoever sends it
    DECLINED = "declined"  # the person said no to it
    REFUSED = "refused"  # the rules did not allow it: nothing was sent


CONTACT = Transitions(
    first=(ContactState.MADE, ContactState.REFUSED),
    steps={
        ContactState.MADE: (ContactState.DECLINED,),
        ContactState.DECLINED: (),
        ContactState.REFUSED: (),
    },
)
