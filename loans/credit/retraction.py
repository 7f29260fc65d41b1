"""What an owner takes back or contests is not used for applications that are not decided.

What was decided stays on record with all that it rests on (PIPL art. 15: a withdrawal leaves what
was done before it as it is).
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import sqlalchemy as sa

from audit.actions import Action
from core.reasons import Reason
from loans.credit.steps import add_reasons, is_contested, send_to_person
from loans.events import record_application
from loans.models import Application, Assessment, ScorerRole
from loans.profile.feature import Source
from loans.sources.changes import CHANGES, Follower
from loans.states import UNDECIDED, ApplicationState
from storage.context import Context

_OF_PAPERS = frozenset({Source.LICENCE, Source.DECLARED})


def drop_features(context: Context, applicant_id: UUID) -> None:
    """Leave applications that are not decided what papers and the declaration say."""
    for application in _undecided(context, applicant_id):
        _drop_features(context, application)


def drop_contested(context: Context, applicant_id: UUID) -> None:
    """`drop_features`, and a person looks where scorer or limits would have read what is contested.

    Steps before the scorer find that themselves.
    """
    for application in _undecided(context, applicant_id):
        _drop_features(context, application)
        if not is_contested(context, application):
            continue
        if application.state is ApplicationState.SCORING:
            send_to_person(context, application, Reason.PROFILE_CONTESTED)
        elif application.state is ApplicationState.REVIEW:
            add_reasons(context, application, Reason.PROFILE_CONTESTED)


def _undecided(context: Context, applicant_id: UUID) -> Iterator[Application]:
    """Applications of an account that no scorer's answer has decided."""
    assessed = sa.exists().where(
        Assessment.application_id == Application.id, Assessment.role == ScorerRole.DECIDING
    )
    open_ones = sa.select(Application).where(
        Application.applicant_id == applicant_id,
        Application.state.in_(UNDECIDED),
        sa.or_(Application.state != ApplicationState.REVIEW, ~assessed),
    )
    yield from context.session.scalars(open_ones.order_by(Application.id).with_for_update())


def _drop_features(context: Context, application: Application) -> None:
    kept = {
        name: each for name, each in application.features.items() if each["source"] in _OF_PAPERS
    }
    if kept == application.features and application.verified is None:
        return
    application.features, application.verified = kept, None
    record_application(
        context,
        Action.APPLICATION_FEATURES_DROPPED,
        application,
        state=application.state,
        features=sorted(kept),
    )


CHANGES.register(Follower(forgotten=drop_features, contested=drop_contested))
