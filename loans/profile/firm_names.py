"""The part of a firm's name that tells its trade. Pure.

A Chinese firm name is `place + brand + trade + legal form` (企业名称登记管理规定, 2020, art. 6).
"""

from __future__ import annotations

import re

from loans.profile.lexicon import plain

_BRACKETED = re.compile(r"[(\[【{][^)\]】}]*[)\]】}]")
_LEGAL_FORM = re.compile(
    r"(?:股份有限公司|有限责任公司|有限公司|股份公司|集团公司|总公司|公司|合伙企业|个人独资企业|普通合伙"
    r"|有限合伙|特殊普通合伙|股份合作|专业合作社联合社)+$"
)
_BRANCH = re.compile(
    r"(?:第?[一二三四五六七八九十\d]+)?(?:分公司|分店|分部|分社|分院|支行|营业部|办事处)$"
)
_PLACE = re.compile(
    r"^(?:[^市省区县]{2,3}省|[^市]{2,4}自治区)?(?:[^市区县]{2,4}市)?(?:[^区县市]{1,3}(?:新区|区|县|旗))?"
    r"(?:[^区县市镇]{2,3}(?:镇|街道))?"
)
_NO_PLACE = re.compile(r"(?:社|小|园|景|校|商|夜|菜|超|城)$")
_INDIVIDUAL = ("个体", "个人独资", "家庭")


def trade_part(name: str) -> str:
    """A name without place, brackets, branch and legal form, as `plain` writes it.

    The brand stays: nothing tells where it ends.
    """
    text = _BRACKETED.sub("", plain(name))
    text = _LEGAL_FORM.sub("", _BRANCH.sub("", text))
    place = _PLACE.match(text)
    if place is None or place.end() >= len(text) or _NO_PLACE.search(place.group()[:-1]):
        return text
    return text[place.end() :]


def is_individual(name: str, business_type: str) -> bool:
    """Whether one person runs it: by the licence's type, else by a name that is of no company."""
    if business_type:
        return any(word in business_type for word in _INDIVIDUAL)
    return "公司" not in name
