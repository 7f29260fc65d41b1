"""Credit decisions made again from their records, by the policy of their time or by another."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from access.authorisation import require
from access.permissions import Permission
from audit.actions import Action
from core.errors import NotFound
from kyc.identity import policy_text
from loans.credit.decide import CreditFacts, Outcome, decide
from loans.events import record_application
from loans.models import Application, CreditDecision
from loans.policy import LoanPolicy
from storage.context import Context

AT_ONCE = 500


@dataclass(frozen=True)
class CreditReplay:
    """A decision as it was made and as it is made again."""

    application_id: UUID
    policy_version: str
    decided: Outcome
    again: Outcome

    @property
    def same(self) -> bool:
        """Whether both are the same: judgement, reasons, limit, and every offer to the fen."""
        return self.decided == self.again


def replay_application(context: Context, application_id: UUID) -> list[CreditReplay]:
    """Every decision of an application again; an event each. Raises `NotFound`."""
    require(context, Permission.DECISION_REPLAY)
    application = context.session.get(Application, application_id)
    made = [] if application is None else list(_decisions(context, application_id))
    if application is None or not made:
        raise NotFound
    replays = [_again(context, decision) for decision in made]
    for one in replays:
        version, same = one.policy_version, one.same
        record_application(
            context, Action.DECISION_REPLAYED, application, policy=version, same=same
        )
    return replays


def _decisions(context: Context, application_id: UUID) -> Iterator[CreditDecision]:
    own = sa.select(CreditDecision).where(CreditDecision.application_id == application_id)
    yield from context.session.scalars(own.order_by(CreditDecision.id))


def _again(context: Context, decision: CreditDecision) -> CreditReplay:
    return _replay(decision, policy_of(policy_text(context, decision.policy_version)))


def _replay(decision: CreditDecision, policy: LoanPolicy) -> CreditReplay:
    facts = CreditFacts.model_validate(decision.facts)
    return CreditReplay(
        application_id=decision.application_id,
        policy_version=decision.policy_version,
        decided=Outcome.model_validate(decision.outcome),
        again=decide(facts, policy),
    )


def policy_of(content: str) -> LoanPolicy:
    """The lending part of a policy's text. Raises `pydantic.ValidationError` for one too old."""
    return LoanPolicy.model_validate(tomllib.loads(content)[LoanPolicy.table])
