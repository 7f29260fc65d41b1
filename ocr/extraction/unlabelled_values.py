"""Values whose labels are outside of the picture, or hidden: known by the form.

A sheet that is cut at its left still shows its values. Licences print them in one column, the
name above the type, under which stand the others; a type of business is known by its words, a day,
a term, a sum of money and an address by their form, a person's name by its length.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ocr.document_types import AUTHORITY, LABELS, PRINCIPALS, TERM, DocumentType
from ocr.extraction.business_types import TYPES, principal_label
from ocr.extraction.damaged_labels import FORMS, FOUNDED, in_common
from ocr.extraction.label import ON_ROW, Label, chinese_in, unlabelled
from ocr.extraction.regions import province_of_address
from ocr.extraction.values import Value
from ocr.recognition.line import Line

TYPE, NAME, PREMISES, COMPOSITION, CAPITAL = "类型", "名称", "住所", "组成形式", "注册资本"
COLUMN = 1.0  # line heights that values of one column may begin apart
ONE_SIZE = (0.6, 1.7)  # of the type's height: that of other values
ROW = (0.9, 3.5)  # line heights from a name to the type below it
NEXT_LINE = (0.6, 1.6)  # line heights from one line of an address to the next
BEFORE = 12.0  # line heights before a value in which its label may stand
_NAMES = re.compile(
    r".{2,}(?:公司|[店铺部厂社行馆院所场室中坊吧屋铺站园苑堂楼庄]|中心|商户|合伙|企业)(?:\(.*\))?"
)
_PERSON = re.compile(r"[\u3400-\u9fff]{2,4}|[\u3400-\u9fff]{2,}·[\u3400-\u9fff·]{2,}")
_DELEGATED = re.compile(r".*委[派托].*")
_COMPOSITIONS = ("个人经营", "家庭经营")
_IN_FIELDS = (*_COMPOSITIONS, "长期", "永久", "营业执照", "登记机关")


def values_by_form(
    lines: Sequence[Line], labels: Sequence[Label], values: Mapping[str, Value]
) -> dict[str, Value]:
    """The fields of a licence that are missing among its `values`, as far as the form tells them.

    The type is where the others are searched from: without one there are none.
    """
    used = {id(line) for value in values.values() for line in value.lines}
    free = [line for line in unlabelled(lines, labels) if id(line) not in used]
    known = values.get(TYPE)
    anchor = known.lines[0] if known else next((o for o in free if o.text in TYPES), None)
    if anchor is None:
        return {}
    column = [line for line in free if _in_column(line, anchor)]
    found = {} if known else {TYPE: Value(anchor.text, (anchor,))}
    name = next((line for line in column if _is_above(line, anchor)), None)
    if name is not None and _NAMES.fullmatch(name.text):
        found[NAME] = Value(name.text, (name,))
    kind = known.text if known else anchor.text
    below = [line for line in column if line.middle > anchor.middle + 0.5 * anchor.height]
    own = [line for line in below if not _is_below_office(line, labels)]
    found |= _below(own, kind, lines)
    missing = {label: value for label, value in found.items() if label not in values}
    if any(label in values for label in PRINCIPALS):
        missing = {label: value for label, value in missing.items() if label not in PRINCIPALS}
    return missing


def _below(column: Sequence[Line], kind: str, lines: Sequence[Line]) -> dict[str, Value]:
    """The fields below the type, each at the first line that has its form."""
    found: dict[str, Value] = {}
    for at, line in enumerate(column):
        name = _field_of(line, kind)
        if name is None or name in found or not _may_be_labelled(line, name, lines):
            continue
        rest = column[at + 1 :] if name == PREMISES else []
        more = [one for one in rest[:1] if _goes_on(line, one) and _field_of(one, kind) is None]
        found[name] = Value("".join(one.text for one in (line, *more)), (line, *more))
    return found


def _field_of(line: Line, kind: str) -> str | None:
    """The field that a line's form says it is of."""
    text = line.text
    for name in (TERM, FOUNDED, CAPITAL):
        if FORMS[name].fullmatch(text):
            return name
    if text in _COMPOSITIONS:
        return COMPOSITION
    if province_of_address(text) is not None and "公司" not in text:
        return PREMISES
    is_person = _PERSON.fullmatch(text) and text not in _IN_FIELDS
    return principal_label(kind) if is_person or _DELEGATED.fullmatch(text) else None


def _may_be_labelled(value: Line, name: str, lines: Sequence[Line]) -> bool:
    """Whether nothing before a value speaks against its being of a field.

    What stands there is nothing, or shares a character with one of the field's labels.
    """
    before = "".join(
        chinese_in(line)[0]
        for line in lines
        if value.left - BEFORE * value.height < line.left
        and line.right < value.left + ON_ROW * value.height
        and abs(line.middle_at(value.left) - value.middle_at(value.left)) < ON_ROW * value.height
    )
    texts = LABELS[DocumentType.LICENCE][name]
    return not before or any(in_common(before, text) for text in texts)


def _in_column(line: Line, anchor: Line) -> bool:
    one_size = ONE_SIZE[0] * anchor.height < line.height < ONE_SIZE[1] * anchor.height
    return one_size and line is not anchor and abs(line.left - anchor.left) < COLUMN * anchor.height


def _is_above(line: Line, anchor: Line) -> bool:
    step = (anchor.middle_at(line.left) - line.middle) / anchor.height
    return ROW[0] < step < ROW[1]


def _goes_on(line: Line, other: Line) -> bool:
    step = (other.middle_at(line.left) - line.middle_at(line.left)) / line.height
    return NEXT_LINE[0] < step < NEXT_LINE[1]


def _is_below_office(line: Line, labels: Sequence[Label]) -> bool:
    office = next((label for label in labels if label.name == AUTHORITY), None)
    return office is not None and line.middle > office.row_at(line.left) - office.height
