"""What is printed on the forms: labels, the words that tell a form, what it must carry.

Licences: the portrait form of 2014 and the landscape form of 2019 (State Administration for Market
Regulation); identity cards: the second generation (GA 448).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

LICENCE, ID_FRONT, ID_BACK = "licence", "id_front", "id_back"
OTHER_DOCUMENT, NOT_A_DOCUMENT = "other_document", "not_a_document"

CODE, NUMBER, ISSUED = "统一社会信用代码", "公民身份号码", "发证日期"
SCOPE, AUTHORITY = "经营范围", "登记机关"
TITLE = "营业执照"
ADDRESSES = ("住址", "住所")
PRINCIPALS = ("法定代表人", "经营者", "负责人", "投资人", "执行事务合伙人")

# A field and the labels that announce it: the forms print one thing under several.
LABELS: Mapping[str, Mapping[str, Sequence[str]]] = {
    LICENCE: {
        CODE: (CODE,),
        "名称": ("名称",),
        "类型": ("类型",),
        **{label: (label,) for label in PRINCIPALS},
        SCOPE: ("经营范围", "业务范围"),
        "注册资本": ("注册资本", "成员出资总额", "出资额"),
        "成立日期": ("成立日期", "注册日期"),
        "营业期限": ("营业期限", "合伙期限"),
        "住所": ("主要经营场所", "经营场所", "营业场所", "住所"),
        "组成形式": ("组成形式",),
        AUTHORITY: ("登记机关",),
    },
    ID_FRONT: {
        "姓名": ("姓名",),
        "性别": ("性别",),
        "民族": ("民族",),
        "出生": ("出生",),
        "住址": ("住址",),
        NUMBER: (NUMBER,),
    },
    ID_BACK: {"签发机关": ("签发机关",), "有效期限": ("有效期限",)},
}
SIGNS: Mapping[str, Sequence[str]] = {
    LICENCE: (TITLE, CODE, SCOPE, "业务范围", AUTHORITY, "成立日期", "注册日期", *PRINCIPALS),
    ID_FRONT: ("姓名", "性别", "民族", "出生", "住址", NUMBER),
    ID_BACK: ("居民身份证", "签发机关", "有效期限", "中华人民共和国"),
}  # fmt: skip
REQUIRED: Mapping[str, Sequence[str]] = {
    LICENCE: (CODE, "名称", "类型", "principal"),
    ID_FRONT: ("姓名", "出生", "住址", NUMBER),  # the number tells the sex too
    ID_BACK: ("签发机关", "有效期限"),
}
# Only one line of these is ever printed.
SINGLE = {
    "性别",
    "民族",
    "出生",
    "姓名",
    "成立日期",
    NUMBER,
    CODE,
    "组成形式",
    "注册资本",
    "经营者",
}
# Hints and imprints of the forms, by pieces that survive a poor reading.
FURNITURE = (
    "营业执照", "副本", "正本", "编号", "二维码", "更多登记", "许可、监", "管信息", "gsxt",
    "企业信用", "信息公示", "公示系统", "市场主体应当", "每年1月1日", "年度报告",
    "国家市场监督", "国家工商", "总局监制", "SCJDG",
)  # fmt: skip
LEAST_SIGNS = 2
# Permits and certificates share labels with licences; these are on licences alone.
STRONG = {LICENCE: (TITLE, CODE)}
WITHOUT_STRONG = 5


def signs_of(text: str) -> dict[str, frozenset[str]]:
    """By kind of document, those of its own words that a text shows."""
    return {
        kind: frozenset(word for word in words if word in text) for kind, words in SIGNS.items()
    }


def is_furniture(text: str) -> bool:
    """Whether every sheet of a form carries a line, so that it need not be read well."""
    return any(words in text for words in FURNITURE)
