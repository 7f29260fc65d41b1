"""Fields that were not printed with the others."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from core.reasons import Reason
from kyc.policy import DocumentPolicy
from ocr.document_types import DocumentType
from ocr.extraction.values import Value
from ocr.preprocess.rectify import RectifiedPage
from ocr.validation.differences import MEASURES, TERMS
from ocr.validation.prints import Reference
from ocr.validation.tampering import tampering_flags
from tests.support.policy import POLICY
from tests.support.printed_pages import FONT, PAPER, Print, lit, printed_page

RULES = POLICY.section(DocumentPolicy).tampering
REFERENCE = Reference(FONT)
FIELDS = {
    "名称": "苏州市恒达建材经营部",
    "类型": "有限责任公司",
    "法定代表人": "陈宇航",
    "注册资本": "伍拾万元整",
    "成立日期": "2017年05月21日",
    "营业期限": "2017年05月21日至2047年05月20日",
    "住所": "苏州市姑苏区人民路318号",
}
CARD = {
    "姓名": "欧阳静",
    "性别": "女",
    "民族": "汉",
    "出生": "1988年10月21日",
    "住址": "青岛市市南区学府路15号",
}


def edited(
    values: dict[str, Value], page: RectifiedPage, kind: DocumentType = DocumentType.LICENCE
) -> list[str | None]:
    flags = tampering_flags(kind, values, page, RULES, REFERENCE)
    assert all(flag.reason is Reason.EDITED for flag in flags)
    return [flag.field for flag in flags]


def test_the_policy_names_every_measure() -> None:
    assert set(RULES.usual) == set(MEASURES)
    assert set(RULES.weights) == set(TERMS)


def test_fields_printed_alike_are_not_flagged() -> None:
    assert edited(*printed_page(FIELDS)) == []


@pytest.mark.parametrize("name", ["名称", "法定代表人", "注册资本", "成立日期"])
@pytest.mark.parametrize(
    "how", [Print(bolder=1, ink=10), Print(px=30, ink=20, paper=252)], ids=["bold", "patched"]
)
def test_a_field_printed_otherwise_is_named(name: str, how: Print) -> None:
    assert edited(*printed_page(FIELDS, {name: how})) == [name]


def test_a_flag_shows_where_and_by_how_much() -> None:
    values, page = printed_page(FIELDS, {"名称": Print(bolder=1, ink=10)})
    (flag,) = tampering_flags(DocumentType.LICENCE, values, page, RULES, REFERENCE)
    assert flag.region == values["名称"].lines[0].quad
    assert set(flag.measures) == {"log_odds", *MEASURES}
    assert float(flag.measures["stroke"]) > 0.1


def test_one_substituted_glyph_is_no_edit() -> None:
    """Of a name's three characters one comes from another font."""
    values, page = printed_page(FIELDS)
    _bold, bold_page = printed_page(FIELDS, {"法定代表人": Print(bolder=1)})
    line = values["法定代表人"].lines[0].part(1, 2)
    (left, top), (right, low) = np.array(line.quad).astype(int)[[0, 2]]
    mixed = page.pixels.copy()
    mixed[top:low, left:right] = bold_page.pixels[top:low, left:right]
    assert edited(values, lit(page, mixed)) == []


def test_print_under_a_seal_is_no_edit() -> None:
    values, page = printed_page(FIELDS)
    seal = page.pixels.copy()
    x, y = np.mean(values["注册资本"].lines[0].quad, axis=0).astype(int)
    cv2.circle(seal, (int(x), int(y)), 60, (210, 60, 60), 6)
    stamped = np.minimum(page.pixels, seal)
    assert edited(values, lit(page, stamped)) == []


def test_glare_over_some_fields_is_no_edit() -> None:
    values, page = printed_page(FIELDS)
    down, across = np.mgrid[: page.pixels.shape[0], : page.pixels.shape[1]]
    x, y = np.mean(values["类型"].lines[0].quad, axis=0)
    spot = 130 * np.exp(-(((across - x) / 260) ** 2 + ((down - y) / 150) ** 2))
    glare = np.clip(page.pixels + spot[..., None], 0, 255).astype(np.uint8)
    assert edited(values, lit(page, glare)) == []


@pytest.mark.parametrize("name", ["名称", "注册资本", "住所"])
def test_the_edge_of_a_shadow_over_a_field_is_no_edit(name: str) -> None:
    values, page = printed_page(FIELDS)
    down, across = np.mgrid[: page.pixels.shape[0], : page.pixels.shape[1]]
    (left, _), (_, low) = np.array(values[name].lines[0].quad)[[0, 2]]
    dark = 0.75 * np.exp(-(((across - left) / 260) ** 2 + ((down - low) / 120) ** 2))
    noise = np.random.default_rng(1).normal(0, 9, dark.shape) * dark
    shadow = page.pixels * (1 - dark[..., None]) + noise[..., None]
    assert edited(values, lit(page, np.clip(shadow, 0, 255).astype(np.uint8))) == []


@pytest.mark.parametrize("paper", [180, 200, 220, 252])
def test_paper_that_comes_with_a_field_is_an_edit_however_it_differs(paper: int) -> None:
    how = Print(px=30, ink=20, paper=paper)
    assert edited(*printed_page(FIELDS, {"注册资本": how})) == ["注册资本"]


@pytest.mark.parametrize("light", [60, 90, 110])
def test_ink_that_glare_bleaches_is_no_edit(light: int) -> None:
    values, page = printed_page(FIELDS)
    glare = page.pixels.astype(np.float64)
    top, low = (int(values["注册资本"].lines[0].quad[corner][1]) for corner in (0, 2))
    glare[top - 30 : low + 30] += light
    assert edited(values, lit(page, np.clip(glare, 0, 255).astype(np.uint8))) == []


@pytest.mark.parametrize("paper", [PAPER - 12, PAPER - 7, PAPER + 7, PAPER + 12])
def test_other_paper_under_print_that_is_alike_is_named(paper: int) -> None:
    assert edited(*printed_page(FIELDS, {"注册资本": Print(paper=paper)})) == ["注册资本"]


@pytest.mark.parametrize("light", [-30, -12, 12, 18])
def test_light_that_lies_softly_on_a_field_is_no_edit(light: int) -> None:
    values, page = printed_page(FIELDS)
    rows = np.arange(len(page.pixels))
    middle = np.mean(values["注册资本"].lines[0].quad, axis=0)[1]
    soft = light * np.exp(-(((rows - middle) / 40.0) ** 2))[:, None, None]
    lit_page = lit(page, np.clip(page.pixels + soft, 0, 255).astype(np.uint8))
    assert edited(values, lit_page) == []


@pytest.mark.parametrize("px", [36, 44])
def test_a_name_that_the_form_prints_larger_is_no_edit(px: int) -> None:
    page = printed_page(CARD, {"姓名": Print(px=px)})
    assert edited(*page, DocumentType.ID_FRONT) == []


@pytest.mark.parametrize("words", [Print(px=28, ink=120), Print(px=30, ink=90)])
def test_words_of_a_date_that_the_form_prints_are_no_edit(words: Print) -> None:
    page = printed_page(CARD, {"出生": Print(words=words)})
    assert edited(*page, DocumentType.ID_FRONT) == []


def test_a_heavier_name_on_paper_of_its_own_is_named() -> None:
    page = printed_page(CARD, {"姓名": Print(bolder=2, ink=5, paper=252)})
    assert edited(*page, DocumentType.ID_FRONT) == ["姓名"]


def test_an_uneven_sheet_accuses_no_field() -> None:
    odd = {name: Print(bolder=1, ink=10) for name in list(FIELDS)[:3]}
    assert edited(*printed_page(FIELDS, odd)) == []


def test_a_shadow_over_the_other_fields_hides_no_edit() -> None:
    values, page = printed_page(FIELDS, {"名称": Print(bolder=1, ink=10, paper=250)})
    shaded = page.pixels.astype(np.float64)
    shaded[240:, 110:] *= 0.75
    assert edited(values, lit(page, shaded.astype(np.uint8))) == ["名称"]


def test_too_few_fields_cannot_be_compared() -> None:
    few = dict(list(FIELDS.items())[: RULES.min_fields - 1])
    assert edited(*printed_page(few, {"名称": Print(bolder=2, ink=5)})) == []


def test_a_field_washed_out_by_glare_cannot_be_compared() -> None:
    values, page = printed_page(FIELDS, {"名称": Print(ink=200)})
    strict = replace(RULES, min_score=-10.0, max_share=1.0)
    flags = tampering_flags(DocumentType.LICENCE, values, page, strict, REFERENCE)
    assert "名称" not in {flag.field for flag in flags}
