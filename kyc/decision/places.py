"""How closely the places on two papers agree. Pure.

People move, and their shops are elsewhere: what agrees little is a hint for a reviewer. Both sides
of a card are printed at once, by the police of the printed address: they name one city.
"""

from __future__ import annotations

import re
from enum import StrEnum

from ocr.extraction.regions import (
    city_of_code,
    city_of_place,
    province_of_code,
    province_of_place,
)

# 长沙市公安局岳麓分局, 正定县公安局: the county is the branch's name, or the place of the bureau.
AUTHORITY = re.compile(r"^(?P<place>.*?)公安局(?:(?P<branch>.+?)(?:区|县)?分局)?")
MIN_COUNTY = 2  # characters


class Tie(StrEnum):
    """The smallest place that two papers have in common; `UNKNOWN` where a place is not read."""

    COUNTY = "county"
    CITY = "city"
    PROVINCE = "province"
    NOTHING = "nothing"
    UNKNOWN = "unknown"


def sides_tie(address: str, authority: str) -> Tie:
    """How the authority on a card's back is tied to the address on its front."""
    found = AUTHORITY.match(authority)
    if found is not None and not sides_differ(address, authority):
        county = found["branch"] or _without_city(found["place"])
        if len(county) >= MIN_COUNTY and county in address:
            return Tie.COUNTY
    return places_tie(address, authority)


def places_tie(one: str, other: str) -> Tie:
    """What two places that begin with a province or a city have in common."""
    return _tie(
        (province_of_place(one), city_of_place(one)),
        (province_of_place(other), city_of_place(other)),
    )


def number_tie(number: str, address: str) -> Tie:
    """How an address is tied to the region of a number: where its holder was first registered."""
    return _tie(
        (province_of_code(number[:6]), city_of_code(number[:6])),
        (province_of_place(address), city_of_place(address)),
    )


def sides_differ(address: str, authority: str) -> bool:
    """Whether a card's sides name two provinces, or two cities.

    A city that was put below another one stands in the address, after that one (合肥市巢湖市).
    """
    province, issued_in = province_of_place(address), province_of_place(authority)
    if province and issued_in and province != issued_in:
        return True
    city, office = city_of_place(address), city_of_place(authority)
    if city is None or office is None or city == office:
        return False
    return office not in address


def _tie(one: tuple[str | None, str | None], other: tuple[str | None, str | None]) -> Tie:
    (province, city), (other_province, other_city) = one, other
    if city and city == other_city:
        return Tie.CITY
    if not province or not other_province:
        return Tie.UNKNOWN
    return Tie.PROVINCE if province == other_province else Tie.NOTHING


def _without_city(place: str) -> str:
    """The county in the name of a bureau's place (石家庄市正定县, 正定县), or nothing."""
    city = city_of_place(place)
    return place if city is None else place.partition(city)[2]
