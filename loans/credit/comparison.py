"""Credit decisions as another scorer, or another policy, would make them: the swap set.

Every decision is kept with all that it rests on, so that a policy needs not run beside the one in
force: it is applied to what was decided. A scorer does: its answers are kept as they come.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean

import sqlalchemy as sa

from access.authorisation import require
from access.permissions import Permission
from audit.actions import Action
from audit.entries import digest
from audit.writer import record
from loans.credit.decide import CreditFacts, Judgement, Outcome, decide
from loans.credit.replay import AT_ONCE, policy_of
from loans.models import Assessment, CreditDecision, ScorerRole
from loans.policy import LoanPolicy
from storage.context import Context


@dataclass(frozen=True)
class Pair:
    """A decision as it was made, and as it would be made otherwise."""

    made: Outcome
    other: Outcome


@dataclass(frozen=True)
class Comparison:
    """How two ways to decide differ, over the same applications."""

    decisions: int
    offered_by_both: int
    offered_only_now: int
    offered_only_by_other: int
    declined_by_both: int
    rate_change_bp: float | None  # mean over first offers of those whom both offer a loan
    amount_change_fen: float | None  # likewise


def compare_policy(context: Context, content: str, since: datetime | None) -> Comparison:
    """Past decisions and what a policy of this text makes of them. Call it in a reading."""
    require(context, Permission.DECISION_REPLAY)
    other = policy_of(content)
    made = _decisions(context, since)
    return compared(Pair(_outcome(one), decide(_facts(one), other)) for one in made)


def compare_shadow(context: Context, since: datetime | None) -> Comparison:
    """Past decisions and what they were with the probabilities of the scorer in the shadow.

    Those that it did not assess are left out. Call it in a reading.
    """
    require(context, Permission.DECISION_REPLAY)
    return compared(_shadowed(context, context.rules(LoanPolicy), since))


def note_comparison(context: Context, what: str, found: Comparison) -> None:
    """Record that past decisions were gone over; `what` is a policy's text, or a scorer's role."""
    require(context, Permission.DECISION_REPLAY)
    changed = found.offered_only_now + found.offered_only_by_other
    record(
        context,
        Action.POLICY_SIMULATED,
        context.policy.version,
        digest=digest(what),
        decisions=found.decisions,
        changed=changed,
    )


def compared(pairs: Iterable[Pair]) -> Comparison:
    """Count pairs by who is offered a loan."""
    rows = list(pairs)
    by_now = [row for row in rows if row.made.judgement is Judgement.OFFERED]
    by_other = [row for row in rows if row.other.judgement is Judgement.OFFERED]
    both = [row for row in by_now if row.other.judgement is Judgement.OFFERED]
    firsts = [(row.made.offers[0], row.other.offers[0]) for row in both]
    rates = [other.annual_rate_bp - made.annual_rate_bp for made, other in firsts]
    amounts = [other.principal_fen - made.principal_fen for made, other in firsts]
    return Comparison(
        decisions=len(rows),
        offered_by_both=len(both),
        offered_only_now=len(by_now) - len(both),
        offered_only_by_other=len(by_other) - len(both),
        declined_by_both=len(rows) - len(by_now) - len(by_other) + len(both),
        rate_change_bp=fmean(rates) if rates else None,
        amount_change_fen=fmean(amounts) if amounts else None,
    )


def _shadowed(context: Context, policy: LoanPolicy, since: datetime | None) -> Iterator[Pair]:
    for decision in _decisions(context, since):
        key = (decision.application_id, ScorerRole.SHADOW)
        assessment = context.session.get(Assessment, key)
        if assessment is None or assessment.pd_12m is None:
            continue
        facts = _facts(decision).model_copy(update={"pd_12m": assessment.pd_12m})
        yield Pair(_outcome(decision), decide(facts, policy))


def _decisions(context: Context, since: datetime | None) -> Iterator[CreditDecision]:
    made = sa.select(CreditDecision).order_by(CreditDecision.id)
    if since is not None:
        made = made.where(CreditDecision.made_at >= since)
    yield from context.session.scalars(made.execution_options(yield_per=AT_ONCE))


def _facts(decision: CreditDecision) -> CreditFacts:
    return CreditFacts.model_validate(decision.facts)


def _outcome(decision: CreditDecision) -> Outcome:
    return Outcome.model_validate(decision.outcome)
