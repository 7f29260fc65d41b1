"""Names of firms: place, name proper, legal form and branch, and how one is another's writing.

企业名称登记管理规定 (2020), art. 6: a name is made of place, name, trade and form; the place may
stand in brackets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from kyc.lists.names.characters import standard, visible, words
from kyc.lists.names.writing import Writing
from ocr.extraction.regions import place_at_start

MAX_PLACES = 3  # province, city, county
MIN_CORE = 2  # characters of a name proper
_KIND = re.compile(r"^(?:特别行政区|(?:[壮回]族|维吾尔)?自治区|自治州|地区|省|市|盟)")
_COUNTY = re.compile(r"^[^市县区旗]{1,3}?(?:自治县|新区|区|县|市|旗)")
_BRACKETED = re.compile(r"\(([^)]*)\)?")
_NO_LETTER = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class FirmName:
    """A firm's name without its legal form; `place` and `branch` are empty where it says none."""

    place: str
    core: str
    branch: str = ""

    @property
    def characters(self) -> str:
        """The characters of the name proper in one order: brackets move parts of it."""
        return "".join(sorted(self.core))


def read_firm(text: str) -> FirmName | None:
    """A firm's name, whichever way it is written; None for none."""
    name = standard(visible(text)).upper()
    name = re.sub(r"[\[{<《【〔]", "(", name)
    name = re.sub(r"[\]}>》】〕]", ")", name)
    remarks = words()["form_remarks"]
    inside = [one for one in _BRACKETED.findall(name) if one.strip() and one not in remarks]
    bare = _bare(_BRACKETED.sub("", name))
    places = [one for one in map(_bare, inside) if _is_place(one)]
    bare, others = _joined(bare, [one for one in map(_bare, inside) if not _is_place(one)])
    bare, branch = _without_branch(bare)
    place, rest = _without_place(bare)
    form = _form_of(rest)
    core = rest.removesuffix(form)
    if len(core) < MIN_CORE:  # the place is the name: 北京饭店
        core = bare.removesuffix(form)
    place = place or next((_without_place(one)[0] for one in places), "")
    return FirmName(place, core, branch or others) if core else None


def writing_of(asked: FirmName, listed: FirmName) -> Writing | None:
    """How what is asked is written, if it may be the listed firm; None if it is another."""
    if asked.characters != listed.characters:
        return None
    if asked.place and listed.place and asked.place != listed.place:
        return Writing.OTHER_PLACE
    if asked.branch != listed.branch:
        return Writing.BRANCH
    return Writing.SAME if asked.place == listed.place else Writing.WITHOUT_PLACE


def _joined(bare: str, inside: list[str]) -> tuple[str, str]:
    """A name with what its brackets hold, and the branch that they name: 佳禾餐厅(城北店)."""
    branches = [one for one in inside if one.endswith((*_longest("branches"), "店"))]
    names = [one for one in inside if one not in branches]
    return "".join([*names, bare]), "".join(branches)


def _without_branch(name: str) -> tuple[str, str]:
    """A firm's name, and that of its branch: what follows its legal form."""
    found = [name.find(form) + len(form) for form in _longest("legal_forms") if form in name[2:]]
    for end in sorted(found, reverse=True):
        branch = name[end:]
        if branch and branch.endswith(_longest("branches")):
            return name[:end], branch
    return name, ""


def _without_place(name: str) -> tuple[str, str]:
    """The smallest province or city with which a name begins, and what follows it."""
    place, rest = "", name
    for _ in range(MAX_PLACES):
        found = place_at_start(rest)
        if found is None:
            break
        place, rest = found, rest[len(found) :]
        kind = _KIND.match(rest)
        rest = rest[kind.end() :] if kind else rest
    county = _COUNTY.match(rest) if place else None
    if county is not None and len(rest) - county.end() >= MIN_CORE:
        rest = rest[county.end() :]
    return place, rest


def _is_place(text: str) -> bool:
    place, rest = _without_place(text)
    return bool(place) and not rest


def _form_of(name: str) -> str:
    return next((form for form in _longest("legal_forms") if name.endswith(form)), "")


def _longest(kind: str) -> tuple[str, ...]:
    found: Iterable[str] = words()[kind]
    return tuple(sorted(found, key=len, reverse=True))


def _bare(text: str) -> str:
    return _NO_LETTER.sub("", text)
