"""Which fields of a licence say that it is of another province than its code.

A place's name in print is not always where the business is: branches bear their parent's name,
brands and dishes are named after places, and so are streets.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ocr.document_types import AUTHORITY
from ocr.extraction.regions import (
    is_said_to_be_a_place,
    names_of_province,
    place_at_start,
    province_of_address,
    province_of_code,
    province_of_place,
)

NAME = "名称"
INDIVIDUAL = "92"  # GB 32100-2015, table 1
COMPANY = re.compile(r"公司|合伙|合作社|联社|企业|集团")
# What follows a parent's name (分公司, 分店, 营业部), or says that a shop is one of several.
BRANCH = re.compile(
    r"公司.*[^)]$(?<!公司)|分(?:公司|店|厂|行|部|社|院|校|所|场|支|中心)|支行|支公司|营业部|营业厅"
    r"|办事处|代表处|门市部|门店|专卖店|专营店|旗舰店|加盟店|连锁店|直营店"
)
# Prefectures whose names are wishes and words that brands of all provinces begin with.
WORDS = frozenset(
    (
        "三明", "中山", "保定", "吉安", "大同", "大庆", "安康", "安庆", "安顺", "宜春", "广安",
        "日照", "来宾", "泰安", "金昌", "长春", "长治", "永州", "白银", "通化", "宝鸡", "黄山",
    )
)  # fmt: skip


def fields_of_other_provinces(fields: Mapping[str, str], code: str) -> list[str]:
    """The fields that name a place of another province than the one in a credit code; in order.

    None where the code is of no province. `fields` are a licence's, as printed.
    """
    home = province_of_code(code[2:8])
    if home is None:
        return []
    named = {
        NAME: _province_of_name(fields.get(NAME, ""), code, home),
        "住所": province_of_address(fields.get("住所", "")),
        AUTHORITY: province_of_address(fields.get(AUTHORITY, "")),
    }
    return [field for field, province in named.items() if province not in (None, home)]


def _province_of_name(name: str, code: str, home: str) -> str | None:
    """The province that a name gives as its own, None where it gives none.

    Names of enterprises begin with their region, those of branches with their parent's name (rules
    on enterprise names of 2020, articles 7 and 13). Individual businesses are named after county or
    district, if after any; a city alone is then a dish or a brand. A name that also has a place of
    its own province is one of an elsewhere known brand.
    """
    place = place_at_start(name)
    if place is None or BRANCH.search(name):
        return None
    if any(own in name[len(place) :] for own in names_of_province(home)):
        return None
    if not is_said_to_be_a_place(place, name):
        is_company = not code.startswith(INDIVIDUAL) and COMPANY.search(name)
        if not is_company or place in WORDS:
            return None
    return province_of_place(name)
