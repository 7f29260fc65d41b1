"""When, on which channel and about which product a person is best contacted. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from core.clock import CHINA, business_day
from loans.reach.contact import Preferences, allows_hour
from loans.reach.policy import HOURS_A_DAY, MomentRules, ReachPolicy
from loans.reach.signals import Channel, Consents, LaneSignals
from loans.terms.calendar import is_working_day

DAYS_AHEAD = 14  # longer than any row of holidays
# The least intrusive first: a message can wait, a call cannot.
CHANNELS = (Channel.APP, Channel.SMS, Channel.CALL)


def best_hour(signals: LaneSignals, preferences: Preferences, rules: ReachPolicy) -> int | None:
    """The allowed hour in China at which a person likely has a moment; None where none is allowed.

    Hours at which they were active, and those beside them, add to the usual ones.
    """
    allowed = [hour for hour in range(HOURS_A_DAY) if allows_hour(hour, preferences, rules)]
    weights = _weights(signals.active_hours, rules.moment)
    return max(allowed, key=lambda hour: weights[hour], default=None)


def next_moment(
    at: datetime, signals: LaneSignals, preferences: Preferences, rules: ReachPolicy
) -> datetime | None:
    """The best moment from an instant on: that hour of the next working day; None for none.

    Within the hour it is the instant itself.
    """
    hour = best_hour(signals, preferences, rules)
    if hour is None:
        return None
    local = at.astimezone(CHINA)
    for ahead in range(DAYS_AHEAD):
        day = local + timedelta(days=ahead)
        begin = day.replace(hour=hour, minute=0, second=0, microsecond=0)
        if begin + timedelta(hours=1) > local and is_working_day(business_day(begin)):
            return max(begin, local).astimezone(at.tzinfo)
    return None


def best_channel(at: datetime, preferences: Preferences, consents: Consents) -> Channel | None:
    """The least intrusive channel that the person wants and agreed to; None for none."""
    wanted = (one for one in CHANNELS if one in preferences.channels)
    return next((one for one in wanted if consents.covers(one, at)), None)


def product_of(signals: LaneSignals, rules: ReachPolicy) -> str | None:
    """The product that the strongest recent intent asks for; None where none asks for any.

    A search for what no loan may be used for within `forbidden_days` asks for none at all.
    """
    recent = [one for one in signals.intents if 0 <= one.age_days <= rules.forbidden_days]
    if any(one.kind in rules.forbidden_intents for one in recent):
        return None
    weighed = [
        (rules.response.intents[one.kind] * 0.5 ** (one.age_days / rules.response.half_life_days),
         one.kind)
        for one in signals.intents
        if one.age_days >= 0 and one.kind in rules.products and one.kind in rules.response.intents
    ]  # fmt: skip
    return rules.products[max(weighed)[1]] if weighed else None


def _weights(active: Sequence[int], rules: MomentRules) -> list[float]:
    weights = [rules.usual_hours.get(str(hour), 0.0) for hour in range(HOURS_A_DAY)]
    for hour in active:
        weights[hour] += rules.own_weight
        for beside in (hour - 1, hour + 1):
            weights[beside % HOURS_A_DAY] += rules.own_weight * rules.neighbour
    return weights
