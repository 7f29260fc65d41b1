"""`DocumentReader.read`: what a photo shows, and every field that can be read from it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import cv2
import numpy as np
import zxingcpp

from ocr.codes import CODE_PATTERN, NUMBER_PATTERN, is_valid_credit_code, read_date
from ocr.codes import read_identity_number as read_number
from ocr.image import RGB, sharpness
from ocr.layout import Value, values_beside_labels
from ocr.lines import Line, LineReader

LICENCE, ID_FRONT, ID_BACK = "licence", "id_front", "id_back"
OTHER_DOCUMENT, NOT_A_DOCUMENT = "other_document", "not_a_document"

PRINCIPALS = ("法定代表人", "经营者", "负责人", "投资人", "执行事务合伙人")
LABELS: Mapping[str, Mapping[str, Sequence[str]]] = {
    LICENCE: {
        "统一社会信用代码": ("统一社会信用代码",),
        "名称": ("名称",),
        "类型": ("类型",),
        **{label: (label,) for label in PRINCIPALS},
        "经营范围": ("经营范围",),
        "注册资本": ("注册资本", "出资额", "成员出资总额"),
        "成立日期": ("成立日期", "注册日期"),
        "营业期限": ("营业期限", "合伙期限"),
        "住所": ("主要经营场所", "经营场所", "营业场所", "住所"),
        "组成形式": ("组成形式",),
        "登记机关": ("登记机关",),
    },
    ID_FRONT: {
        "姓名": ("姓名",),
        "性别": ("性别",),
        "民族": ("民族",),
        "出生": ("出生",),
        "住址": ("住址",),
        "公民身份号码": ("公民身份号码",),
    },
    ID_BACK: {"签发机关": ("签发机关",), "有效期限": ("有效期限",)},
}
SIGNS: Mapping[str, Sequence[str]] = {
    LICENCE: ("营业执照", "统一社会信用代码", "经营范围", "登记机关", "成立日期", *PRINCIPALS),
    ID_FRONT: ("姓名", "性别", "民族", "住址", "公民身份号码"),
    ID_BACK: ("居民身份证", "签发机关", "有效期限", "中华人民共和国"),
}
REQUIRED: Mapping[str, Sequence[str]] = {
    LICENCE: ("统一社会信用代码", "名称", "类型", "principal"),
    ID_FRONT: ("姓名", "出生", "住址", "公民身份号码"),  # the number tells the sex too
    ID_BACK: ("签发机关", "有效期限"),
}
LEAST_SIGNS = 2
LEAST_LINES = 4


@dataclass(frozen=True)
class DocumentReading:
    """What one photo shows.

    `fields` hold the printed text; `confidence` the recogniser's weakest line a field, 0..1;
    `flags` what a reviewer must know; `turn` the degrees, clockwise, by which the photo was
    turned to be read; `sharpness` as `ocr.image.sharpness` measures it.
    """

    kind: str
    fields: Mapping[str, str]
    confidence: Mapping[str, float]
    flags: tuple[str, ...]
    turn: int
    sharpness: float
    quads: Mapping[str, tuple[tuple[tuple[float, float], ...], ...]] = field(default_factory=dict)

    @property
    def principal(self) -> str | None:
        return next((self.fields[label] for label in PRINCIPALS if label in self.fields), None)

    @property
    def weakest(self) -> float:
        return min(self.confidence.values(), default=0.0)


class DocumentReader:
    """Reads photos of licences and identity cards. One instance a process, one photo at a time."""

    def __init__(self, models: Path, longest_side: int = 1280) -> None:
        self._lines = LineReader(models / "ocr/det", models / "ocr/rec", longest_side)

    def read(self, image: RGB, today: date, expected: str | None = None) -> DocumentReading:
        """The reading of an upright or turned RGB photo, uint8 (height, width, 3).

        `expected` is the slot that the photo was sent for: another kind in it is flagged, never
        forced. Fields that cannot be read are left out.
        """
        turn, lines = self._read_upright(image)
        kind = _kind(lines)
        values = _values(kind, lines)
        fields = {name: value.text for name, value in values.items()}
        flags = _flags(kind, fields, image, today)
        if expected and kind != expected:
            flags.append("wrong_document" if kind in LABELS else kind)
        return DocumentReading(
            kind=kind,
            fields=fields,
            confidence={name: value.confidence for name, value in values.items()},
            flags=tuple(dict.fromkeys(flags)),
            turn=turn,
            sharpness=sharpness(image),
            quads={name: value.quads for name, value in values.items()},
        )

    def _read_upright(self, image: RGB) -> tuple[int, tuple[Line, ...]]:
        """The turn whose lines show the most signs of a document; upright is tried first."""
        best = (0, self._lines.read(image))
        most = _most_signs(best[1])
        standing = _lines_stand(best[1])
        for turn in (90, 270, 180) if standing else (180, 90, 270):
            if most >= LEAST_SIGNS or len(best[1]) == 0:
                break
            lines = self._lines.read(turned(image, turn))
            if _most_signs(lines) > most:
                best, most = (turn, lines), _most_signs(lines)
        return best


def turned(image: RGB, degrees: int) -> RGB:
    """The image turned clockwise by a multiple of 90 degrees."""
    return np.ascontiguousarray(np.rot90(image, -degrees // 90))


def _signs(lines: Sequence[Line], kind: str) -> int:
    text = "\n".join(line.text for line in lines)
    return sum(sign in text for sign in SIGNS[kind])


def _most_signs(lines: Sequence[Line]) -> int:
    return max(_signs(lines, kind) for kind in SIGNS)


def _lines_stand(lines: Sequence[Line]) -> bool:
    tall = sum(
        np.ptp([y for _, y in line.quad]) > np.ptp([x for x, _ in line.quad]) for line in lines
    )
    return bool(2 * tall > len(lines))


def _kind(lines: Sequence[Line]) -> str:
    kind = max(SIGNS, key=lambda kind: _signs(lines, kind) / len(SIGNS[kind]))
    if _signs(lines, kind) >= LEAST_SIGNS:
        return kind
    return OTHER_DOCUMENT if len(lines) >= LEAST_LINES else NOT_A_DOCUMENT


def _values(kind: str, lines: Sequence[Line]) -> dict[str, Value]:
    if kind not in LABELS:
        return {}
    values = values_beside_labels(lines, LABELS[kind])
    for name, tidy in _TIDY.items():
        if name in values:
            values[name] = replace(values[name], text=tidy(values[name].text))
    if kind == LICENCE:
        _take_pattern(values, "统一社会信用代码", CODE_PATTERN, lines)
        _take_issue_date(values, lines)
    if kind == ID_FRONT:
        _take_pattern(values, "公民身份号码", NUMBER_PATTERN, lines)
    return {name: value for name, value in values.items() if value.text}


def _take_pattern(
    values: dict[str, Value], name: str, pattern: re.Pattern[str], lines: Sequence[Line]
) -> None:
    """A code is known by its form, wherever on the page it stands."""
    for line in lines:
        found = pattern.search(line.text.upper())
        if found:
            values[name] = Value(found[0], line.confidence, (line.quad,))
            return
    values.pop(name, None)


def _take_issue_date(values: dict[str, Value], lines: Sequence[Line]) -> None:
    """The issue date has no label: it is the date that stands alone, lowest on the sheet."""
    used = "".join(values[name].text for name in ("成立日期", "营业期限") if name in values)
    alone = [line for line in lines if re.match(r"\d{4}年", line.text) and line.text not in used]
    if alone and read_date(alone[-1].text):
        line = alone[-1]
        text = line.text if line.text.endswith("日") else line.text + "日"
        values["发证日期"] = Value(text, line.confidence, (line.quad,))


def _before(*stops: str) -> Callable[[str], str]:
    def cut(text: str) -> str:
        for stop in stops:
            text = text.split(stop)[0]
        return text

    return cut


_TIDY: Mapping[str, Callable[[str], str]] = {
    "性别": lambda text: text[:1],
    "民族": _before("出生", "住址"),
    "姓名": _before("性别"),
    "出生": _before("住址"),
    "成立日期": lambda text: (re.search(r"\d{4}年\d+月\d+日", text) or [text])[0],
}


def _flags(kind: str, fields: Mapping[str, str], image: RGB, today: date) -> list[str]:
    if kind == LICENCE:
        return _licence_flags(fields, image, today)
    if kind == ID_FRONT:
        return _id_front_flags(fields)
    if kind == ID_BACK:
        return _id_back_flags(fields, today)
    return []


def _licence_flags(fields: Mapping[str, str], image: RGB, today: date) -> list[str]:
    flags = []
    code = fields.get("统一社会信用代码")
    if code and not is_valid_credit_code(code):
        flags.append("code_check_digit_invalid")
    printed = CODE_PATTERN.search(_qr_text(image))
    if code and printed and printed[0] != code:
        flags.append("qr_mismatch")
    end = read_date(fields.get("营业期限", "").split("至")[-1])
    if end and end < today:
        flags.append("expired")
    known = {*fields, *("principal" for label in PRINCIPALS if label in fields)}
    if any(name not in known for name in REQUIRED[LICENCE]):
        flags.append("incomplete")
    return flags


def _id_front_flags(fields: Mapping[str, str]) -> list[str]:
    flags = []
    number = read_number(fields.get("公民身份号码", ""))
    if number and not number.check_digit_valid:
        flags.append("id_check_digit_invalid")
    birth = read_date(fields.get("出生", ""))
    if number and birth and number.birth != birth:
        flags.append("id_birth_mismatch")
    if number and fields.get("性别") in {"男", "女"} and fields["性别"] != number.sex:
        flags.append("id_sex_mismatch")
    if any(name not in fields for name in REQUIRED[ID_FRONT]):
        flags.append("incomplete")
    return flags


def _id_back_flags(fields: Mapping[str, str], today: date) -> list[str]:
    flags = []
    dates = re.findall(r"\d{4}\.\d{1,2}\.\d{1,2}", fields.get("有效期限", ""))
    end = read_date(dates[-1]) if len(dates) == 2 else None
    if end and end < today:
        flags.append("expired")
    if any(name not in fields for name in REQUIRED[ID_BACK]):
        flags.append("incomplete")
    return flags


def _qr_text(image: RGB) -> str:
    codes = zxingcpp.read_barcodes(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY))
    return " ".join(code.text for code in codes)
