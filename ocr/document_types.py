"""The kinds of document and what is printed on their forms.

Licences: the portrait form of 2014 and the landscape form of 2019 (State Administration for Market
Regulation); identity cards: the second generation (GA 448).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from core.reasons import Reason


class DocumentType(StrEnum):
    """What a photo shows. The last two have no fields."""

    LICENCE = "licence"
    ID_FRONT = "id_front"
    ID_BACK = "id_back"
    OTHER_DOCUMENT = Reason.OTHER_DOCUMENT.value
    NOT_A_DOCUMENT = Reason.NOT_A_DOCUMENT.value


# Names of fields: as they are printed, or the commonest of several labels.
CREDIT_CODE, ID_NUMBER, ISSUE_DATE = "统一社会信用代码", "公民身份号码", "发证日期"
CODES = (CREDIT_CODE, ID_NUMBER)
FIRM_NAME, SCOPE, AUTHORITY = "名称", "经营范围", "登记机关"
NATIONALITY, ISSUER = "民族", "签发机关"  # the ethnic group; the police that issued a card
TERM = "营业期限"
TITLE = "营业执照"
NAME = "姓名"  # of a card's holder
ADDRESSES = ("住址", "住所")
PRINCIPALS = ("法定代表人", "经营者", "负责人", "投资人", "执行事务合伙人")
PRINCIPAL = "principal"  # stands for whichever of these a licence shows

# A field and the labels that announce it: the forms print one thing under several.
# Cities that register 商事主体 print 主体类型 for 类型, sheets from before 2014 others.
LABELS: Mapping[DocumentType, Mapping[str, Sequence[str]]] = {
    DocumentType.LICENCE: {
        CREDIT_CODE: (CREDIT_CODE,),
        "名称": ("字号名称", "名称"),
        "类型": (
            "商事主体类型",
            "市场主体类型",
            "主体类型",
            "企业类型",
            "公司类型",
            "经济类型",
            "企业性质",
            "经济性质",
            "组织形式",
            "类型",
        ),
        **{label: (f"{label}姓名", label) for label in PRINCIPALS},  # with 姓名 until 2014
        SCOPE: ("经营范围及方式", "经营范围", "业务范围"),
        "注册资本": ("注册资本", "成员出资总额", "出资额"),
        "成立日期": ("成立日期", "注册日期"),
        "营业期限": ("营业期限", "合伙期限", "经营期限"),
        "住所": ("主要经营场所", "经营场所", "营业场所", "住所"),
        "组成形式": ("组成形式",),
        AUTHORITY: ("登记机关",),
    },
    DocumentType.ID_FRONT: {
        "姓名": ("姓名",),
        "性别": ("性别",),
        "民族": ("民族",),
        "出生": ("出生",),
        "住址": ("住址",),
        ID_NUMBER: (ID_NUMBER,),
    },
    DocumentType.ID_BACK: {"签发机关": ("签发机关",), "有效期限": ("有效期限",)},
}
# Words that are printed on every sheet of a kind.
KEYWORDS: Mapping[DocumentType, Sequence[str]] = {
    DocumentType.LICENCE: (
        TITLE, CREDIT_CODE, SCOPE, "业务范围", AUTHORITY, "成立日期", "注册日期", *PRINCIPALS,
    ),
    DocumentType.ID_FRONT: ("姓名", "性别", "民族", "出生", "住址", ID_NUMBER),
    DocumentType.ID_BACK: ("居民身份证", "签发机关", "有效期限", "中华人民共和国"),
}  # fmt: skip
# Titles of papers that look like an identity card, by a part that survives a poor reading.
TEMPORARY_CARD, RESIDENCE_PERMIT = "临时居民", "居民居住证"
# Permits and certificates share labels with licences; these are on licences alone.
DISTINCTIVE_KEYWORDS = {DocumentType.LICENCE: (TITLE, CREDIT_CODE)}
REQUIRED: Mapping[DocumentType, Sequence[str]] = {
    DocumentType.LICENCE: (CREDIT_CODE, "名称", "类型", PRINCIPAL),
    DocumentType.ID_FRONT: ("姓名", "出生", "住址", ID_NUMBER),  # the number implies the sex too
    DocumentType.ID_BACK: ("签发机关", "有效期限"),
}
# By what a field is called outside of this package; whatever a form calls its principal is one.
FIELD_CODES: Mapping[str, str] = {
    CREDIT_CODE: "credit_code",
    "名称": "firm_name",
    "类型": "firm_type",
    PRINCIPAL: PRINCIPAL,
    **dict.fromkeys(PRINCIPALS, PRINCIPAL),
    SCOPE: "scope",
    "注册资本": "capital",
    "成立日期": "founded",
    TERM: "term",
    "住所": "premises",
    "组成形式": "composition",
    AUTHORITY: "registrar",
    ISSUE_DATE: "issue_date",
    NAME: "name",
    "性别": "sex",
    "民族": "nationality",
    "出生": "birth",
    "住址": "home",
    ID_NUMBER: "id_number",
    "签发机关": "issuer",
    "有效期限": "validity",
}
# Only one line of these is ever printed.
SINGLE_LINE = {
    "性别",
    "民族",
    "出生",
    "姓名",
    "成立日期",
    ID_NUMBER,
    CREDIT_CODE,
    "组成形式",
    "注册资本",
    "经营者",
}
# Hints and imprints of the forms, by parts that survive a poor reading.
BOILERPLATE = (
    "营业执照", "副本", "正本", "编号", "二维码", "更多登记", "许可、监", "管信息", "gsxt",
    "企业信用", "信息公示", "公示系统", "市场主体应当", "每年1月1日", "年度报告",
    "国家市场监督", "国家工商", "总局监制", "SCJDG",
)  # fmt: skip

# Of these a recogniser may be in doubt about a character: another word would not look like them.
_PRINTED = frozenset(
    [text for fields in LABELS.values() for texts in fields.values() for text in texts]
    + [word for words in KEYWORDS.values() for word in words]
)

Keywords = Mapping[DocumentType, frozenset[str]]


def keywords_in(text: str) -> dict[DocumentType, frozenset[str]]:
    """By kind of document, those of its keywords that a text contains."""
    return {
        kind: frozenset(word for word in words if word in text) for kind, words in KEYWORDS.items()
    }


def is_boilerplate(text: str) -> bool:
    """Whether every sheet of a form carries a line, so that it need not be read well.

    A label alone on its line, read whole, or a line with a part of the forms' hints.
    """
    return text in _PRINTED or any(words in text for words in BOILERPLATE)
