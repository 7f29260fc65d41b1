"""Provinces and cities: the region in a code against the places in print (GB/T 2260)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from stdnum import numdb

PREFECTURES = range(1, 100)
MIN_LENGTH = 2  # characters of a place's name without its kind
KINDS = (
    "维吾尔自治区", "壮族自治区", "回族自治区", "特別行政區", "自治区", "省", "市", "地区", "盟",
)  # fmt: skip
PREFECTURE_KINDS = ("市", "地区", "盟", "自治州")
# What places call the office that registers businesses, since 2014 and before.
OFFICES = (
    "市场监督管理局", "行政审批局", "工商行政管理局", "市场监督管理委员会", "行政审批服务局",
    "市场和质量监督管理局", "市场和质量监督管理委员会", "审批服务管理局", "政务服务管理局",
)  # fmt: skip
SMALLER = ("区", "县", "路", "街", "镇", "乡", "村")  # 朝阳区 is not 朝阳市
_KIND = re.compile(f"(?:{'|'.join(KINDS)})(?![场民政])")  # 中山市, not 中山市场
_DIVISION = re.compile(r"[^路街道巷弄里号村院场店园]{1,8}?(?<![小社库片厂矿])[市区县旗]")


def load_regions() -> None:
    """Make the tables of places, which takes longer than a thousand lookups."""
    _provinces_of_names()
    _province_names()
    _cities()


def province_of_code(region: str) -> str | None:
    """The province of a six-digit region code, without its kind (广东), None where unknown.

    Codes of the central authorities (100000) belong to no province.
    """
    return _short(_named(region[:2]).get("province", "")) or None


def province_of_place(text: str) -> str | None:
    """The province in which a place or a name that begins with one lies, None where that is open.

    广东省深圳市…, 深圳市… and 深圳… are all of 广东; 朝阳区… is in several.
    """
    place = _place_at_start(text)
    return place[1] if place is not None else None


def province_of_address(text: str) -> str | None:
    """The province that an address or an office names, None where it names none.

    Streets are named after places (中山北路, 南京东路): a place counts with its kind (中山市) or
    where a division of it follows (深圳南山区).
    """
    place = _place_at_start(text)
    return place[1] if place is not None and is_said_to_be_a_place(place[0], text) else None


def is_said_to_be_a_place(name: str, text: str) -> bool:
    """Whether a text that begins with a place's name says what it is: 广东省, 深圳南山区."""
    rest = text[len(name) :]
    said = name.endswith(PREFECTURE_KINDS) or _KIND.match(rest) or _DIVISION.match(rest)
    return bool(said)


def place_at_start(text: str) -> str | None:
    """The province's or prefecture's name, without its kind, with which a text begins."""
    place = _place_at_start(text)
    return place[0] if place is not None else None


def names_of_province(province: str) -> frozenset[str]:
    """The names, without their kind, of a province (广东) and its prefectures."""
    return frozenset(name for name, own in _provinces_of_names().items() if own == province)


def city_of_code(region: str) -> str | None:
    """The prefecture of a six-digit region code, as printed (长沙市), None where there is none.

    Cities under the central government (北京) have none, nor have counties under a province.
    """
    name = _named(f"{region[:4]}00").get("county", "").rpartition("]")[2]
    return name if name.endswith(PREFECTURE_KINDS) else None


def city_of_place(text: str) -> str | None:
    """The prefecture with whose whole name a place begins, after its province or without it."""
    names = _cities()
    province = next((name for name in _province_names() if text.startswith(name)), "")
    for start in (text, text[len(province) :]):
        for length in range(max(map(len, names)), MIN_LENGTH, -1):
            if start[:length] in names:
                return start[:length]
    return None


@cache
def places_of_region(region: str) -> frozenset[str]:
    """The counties and districts of the prefecture of a six-digit region code, as print names them.

    With and without province and city: 江苏省苏州市虎丘区, 苏州市虎丘区, 虎丘区.
    """
    province = _named(region[:2]).get("province", "")
    city = city_of_code(region) or ""
    counties = {
        name.rpartition("]")[2]
        for number in range(1, 100)
        for name in _named(f"{region[:4]}{number:02}").get("county", "").split(",")
        if name
    }
    starts = {province + city, city or province, ""}
    return frozenset(start + county for county in counties for start in starts)


@cache
def offices_of_region(region: str) -> frozenset[str]:
    """The names that registering offices of the prefecture of a six-digit region code have."""
    city = city_of_code(region) or _named(region[:2]).get("province", "")
    places = {*places_of_region(region), city} - {""}
    return frozenset(place + kind for place in places for kind in OFFICES)


def region_of_place(text: str) -> str:
    """The region code of the prefecture that a place begins with, empty where it names none."""
    city = city_of_place(text)
    return "" if city is None else _regions_of_cities()[city]


def _place_at_start(text: str) -> tuple[str, str] | None:
    """The name of a place with which a text begins, and its province."""
    names = _provinces_of_names()
    for length in range(max(map(len, names)), MIN_LENGTH - 1, -1):
        name, rest = text[:length], text[length:]
        if name in names and not rest.startswith(SMALLER):
            return name, names[name]
    return None


@cache
def _cities() -> frozenset[str]:
    """Every prefecture, as printed; names that two provinces have are left out."""
    return frozenset(_regions_of_cities())


@cache
def _regions_of_cities() -> Mapping[str, str]:
    """The region code of each of these."""
    found: dict[str, set[str]] = defaultdict(set)
    for province in range(11, 83):
        for number in PREFECTURES:
            region = f"{province}{number:02}00"
            if city := city_of_code(region):
                found[city].add(region)
    provinces = {city: {region[:2] for region in regions} for city, regions in found.items()}
    return {city: min(found[city]) for city in found if len(provinces[city]) == 1}


@cache
def _province_names() -> tuple[str, ...]:
    """Names of provinces, whole ones before short ones."""
    whole = {_named(str(number)).get("province", "") for number in range(11, 83)} - {""}
    return tuple(sorted(whole | {_short(name) for name in whole}, key=len, reverse=True))


@cache
def _provinces_of_names() -> Mapping[str, str]:
    """Names of provinces and prefectures, without their kind, and the province of each."""
    codes = {number: province_of_code(f"{number}0000") for number in range(11, 83)}
    provinces = {number: province for number, province in codes.items() if province}
    cities: dict[str, set[str]] = defaultdict(set)
    for number, province in provinces.items():
        for city in _cities_of(number):
            cities[city].add(province)
    unique = {city: min(found) for city, found in cities.items() if len(found) == 1}
    long = {city: province for city, province in unique.items() if len(city) >= MIN_LENGTH}
    return long | {name: name for name in provinces.values()}


def _cities_of(province: int) -> list[str]:
    """The prefectures of a province's code, without their kind."""
    named = (_named(f"{province}{number:02}00").get("county", "") for number in PREFECTURES)
    return [_short(name.rpartition("]")[2]) for name in named if name.endswith(PREFECTURE_KINDS)]


def _named(region: str) -> dict[str, str]:
    parts = numdb.get("cn/loc").info(region)
    return {key: value for _, names in parts for key, value in names.items()}


def _short(name: str) -> str:
    return next((name.removesuffix(kind) for kind in KINDS if name.endswith(kind)), name)
