"""What the fields of a document say against each other, its codes and the day."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import cv2
import numpy as np
import zxingcpp

from ocr.document_types import (
    ADDRESSES,
    AUTHORITY,
    CODE,
    ID_FRONT,
    LICENCE,
    NUMBER,
    PRINCIPALS,
    REQUIRED,
)
from ocr.extraction.regions import province_of_code, province_of_place
from ocr.extraction.values import Value
from ocr.identifiers import CODE_PATTERN, is_valid_code, is_valid_credit_code, read_date
from ocr.identifiers import read_identity_number as read_number
from ocr.preprocess.decode import RGB
from ocr.validation.flags import Corners, Flag

Fields = Mapping[str, str]


@dataclass(frozen=True)
class EdgeRules:
    """Line heights between text and the picture's edge; from the policy.

    A field nearer than `cut` goes on outside. Where a field is missing and any text is nearer than
    `cut_beside`, the sheet was cut there: sheets have wider margins.
    """

    cut: float
    cut_beside: float


@dataclass(frozen=True)
class BeliefRules:
    """What a field must be to be what is printed; from the policy.

    A code with a wrong check character and a character less sure than `least_code_confidence` was
    misread, not misprinted; of an address of fewer than `shortest_address` characters a part was
    not seen.
    """

    least_code_confidence: float
    shortest_address: int


def kind_flags(kind: str, fields: Fields, qr_code: str | None, today: date) -> list[Flag]:
    """What is wrong with the fields of a licence or an identity card.

    `qr_code` is the credit code that the picture's QR code names, where it could be read.
    """
    if kind == LICENCE:
        return _licence_flags(fields, qr_code, today)
    return _id_front_flags(fields) if kind == ID_FRONT else _id_back_flags(fields, today)


def is_believable(name: str, value: Value, rules: BeliefRules) -> bool:
    """Whether a field can be what is printed, however sure its characters were read."""
    if name in (CODE, NUMBER):
        return is_valid_code(value.text) or value.confidence >= rules.least_code_confidence
    return name not in ADDRESSES or len(value.text) >= rules.shortest_address


def repairs(values: Mapping[str, Value], quads: Mapping[str, Sequence[Corners]]) -> list[Flag]:
    """`code_repaired` for each code that was corrected, with what was read before."""
    return [
        Flag("code_repaired", quads[name][0], {"read": value.repaired_from, "proposed": value.text})
        for name, value in values.items()
        if value.repaired_from is not None
    ]


def missing_fields(
    kind: str,
    fields: Fields,
    quads: Mapping[str, Sequence[Corners]],
    photo: RGB,
    rules: EdgeRules,
) -> tuple[str, ...]:
    """What a document of this kind must show and does not, or not to its end.

    A code that the picture's edge touches is whole where its check character is right.
    """
    cut = {name for name, parts in quads.items() if _nearest(parts, photo) < rules.cut}
    whole = {n for n in fields if n not in cut or is_valid_code(fields[n])}
    known = {*whole, *("principal" for label in PRINCIPALS if label in whole)}
    return tuple(name for name in REQUIRED[kind] if name not in known)


def cut_off(
    quads: Mapping[str, Sequence[Corners]],
    lines: Sequence[Corners],
    missing: Sequence[str],
    photo: RGB,
    rules: EdgeRules,
) -> list[Flag]:
    """`incomplete` where the picture's edge cuts a field, or stands where one should be."""
    fields = [quad for parts in quads.values() for quad in parts]
    nearest = min(fields, key=lambda quad: _edge_space(quad, photo), default=None)
    if nearest is not None and _edge_space(nearest, photo) < rules.cut:
        return [Flag("incomplete", nearest, {"edge_space": round(_edge_space(nearest, photo), 2)})]
    around = _nearest(lines, photo)
    if missing and around < rules.cut_beside:
        return [Flag("incomplete", None, {"edge_space": round(around, 2), "missing": missing[0]})]
    return []


def _nearest(quads: Sequence[Corners], photo: RGB) -> float:
    """The least space between any of the lines and the edge; 0 where there are none."""
    return min((_edge_space(quad, photo) for quad in quads), default=0.0)


def _edge_space(quad: Corners, photo: RGB) -> float:
    """Line heights from a line to the picture's edge."""
    corners = np.array(quad)
    height, width = photo.shape[:2]
    space = min(corners.min(), width - corners[:, 0].max(), height - corners[:, 1].max())
    return float(space / max(float(np.linalg.norm(corners[3] - corners[0])), 1.0))


def read_qr_code(image: RGB) -> str | None:
    """The credit code that the picture's QR code names, if it can be read."""
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    codes = zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormat.QRCode)
    found = CODE_PATTERN.search(" ".join(code.text for code in codes))
    return found[0] if found else None


def _licence_flags(fields: Fields, qr_code: str | None, today: date) -> list[Flag]:
    flags = []
    code = fields.get(CODE)
    if code and not is_valid_credit_code(code):
        flags.append(Flag("code_check_digit_invalid"))
    if code and qr_code and qr_code != code:
        flags.append(Flag("qr_mismatch"))
    flags += _region_flags(fields, code) if code else []
    _, until, last_day = fields.get("营业期限", "").partition("至")
    end = read_date(last_day) if until else None
    if end and end < today:
        flags.append(Flag("expired"))
    return flags


def _region_flags(fields: Fields, code: str) -> list[Flag]:
    """`region_differs` where name, place or office are of another province than the code."""
    home = province_of_code(code[2:8])
    places = {
        name: province_of_place(fields[name])
        for name in ("名称", "住所", AUTHORITY)
        if name in fields
    }
    others = {name: place for name, place in places.items() if place not in (None, home)}
    if home is None or not others:
        return []
    return [Flag("region_differs", measures={CODE: home, **{k: v for k, v in others.items() if v}})]


def _id_front_flags(fields: Fields) -> list[Flag]:
    flags = []
    number = read_number(fields.get(NUMBER, ""))
    if number and not number.check_digit_valid:
        flags.append(Flag("id_check_digit_invalid"))
    birth = read_date(fields.get("出生", ""))
    if number and birth and number.birth != birth:
        flags.append(Flag("id_birth_mismatch"))
    if number and fields.get("性别") in {"男", "女"} and fields["性别"] != number.sex:
        flags.append(Flag("id_sex_mismatch"))
    return flags


def _id_back_flags(fields: Fields, today: date) -> list[Flag]:
    flags = []
    dates = re.findall(r"\d{4}\.\d{1,2}\.\d{1,2}", fields.get("有效期限", ""))
    end = read_date(dates[-1]) if len(dates) == 2 else None
    if end and end < today:
        flags.append(Flag("expired"))
    return flags
