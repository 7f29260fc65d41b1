"""`kaihu evaluate reach`: a month of 10,000 people, and whether any contact was one too many.

People are drawn: consents with an end on some channels, opt-outs at any moment, hours that they
want, shops that open early or late, and a need for money of which searches tell something. Plans
are made every two hours, day and night, by the functions that plan in earnest. What they made is
then held against the rules by counting anew, with dates of its own.

The response score is held against who would have taken an offer: need and mood decide that, and
the score sees searches and visits alone.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import numpy as np
from sklearn.metrics import roc_auc_score

from core.policy import Policy
from evaluation.report import Figures
from loans.reach.contact import History, Preferences, Refusal, refusal
from loans.reach.moment import best_channel, next_moment, product_of
from loans.reach.policy import ReachPolicy
from loans.reach.response import response_score
from loans.reach.signals import Channel, Consents, Intent, LaneSignals

PEOPLE, DAYS, SEED = 10_000, 30, 27
BEGIN = datetime(2026, 9, 14, 16, tzinfo=UTC)  # midnight in China; the National Day is within
EVERY = timedelta(hours=2)
BEIJING = timedelta(hours=8)
WANTS = ("stock_purchase", "wages", "equipment", "renovation", "rent", "business_loan")
IDLE = ("none", "runs_business", "personal_consumption", "starts_business")
FORBIDDEN = ("gambling", "securities", "property", "lending_on")
# 中秋 and 国庆 of 2026 and the days that make up for them; the product asks a package.
HOLIDAYS = frozenset({*range(925, 928), *range(1001, 1008)})
WORKED = frozenset({920, 1010})


@dataclass
class Simulated:
    """A person: what they agreed to and want, when they opt out, and what they look for."""

    consents: Consents
    preferences: Preferences
    opts_out_at: datetime | None
    said_no_at: datetime | None
    searches: list[tuple[datetime, str]]
    visits: int
    active_hours: tuple[int, ...]
    would_take: bool
    contacts: list[tuple[datetime, Channel]] = field(default_factory=list)

    def at(self, now: datetime) -> tuple[Preferences, LaneSignals]:
        """What is wanted and known at an instant."""
        intents = tuple(
            Intent(kind, (now - at) / timedelta(days=1)) for at, kind in self.searches if at <= now
        )
        out = self.opts_out_at is not None and self.opts_out_at <= now
        wanted = replace(self.preferences, opted_out=out)
        return wanted, LaneSignals(intents, self.visits, self.active_hours)


def evaluate_reach(policy: Policy) -> Figures:
    """Plan a month, count what was one too many, and how well the score orders people."""
    rules = policy.section(ReachPolicy)
    chance = random.Random(SEED)
    people = [_drawn(chance) for _ in range(PEOPLE)]
    refused: Counter[Refusal] = Counter()
    for now in _plannings(chance):
        for person in people:
            why = _plan(person, now, rules)
            if why is not None:
                refused[why] += 1
    beyond = Counter(fault for person in people for fault in _faults(person, rules))
    return {
        "n": PEOPLE,
        "days": DAYS,
        "contacts": sum(len(person.contacts) for person in people),
        "people_contacted": sum(bool(person.contacts) for person in people),
        "contacts_beyond": beyond.total(),
        **{f"beyond_{name}": beyond[name] for name in ("cap", "hour", "consent", "opt_out")},
        **{f"refused_{why}": refused[why] for why in Refusal},
        **_ordered(people, rules),
    }


def _plan(person: Simulated, now: datetime, rules: ReachPolicy) -> Refusal | None:
    preferences, signals = person.at(now)
    if preferences.opted_out or product_of(signals, rules) is None:
        return None
    channel = best_channel(now, preferences, person.consents)
    moment = next_moment(now, signals, preferences, rules)
    if channel is None or moment is None or moment - now >= EVERY:
        return None
    score = response_score(signals, len(person.contacts), rules.response)
    if score.probability < rules.min_response:
        return None
    at = max(moment, now)
    history = History([one for one, _ in person.contacts], person.said_no_at)
    why = refusal(at, channel, person.at(at)[0], person.consents, history, rules)
    if why is None:
        person.contacts.append((at, channel))
    return why


def _plannings(chance: random.Random) -> Iterator[datetime]:
    for number in range(DAYS * 12):
        yield BEGIN + number * EVERY + timedelta(minutes=chance.randrange(120))


def _faults(person: Simulated, rules: ReachPolicy) -> Iterator[str]:
    """What was wrong with a person's contacts, counted without the functions that planned them."""
    local = [at + BEIJING for at, _ in person.contacts]
    days = Counter(at.date() for at in local)
    for at, (instant, channel) in zip(local, person.contacts, strict=True):
        week = [one for one in local if timedelta(0) <= at - one < timedelta(days=7)]
        if days[at.date()] > rules.max_a_day or len(week) > rules.max_a_week:
            yield "cap"
        first = max(rules.from_hour, person.preferences.from_hour)
        last = min(rules.until_hour, person.preferences.until_hour)
        if not first <= at.hour < last or _is_day_off(at):
            yield "hour"
        until = person.consents.until.get(channel)
        if until is None or instant >= until or channel not in person.preferences.channels:
            yield "consent"
        out, no = person.opts_out_at, person.said_no_at
        pause = timedelta(days=rules.pause_after_no_days)
        if (out is not None and instant >= out) or (no is not None and instant < no + pause):
            yield "opt_out"


def _is_day_off(at: datetime) -> bool:
    day = at.month * 100 + at.day
    if day in WORKED:
        return False
    return at.weekday() >= 5 or day in HOLIDAYS


def _ordered(people: list[Simulated], rules: ReachPolicy) -> Figures:
    """How well the score of the last day orders who would have taken an offer."""
    end = BEGIN + timedelta(days=DAYS)
    scores = [response_score(one.at(end)[1], 0, rules.response).probability for one in people]
    truth = [one.would_take for one in people]
    return {
        "response_auc": round(float(roc_auc_score(truth, scores)), 4),
        "response_mean": round(float(np.mean(scores)), 4),
        "took_mean": round(float(np.mean(truth)), 4),
    }


def _drawn(chance: random.Random) -> Simulated:
    need = chance.random() < 0.15
    opens, closes = chance.choice([(0, 24), (8, 20), (10, 18), (12, 22), (20, 24), (0, 8)])
    hours = [min(23, max(0, round(chance.gauss((opens + closes) / 2, 3)))) for _ in range(5)]
    return Simulated(
        consents=Consents(
            {
                channel: BEGIN + timedelta(days=chance.uniform(-5, 60))
                for channel in Channel
                if chance.random() < 0.5
            }
        ),
        preferences=Preferences(
            frozenset(channel for channel in Channel if chance.random() < 0.8), opens, closes
        ),
        opts_out_at=_sometime(chance) if chance.random() < 0.2 else None,
        said_no_at=_sometime(chance, -120) if chance.random() < 0.1 else None,
        searches=sorted(_searches(chance, need=need)),
        visits=math.floor(chance.expovariate(1 / (8 if need else 3))),
        active_hours=tuple(hours),
        would_take=chance.random() < (0.45 if need else 0.03),
    )


def _searches(chance: random.Random, *, need: bool) -> Iterator[tuple[datetime, str]]:
    """Half of those in need look for it; others look too, for a neighbour or out of interest."""
    if chance.random() < (0.6 if need else 0.12):
        wanted = chance.choice(WANTS)
        for _ in range(chance.randrange(1, 4)):
            yield _sometime(chance, -20), wanted
    for _ in range(chance.randrange(4)):
        yield _sometime(chance, -60), chance.choice(IDLE)
    if chance.random() < 0.05:
        yield _sometime(chance, -40), chance.choice(FORBIDDEN)


def _sometime(chance: random.Random, from_day: int = 0) -> datetime:
    return BEGIN + timedelta(days=chance.uniform(from_day, DAYS))
