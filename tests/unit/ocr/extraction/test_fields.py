"""Fields of a page whose lines are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from ocr.document_types import DocumentType
from ocr.extraction.fields import read_fields
from ocr.extraction.kinds import split_by_kind
from ocr.geometry import Quad
from ocr.recognition.line import Line
from tests.support.printed_lines import RULES, KnownLines, fields, line

CODE = "91210102MA325MMX1Q"


LICENCE = [
    line("营业执照", 500, 20, 90),
    line("统一社会信用代码" + CODE, 100, 140),
    line("名", 100, 200), line("称沈阳蓝海面馆", 190, 200),
    line("类", 100, 260), line("型", 190, 260), line("个体工商户", 240, 252),
    line("经营者", 100, 320), line("林知夏", 240, 312),
    line("经营范围", 100, 380), line("餐饮服务:食品销售(仅销售", 240, 372),
    line("预包装食品)", 240, 410),
    line("登记机关", 500, 600), line("2022年09月21日", 560, 680),
]  # fmt: skip


def test_a_licence_line_by_line() -> None:
    read = fields(LICENCE, KnownLines())
    assert read["统一社会信用代码"] == CODE
    assert read["名称"] == "沈阳蓝海面馆"
    assert read["类型"] == "个体工商户"
    assert read["经营者"] == "林知夏"
    assert read["经营范围"] == "餐饮服务;食品销售(仅销售预包装食品)"
    assert read["发证日期"] == "2022年09月21日"


def test_a_sheet_whose_dates_are_in_chinese_numerals() -> None:
    dated = [line("二〇二二年九月二十一日", 560, 680) if "2022" in o.text else o for o in LICENCE]
    dated += [line("成立日期二〇一三年十月九日", 700, 200)]
    read = fields(dated, KnownLines())
    assert read["成立日期"] == "二〇一三年十月九日"
    assert read["发证日期"] == "二〇二二年九月二十一日"


def test_a_code_read_wrong_is_proposed_from_another_attempt_and_says_so() -> None:
    wrong = [line("统一社会信用代码91210102NA325MMX1Q", 100, 140)]
    values = read_fields(
        DocumentType.LICENCE, wrong, KnownLines(line(CODE, 340, 140)), RULES.fields
    )
    value = values["统一社会信用代码"]
    assert (value.text, value.repaired_from) == (CODE, "91210102NA325MMX1Q")


def test_a_code_printed_wrong_stays_as_it_is_printed() -> None:
    printed = line("91210102NA325MMX1Q", 340, 140)
    values = read_fields(DocumentType.LICENCE, [printed], KnownLines(printed), RULES.fields)
    value = values["统一社会信用代码"]
    assert (value.text, value.repaired_from) == (printed.text, None)


def test_a_code_with_a_speck_among_its_characters() -> None:
    specked = line("统一社会信用代码91210102MA325.MMX1Q", 100, 140)
    value = read_fields(DocumentType.LICENCE, [specked], KnownLines(), RULES.fields)
    assert value["统一社会信用代码"].text == CODE


@pytest.mark.parametrize(("confidence", "proposed"), [(0.7, True), (0.99, False)])
def test_a_doubted_character_that_looks_like_the_right_one_makes_a_proposal(
    confidence: float, proposed: bool
) -> None:
    wrong = CODE.replace("MA", "NA")
    printed = line(wrong, 340, 140)
    doubted = replace(printed, confidences=(confidence,) * len(wrong))
    value = read_fields(DocumentType.LICENCE, [doubted], KnownLines(), RULES.fields)[
        "统一社会信用代码"
    ]
    assert (value.text, value.repaired_from) == ((CODE, wrong) if proposed else (wrong, None))


class RowsOnly:
    """A `TextReader` that reads a code in rows of its own height alone."""

    def __init__(self, *codes: str) -> None:
        self._codes = iter(codes)

    def read(self, quads: Sequence[Quad], alphabet: str | None = None) -> list[Line]:
        rows = [quad for quad in quads if alphabet and quad[3][1] - quad[0][1] < 40]
        read = [(quad, code) for quad in rows if (code := next(self._codes, None))]
        return [line(code, float(quad[0][0]), float(quad[0][1])) for quad, code in read]

    def attempts(self, quad: Quad, alphabet: str) -> list[Line]:
        return []

    def seal_letters(self, region: Quad) -> list[Line]:
        return []

    def under_seal(self, quad: Quad, alphabet: str) -> list[Line]:
        return []


MARKED = [line("(副本一社会信用代码9121010", 100, 140, 79)]
MISREAD = "91210102NA325MMX1Q"


def test_a_code_beside_a_mark_in_larger_print_is_read_in_its_own_row() -> None:
    values = read_fields(DocumentType.LICENCE, MARKED, RowsOnly(MISREAD, CODE, CODE), RULES.fields)
    value = values["统一社会信用代码"]
    assert (value.text, value.repaired_from) == (CODE, None)


class WideSpaces(RowsOnly):
    """A `TextReader` that reads a text in the first quarter of each space that it is asked for."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._line = line(text, 0, 0)
        self.longest = 0.0  # of the spaces, px

    def read(self, quads: Sequence[Quad], alphabet: str | None = None) -> list[Line]:
        self.longest = max([self.longest, *(float(q[1][0] - q[0][0]) for q in quads)])
        places = tuple(place / 4 for place in self._line.places)
        return [
            replace(self._line, quad=tuple((float(x), float(y)) for x, y in quad), places=places)
            for quad in quads
        ]


def test_a_code_lies_where_its_characters_are_in_the_space_beside_its_label() -> None:
    reader = WideSpaces(CODE)
    values = read_fields(DocumentType.LICENCE, MARKED, reader, RULES.fields)
    (found,) = values["统一社会信用代码"].lines
    assert found.right - found.left < 0.3 * reader.longest


def test_a_name_that_was_not_detected_lies_where_its_characters_are() -> None:
    reader = WideSpaces("沈阳蓝海面馆")
    values = read_fields(DocumentType.LICENCE, [line("名称", 100, 200)], reader, RULES.fields)
    (found,) = values["名称"].lines
    assert (found.text, found.left > 160) == ("沈阳蓝海面馆", True)
    assert found.right - found.left < 0.35 * reader.longest


def test_a_code_that_one_of_several_readings_gives_is_a_proposal() -> None:
    values = read_fields(DocumentType.LICENCE, MARKED, RowsOnly(MISREAD, CODE), RULES.fields)
    value = values["统一社会信用代码"]
    assert (value.text, value.repaired_from) == (CODE, MISREAD)


FRONT = [
    line("姓名林知夏", 100, 100),
    line("性别男民族汉", 100, 160),
    line("住址样例市幸福路8号", 100, 220),
    line("公民身份号码", 100, 300), line("37020219881021534X", 300, 300),
]  # fmt: skip
BACK = [
    line("中华人民共和国", 200, 600), line("居民身份证", 200, 680, 60),
    line("签发机关样例市公安局", 100, 800), line("有效期限2019.05.06-2039.05.06", 100, 860),
]  # fmt: skip


def test_two_cards_copied_onto_one_page_are_two_documents() -> None:
    found = dict(split_by_kind([*BACK, *FRONT], RULES.kinds))
    assert set(found) == {DocumentType.ID_FRONT, DocumentType.ID_BACK}
    assert fields(found[DocumentType.ID_FRONT], KnownLines(), DocumentType.ID_FRONT)["民族"] == "汉"
    assert (
        fields(found[DocumentType.ID_BACK], KnownLines(), DocumentType.ID_BACK)["签发机关"]
        == "样例市公安局"
    )


TEMPORARY = [
    line("中华人民共和国临时居民身份证", 100, 40), *FRONT,
    line("签发机关样例市公安局", 100, 380), line("有效期限2026.05.06-2026.08.06", 100, 440),
]  # fmt: skip


def test_a_temporary_card_has_its_title_and_term_on_one_side() -> None:
    assert [kind for kind, _ in split_by_kind(TEMPORARY, RULES.kinds)] == [DocumentType.ID_FRONT]
    both = [kind for kind, _ in split_by_kind([*BACK, *TEMPORARY[:-2]], RULES.kinds)]
    assert set(both) == {DocumentType.ID_FRONT, DocumentType.ID_BACK}


def test_a_permit_with_some_labels_of_a_licence_is_none() -> None:
    permit = [
        line("食品经营许可证", 300, 40, 60),
        line("法定代表人", 100, 200),
        line("负责人", 100, 260),
    ]
    assert [kind for kind, _ in split_by_kind(permit, RULES.kinds)] == [DocumentType.NOT_A_DOCUMENT]


def test_much_text_without_keywords_is_some_other_document() -> None:
    letter = [line("尊敬的客户", 100, 100 + 60 * n) for n in range(RULES.kinds.min_lines)]
    assert [kind for kind, _ in split_by_kind(letter, RULES.kinds)] == [DocumentType.OTHER_DOCUMENT]


@pytest.mark.parametrize(
    ("printed", "scope"),
    [
        ("批发、零售:烟酒,日用百货", "批发、零售:烟酒,日用百货"),
        ("零售:烟酒;服务:餐饮", "零售:烟酒;服务:餐饮"),
        ("一般项目:餐饮服务:食品零售:百货", "一般项目:餐饮服务;食品零售;百货"),
    ],
)
def test_a_colon_stands_behind_a_heading_of_a_scope_alone(printed: str, scope: str) -> None:
    sheet = [*LICENCE[:-4], line("经营范围", 100, 380), line(printed, 240, 372)]
    kept = [one for one in sheet if not one.text.startswith(("餐饮", "预包装"))]
    assert fields([*kept, *LICENCE[-2:]], KnownLines())["经营范围"] == scope
