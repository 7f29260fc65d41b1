"""What may become of a verification, what it is for, and by what it is made."""

from __future__ import annotations

from enum import StrEnum

from storage.states import Transitions


class VerificationState(StrEnum):
    """Where a verification stands."""

    ASKED = "asked"
    ANALYSING = "analysing"
    VERIFIED = "verified"
    UNSURE = "unsure"
    REJECTED = "rejected"
    AGAIN = "again"


class Means(StrEnum):
    """By what somebody shows who they are."""

    VOICE = "voice"
    FACE = "face"


class VerificationPurpose(StrEnum):
    """What a verification is asked for; it serves for nothing else."""

    CALLER = "caller"
    OFFER = "offer"
    DRAW = "draw"  # on a credit line
    PHONE = "phone"


VERIFICATION = Transitions(
    first=(VerificationState.ASKED,),
    steps={
        VerificationState.ASKED: (VerificationState.ANALYSING, VerificationState.REJECTED),
        VerificationState.ANALYSING: (
            VerificationState.VERIFIED,
            VerificationState.UNSURE,
            VerificationState.REJECTED,
            VerificationState.AGAIN,
        ),
        VerificationState.VERIFIED: (),
        VerificationState.UNSURE: (),
        VerificationState.REJECTED: (),
        VerificationState.AGAIN: (),
    },
)
