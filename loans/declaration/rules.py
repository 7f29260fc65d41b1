"""The numbers by which a declaration is compared, typed."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, PositiveInt

from core.money import Fen
from core.policy import Part
from loans.profile.industry_rules import IN_CODE, IndustryRules

Share = Annotated[float, Field(gt=0, lt=1)]


class ConsistencyRules(Part):
    """How a declaration is compared with what is known."""

    single_owner_types: tuple[str, ...]  # words of a licence's type
    for_goods: tuple[str, ...]
    for_wages: tuple[str, ...]
    in_words: str
    least_section_share: Annotated[float, Field(gt=0, lt=1)]  # of evidence, for an industry to fit
    sections_told_apart: tuple[str, ...]  # whose divisions have nothing in common
    least_division_share: Annotated[float, Field(gt=0, lt=1)]  # for a division to be a main one
    least_share: Annotated[float, Field(gt=0, lt=1)]  # of a section, for a licence to be clear
    # From which probability that the money goes elsewhere the owner is asked, or a person looks:
    asked_share: Share
    person_share: Share
    asked_payee_share: Share  # by who is paid alone
    person_payee_share: Share
    asked_other_share: Share  # that it pays for another trade's things
    person_other_share: Share
    strange_thing_odds: Annotated[float, Field(ge=1)]  # of a thing known to be of other trades
    own_trade_odds: Annotated[float, Field(gt=0, le=1)]  # where such a use is the trade itself
    searched_odds: Annotated[float, Field(ge=1)]  # where it was searched for lately
    max_turnover_months: Annotated[float, Field(gt=0)]  # of a month's turnover; above, it is asked
    large_wage_fen: Annotated[Fen, Field(gt=0)]  # a head and month; above, it is asked
    impossible_wage_fen: Annotated[Fen, Field(gt=0)]  # above, a person looks
    young_months: PositiveInt  # a business younger than that is young
    young_wage_months: PositiveInt  # of pay that a young business explains
    searches_days: PositiveInt
    owner_searches_days: PositiveInt
    min_searches: PositiveInt  # of one forbidden use; fewer are stray
    industry: IndustryRules = IN_CODE  # of policies before 2026-11-29.15
