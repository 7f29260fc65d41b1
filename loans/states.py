"""What may become of applications, offers, credit lines and draws."""

from __future__ import annotations

from enum import StrEnum

from storage.states import Transitions


class ApplicationState(StrEnum):
    """Where an application stands."""

    RECEIVED = "received"
    GATHERING = "gathering"  # what is known of the business
    ASKING = "asking"  # the owner has a question to answer
    SCREENING = "screening"
    SCORING = "scoring"
    REVIEW = "review"  # a person looks at it
    OFFERED = "offered"
    DECLINED = "declined"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class OfferState(StrEnum):
    """Where an offer stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REPLACED = "replaced"  # another offer of the application was accepted
    EXPIRED = "expired"


class LineState(StrEnum):
    """Where a credit line (授信) stands."""

    OPEN = "open"
    FROZEN = "frozen"  # nothing is drawn until a person has cleared what was found
    EXPIRED = "expired"  # its time is over; what was drawn is still owed
    CLOSED = "closed"  # by its owner, who owed nothing


class DrawState(StrEnum):
    """Where a draw on a line (用信) stands."""

    OPEN = "open"  # priced, and waits for its owner to confirm it
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


# What an owner waits for; nothing else may be applied for meanwhile.
UNDECIDED = frozenset(
    {
        ApplicationState.RECEIVED,
        ApplicationState.GATHERING,
        ApplicationState.ASKING,
        ApplicationState.SCREENING,
        ApplicationState.SCORING,
        ApplicationState.REVIEW,
    }
)
# What is decided soon: people, and questions to the owner, take longer than anybody waits.
MOVING = UNDECIDED - {ApplicationState.ASKING, ApplicationState.REVIEW}
UNDER_WAY = UNDECIDED | {ApplicationState.OFFERED}
_ENDS = (ApplicationState.WITHDRAWN, ApplicationState.EXPIRED)

APPLICATION = Transitions(
    first=(ApplicationState.RECEIVED,),
    steps={
        ApplicationState.RECEIVED: (ApplicationState.GATHERING, ApplicationState.REVIEW, *_ENDS),
        ApplicationState.GATHERING: (
            ApplicationState.ASKING,
            ApplicationState.SCREENING,
            ApplicationState.REVIEW,
            *_ENDS,
        ),
        ApplicationState.ASKING: (ApplicationState.GATHERING, *_ENDS),
        ApplicationState.SCREENING: (ApplicationState.SCORING, ApplicationState.REVIEW, *_ENDS),
        ApplicationState.SCORING: (
            ApplicationState.OFFERED,
            ApplicationState.DECLINED,
            ApplicationState.REVIEW,
            *_ENDS,
        ),
        ApplicationState.REVIEW: (
            ApplicationState.SCREENING,  # a check that failed is made again
            ApplicationState.SCORING,
            ApplicationState.OFFERED,
            ApplicationState.DECLINED,
            *_ENDS,
        ),
        ApplicationState.OFFERED: (ApplicationState.ACCEPTED, *_ENDS),
        ApplicationState.DECLINED: (ApplicationState.REVIEW,),  # the owner asks for a person
        ApplicationState.ACCEPTED: (),
        ApplicationState.WITHDRAWN: (),
        ApplicationState.EXPIRED: (),
    },
)
OFFER = Transitions(
    first=(OfferState.OPEN,),
    steps={
        OfferState.OPEN: (OfferState.ACCEPTED, OfferState.REPLACED, OfferState.EXPIRED),
        OfferState.ACCEPTED: (),
        OfferState.REPLACED: (),
        OfferState.EXPIRED: (),
    },
)
LINE = Transitions(
    first=(LineState.OPEN,),
    steps={
        LineState.OPEN: (LineState.FROZEN, LineState.EXPIRED, LineState.CLOSED),
        LineState.FROZEN: (LineState.OPEN, LineState.EXPIRED, LineState.CLOSED),
        LineState.EXPIRED: (),
        LineState.CLOSED: (),
    },
)
LINE_ENDS = frozenset({LineState.EXPIRED, LineState.CLOSED})
DRAW = Transitions(
    first=(DrawState.OPEN,),
    steps={
        DrawState.OPEN: (DrawState.CONFIRMED, DrawState.WITHDRAWN, DrawState.EXPIRED),
        DrawState.CONFIRMED: (),
        DrawState.WITHDRAWN: (),
        DrawState.EXPIRED: (),
    },
)
