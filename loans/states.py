"""What may become of applications and offers."""

from __future__ import annotations

from enum import StrEnum

from storage.states import Transitions


class ApplicationState(StrEnum):
    """Where an application stands."""

    OFFERED = "offered"
    DECLINED = "declined"
    ACCEPTED = "accepted"
    EXPIRED = "expired"


class OfferState(StrEnum):
    """Where an offer stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    EXPIRED = "expired"


APPLICATION = Transitions(
    first=(ApplicationState.OFFERED, ApplicationState.DECLINED),
    steps={
        ApplicationState.OFFERED: (ApplicationState.ACCEPTED, ApplicationState.EXPIRED),
        ApplicationState.DECLINED: (),
        ApplicationState.ACCEPTED: (),
        ApplicationState.EXPIRED: (),
    },
)
OFFER = Transitions(
    first=(OfferState.OPEN,),
    steps={
        OfferState.OPEN: (OfferState.ACCEPTED, OfferState.EXPIRED),
        OfferState.ACCEPTED: (),
        OfferState.EXPIRED: (),
    },
)
