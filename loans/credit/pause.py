"""When may somebody apply again: nobody tries the scorer out, with another amount or account."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import timedelta

import sqlalchemy as sa

from core.errors import BusinessError, Conflict, TooMany
from kyc.identity import VerifiedIdentity, onboardings_of_firm, onboardings_of_person
from loans.credit.features import adds_something
from loans.models import Application
from loans.policy import LoanPolicy
from loans.profile.feature import Feature
from loans.states import UNDER_WAY, ApplicationState
from storage.context import Context


class ApplicationUnderWay(Conflict):
    """An application of the person or the firm waits for its decision, or an offer stands."""

    code = "application_under_way"


class ApplicationsUsed(TooMany):
    """No more applications of this person or firm for now."""

    code = "applications_used"
    retry_after_s = 3600


class AppliedTooSoon(TooMany):
    """The person or the firm was declined, and nothing new is known since."""

    code = "applied_too_soon"


# What `require_turn` raises, for the routes that declare it.
PAUSE_ERRORS: tuple[type[BusinessError], ...] = (
    ApplicationUnderWay,
    ApplicationsUsed,
    AppliedTooSoon,
)


def require_turn(
    context: Context, identity: VerifiedIdentity, known: Mapping[str, Feature]
) -> None:
    """Raise unless the person and the firm may apply now, over all accounts.

    After a refusal that is `pause_days` later, or as soon as something is `known` of the business
    that was not. Call it while the person is held.

    Raises what `PAUSE_ERRORS` lists.
    """
    rules = context.rules(LoanPolicy).credit
    theirs = sa.or_(
        Application.onboarding_id.in_(onboardings_of_person(identity)),
        Application.onboarding_id.in_(onboardings_of_firm(identity)),
    )
    under_way = sa.select(Application.id).where(theirs, Application.state.in_(UNDER_WAY))
    if context.session.scalar(under_way.limit(1)) is not None:
        raise ApplicationUnderWay
    window = context.now() - timedelta(hours=rules.window_h)
    made = sa.select(sa.func.count(Application.id)).where(theirs, Application.made_at > window)
    if (context.session.scalar(made) or 0) >= rules.max_applications:
        raise ApplicationsUsed
    _require_pause_over(context, known, theirs)


def _require_pause_over(
    context: Context, known: Mapping[str, Feature], theirs: sa.ColumnElement[bool]
) -> None:
    pause = timedelta(days=context.rules(LoanPolicy).credit.pause_days)
    declined = (
        sa.select(Application.decided_at, Application.features)
        .where(
            theirs,
            Application.state == ApplicationState.DECLINED,
            Application.decided_at > context.now() - pause,
        )
        .order_by(Application.decided_at.desc())
        .limit(1)
    )
    last = context.session.execute(declined).first()
    if last is None or adds_something(known, last.features):
        return
    left = last.decided_at + pause - context.now()
    raise AppliedTooSoon(retry_after_s=math.ceil(left.total_seconds()))
