"""Values without what was read into them by mistake."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from ocr.document_types import SCOPE
from ocr.extraction.dates import DATE, completed_date
from ocr.extraction.values import Value

SEXES = "男女"


def tidied(values: Mapping[str, Value]) -> dict[str, Value]:
    """Fields without their neighbours' text, with the punctuation that is printed; none empty."""
    tidy = {name: replace(v, text=_TIDY.get(name, str)(v.text)) for name, v in values.items()}
    return {name: value for name, value in tidy.items() if value.text}


def _up_to(*stops: str) -> Callable[[str], str]:
    def cut(text: str) -> str:
        for stop in stops:
            text = text.split(stop)[0]
        return text

    return cut


def _first_date(text: str) -> str:
    found = DATE.search(text)
    return completed_date(found[0]) if found else text


def _name(text: str) -> str:
    """A name with the interpunct of GB 13000 between its parts, however it was read."""
    return re.sub(r"(?<=[\u3400-\u9fff])[.,•・‧](?=[\u3400-\u9fff])", "·", text.split("性别")[0])


def _scope(text: str) -> str:
    """The scope's own punctuation: items end in semicolons, colons follow a heading of items.

    Headings are 一般项目 and 许可项目, and until 2019 ways of doing business, as 批发、零售.
    """
    text = re.sub(r":", lambda colon: ":" if _HEADING.search(text[: colon.start()]) else ";", text)
    text = re.sub(r"(?<=[\u4e00-\u9fff])[.·](?=[\u4e00-\u9fff])", ",", text)
    text = text.replace("·", "。")
    open_at_end = text.rfind("(") > text.rfind(")")
    return text + ")" if open_at_end and "经营活动" in text[text.rfind("(") :] else text


_HEADING = re.compile(
    r"(?:项目|(?:^|[^\u3400-\u9fff])(?:批发|零售|销售|服务|加工|生产|制造|维修))$"
)
_TIDY: Mapping[str, Callable[[str], str]] = {
    "性别": lambda text: next((sex for sex in text if sex in SEXES), text[:1]),
    "民族": _up_to("出生", "住址"),
    "姓名": _name,
    "类型": lambda text: re.sub(r"^[^\u3400-\u9fff]+", "", text),  # the paper's pattern
    "出生": _up_to("住址"),
    "成立日期": _first_date,
    SCOPE: _scope,
}
