"""Types of business as registries print them, and under which label each names who acts for it.

The types are those of the State Administration for Market Regulation's list of kinds of registered
entities (市场主体类型), as far as owners of small businesses have them.
"""

from __future__ import annotations

import re
from itertools import product

LIMITED, JOINT_STOCK = "有限责任公司", "股份有限公司"
_LIMITED_NOTES = (
    "自然人独资",
    "自然人投资或控股",
    "自然人投资或控股的法人独资",
    "非自然人投资或控股的法人独资",
    "法人独资",
    "国有独资",
    "国有控股",
    "外商投资企业法人独资",
    "外国法人独资",
    "外国自然人独资",
    "外商合资",
    "外商投资、非独资",
    "外商投资企业投资",
    "中外合资",
    "台港澳与境内合资",
    "台港澳法人独资",
    "台港澳自然人独资",
    "港澳台投资、非独资",
    "港澳台法人独资",
)
_STOCK_NOTES = (
    "上市",
    "非上市",
    "上市、自然人投资或控股",
    "非上市、自然人投资或控股",
    "上市、国有控股",
    "非上市、国有控股",
    "上市、外商投资企业投资",
    "非上市、外商投资企业投资",
    "中外合资、上市",
    "中外合资、未上市",
)
_BRANCH = ("", "分公司")
TYPES = (
    "个体工商户",
    "个人独资企业",
    "个人独资企业分支机构",
    "普通合伙企业",
    "特殊普通合伙企业",
    "有限合伙企业",
    "合伙企业分支机构",
    "外商投资有限合伙企业",
    "农民专业合作社",
    "农民专业合作社联合社",
    "农民专业合作社分支机构",
    "一人有限责任公司",
    "其他有限责任公司",
    "其他有限责任公司分公司",
    "其他股份有限公司(非上市)",
    "其他股份有限公司分公司(非上市)",
    "全民所有制",
    "集体所有制",
    "股份合作制",
    "联营",
    *(f"{LIMITED}{part}" for part in _BRANCH),
    *(f"{JOINT_STOCK}{part}" for part in _BRANCH),
    *(f"{LIMITED}{part}({note})" for part, note in product(_BRANCH, _LIMITED_NOTES)),
    *(f"{JOINT_STOCK}{part}({note})" for part, note in product(_BRANCH, _STOCK_NOTES)),
)

_PRINCIPALS = (
    (re.compile("个体工商户"), "经营者"),
    (re.compile("分公司|分支机构"), "负责人"),
    (re.compile("个人独资企业"), "投资人"),
    (re.compile("合伙企业"), "执行事务合伙人"),
)


def principal_label(kind: str) -> str:
    """The label under which a business of this type names who acts for it."""
    found = (label for pattern, label in _PRINCIPALS if pattern.search(kind))
    return next(found, "法定代表人")
