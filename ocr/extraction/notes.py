"""Notes that forms print about themselves: sentences name labels without announcing a value.

Printed electronic licences say who printed them (说明: 1、本营业执照于…由…(法定代表人)留存(打印)),
sheets without a scope where it is recorded (重要提示: 1.商事主体的经营范围由章程确定。…).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ocr.recognition.line import Line

_HEADING = re.compile(
    r"(?:重要|温馨|特别|友情)?(?:提示|提醒)|(?:填写|使用)?说明|注意事项|备注|注[:;]"
)
_NUMBERED = re.compile(r"[(\[]?(?:\d{1,2}|[一二三四五六七八九十])[)\]]?[.、,:]\D")
_SENTENCE = re.compile(
    r"本(?:营业)?执照|(?:商事|市场|经营)主体(?!类型)|数字签名|公示系统|由(?:公司)?章程"
)
NEXT_LINE = 2.4  # line heights from one line of a note to the next, at most
INDENT = 4.0  # line heights that its lines may begin apart: headings, hanging numbers
ONE_SIZE = (0.75, 1.33)  # of a line's height: that of the next one


def without_notes(lines: Sequence[Line]) -> list[Line]:
    """The lines that are of no note, in their order.

    A note begins with a heading, a number or words that only notes use, and goes on below as long
    as lines follow closely in print of its size. Numbered items of a scope look the same: what is
    left out here may still be a value, but holds no label.
    """
    notes: list[Line] = []
    for line in sorted(lines, key=lambda line: line.middle):
        if _begins_note(line.text) or any(_goes_on(note, line) for note in notes):
            notes.append(line)
    known = {id(line) for line in notes}
    return [line for line in lines if id(line) not in known]


def in_sentence(text: str, start: int, end: int) -> bool:
    """Whether the words from `start` to `end` of a line stand within a sentence or in brackets."""
    before, after = text[:start], text[end:]
    bracketed = before.rfind("(") > before.rfind(")") and ")" in after
    joined = before.endswith(tuple("由的和及与或在向、")) or after.startswith(tuple(")的、"))
    return bracketed or joined


def _begins_note(text: str) -> bool:
    return bool(_HEADING.match(text) or _NUMBERED.match(text) or _SENTENCE.search(text))


def _goes_on(note: Line, line: Line) -> bool:
    """Whether a line is the next one of a note, in print of its size."""
    step = line.middle_at(line.left) - note.middle_at(line.left)
    fits = ONE_SIZE[0] * note.height < line.height < ONE_SIZE[1] * note.height
    close = 0.5 * note.height < step < NEXT_LINE * note.height
    return fits and close and abs(line.left - note.left) < INDENT * note.height
