"""How often, when and about what people are contacted."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from core.policy import Part, Section

HOURS_A_DAY = 24
Share = Annotated[float, Field(ge=0, le=1)]


class ResponseRules(Part):
    """Weights of the log-odds that somebody takes an offer within 30 days."""

    base: float
    half_life_days: Annotated[float, Field(gt=0)]
    intents: dict[str, float]  # weight of a fresh search of each class
    visit: float  # of each doubling of visits of 30 days
    max_visits: Annotated[int, Field(gt=0)]
    unanswered: float  # of each contact of 30 days that nothing came of
    source: str


class MomentRules(Part):
    """How the best hour is chosen."""

    usual_hours: dict[str, Annotated[float, Field(gt=0)]]  # hour: weight, of people unknown
    own_weight: Annotated[float, Field(ge=0)]  # of each time that the person was active at an hour
    neighbour: Share  # of that, for the hours beside it


class ReachPolicy(Section):
    """Caps, hours, and what is looked at before somebody is contacted."""

    table: ClassVar[str] = "reach"
    optional: ClassVar[bool] = True  # without it nobody is contacted

    max_a_day: Annotated[int, Field(ge=0)]
    max_a_week: Annotated[int, Field(ge=0)]  # of seven days
    from_hour: Annotated[int, Field(ge=0, lt=HOURS_A_DAY)]  # in China
    until_hour: Annotated[int, Field(gt=0, le=HOURS_A_DAY)]  # the first at which none is made
    pause_after_no_days: Annotated[int, Field(ge=0)]
    min_response: Share  # below it nobody is contacted
    forbidden_intents: frozenset[str]
    forbidden_days: Annotated[int, Field(ge=0)]
    products: dict[str, str]  # the product that an intent asks for
    kinds: dict[str, str]  # intents that a thing done in the app says, by kind of signal
    response: ResponseRules
    moment: MomentRules
    at_once: Annotated[int, Field(gt=0)]  # people that one planning looks at
    source: str

    @model_validator(mode="after")
    def _hours_are_a_span(self) -> ReachPolicy:
        if self.from_hour >= self.until_hour:
            raise ValueError("[reach] from_hour is not before until_hour")
        if self.max_a_day > self.max_a_week:
            raise ValueError("[reach] max_a_day is above max_a_week")
        return self


SECTIONS = (ReachPolicy,)
