"""When may somebody apply again: nobody tries the scorer out, with another amount or account."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from datetime import timedelta

import sqlalchemy as sa

from core.errors import BusinessError, Conflict, TooMany
from kyc.identity import VerifiedIdentity, onboardings_of_firm, onboardings_of_person
from loans.credit.features import KnownBefore, adds_something
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
    context: Context,
    identity: VerifiedIdentity,
    known: Mapping[str, Feature],
    sources: Collection[str],
) -> None:
    """Raise unless the person and the firm may apply now, over all accounts.

    After a refusal that is `pause_days` later, or as soon as more is `known` of the business, or
    by more `sources`, than any application rested on that was declined since. Call it while the
    person is held.

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
    _require_pause_over(context, known, sources, theirs)


def _require_pause_over(
    context: Context,
    known: Mapping[str, Feature],
    sources: Collection[str],
    theirs: sa.ColumnElement[bool],
) -> None:
    rules = context.rules(LoanPolicy).credit
    pause = timedelta(days=rules.pause_days)
    declined = (
        sa.select(Application.decided_at, Application.features, Application.sources)
        .where(
            theirs,
            Application.state == ApplicationState.DECLINED,
            Application.decided_at > context.now() - pause,
        )
        .order_by(Application.decided_at.desc())
    )
    rows = context.session.execute(declined).all()
    before = (KnownBefore(row.features, frozenset(row.sources or ())) for row in rows)
    if all(adds_something(known, sources, each, rules.new_months) for each in before):
        return
    left = rows[0].decided_at + pause - context.now()
    raise AppliedTooSoon(retry_after_s=math.ceil(left.total_seconds()))
