"""Copies, screens, edits and cut-off sheets, each on material that has nothing else wrong."""

from __future__ import annotations

from datetime import date

import cv2
import numpy as np
import pytest

from app.settings import HOUSE
from kyc.policy import load_policy
from ocr.extraction.values import Value
from ocr.preprocess.quality import Quality, advice, quality_of
from ocr.preprocess.rectify import Page
from ocr.recognition.engine import Pixels
from ocr.recognition.page_reader import Line
from ocr.validation.consistency import BeliefRules, cut_off, is_believable, kind_flags
from ocr.validation.flags import Corners
from ocr.validation.recapture import recapture_flags
from ocr.validation.tampering import edit_flags

RULES = load_policy(HOUSE / "policy.toml").documents
PLACES = tuple(
    ((100.0, y), (500.0, y), (500.0, y + 25.0), (100.0, y + 25.0)) for y in range(100, 700, 60)
)


def paper(seed: int = 1) -> Pixels:
    chance = np.random.default_rng(seed)
    sheet = np.full((900, 900, 3), 225.0) + chance.normal(0, 2.5, (900, 900, 1))
    return np.clip(sheet, 0, 255).astype(np.uint8)


def names(photo: Pixels, sheet: Pixels) -> set[str]:
    return {flag.name for flag in recapture_flags(photo, sheet, PLACES, RULES.recapture)}


def test_a_sheet_without_colour_is_a_copy_and_one_with_a_seal_is_none() -> None:
    sheet = paper()
    assert names(sheet, sheet) == {"photocopy"}
    cv2.circle(sheet, (600, 600), 60, (200, 40, 40), 6)
    assert names(sheet, sheet) == set()


@pytest.mark.parametrize("period", [4.3, 7.9, 19.0])
def test_a_wave_of_colour_on_paper_is_a_screen(period: float) -> None:
    sheet = paper()
    cv2.circle(sheet, (600, 600), 60, (200, 40, 40), 6)
    wave = 6 * np.sin(2 * np.pi * (np.arange(900)[None] + 0.3 * np.arange(900)[:, None]) / period)
    waved = sheet.astype(np.float32)
    waved[..., 0] += wave
    waved[..., 2] -= wave
    assert names(np.clip(waved, 0, 255).astype(np.uint8), sheet) == {"screen_recapture"}


FIELDS = ("名称", "类型", "法定代表人", "注册资本", "成立日期", "住所")


def printed(odd: str | None = None) -> tuple[dict[str, Value], Page]:
    """Six fields printed alike; the odd one bolder, smaller and blacker."""
    pixels = np.full((600, 1000, 3), 235, np.uint8)
    values = {}
    for row, name in enumerate(FIELDS):
        top = 40 + 80 * row
        differs = name == odd
        cv2.putText(
            pixels, "2017 ABCD 2031", (60, top + 34), cv2.FONT_HERSHEY_SIMPLEX,
            0.92 if differs else 1.1, (10,) * 3 if differs else (70,) * 3, 5 if differs else 3,
            cv2.LINE_AA,
        )  # fmt: skip
        corners = ((55.0, top), (560.0, top), (560.0, top + 44.0), (55.0, top + 44.0))
        line = Line("2017 ABCD 2031", tuple((x, float(y)) for x, y in corners))
        values[name] = Value(line.text, (line,))
    return values, Page(pixels, np.eye(3), 0, 44.0)


@pytest.mark.parametrize("odd", [None, "名称", "成立日期"])
def test_a_field_printed_otherwise_is_named(odd: str | None) -> None:
    values, page = printed(odd)
    flags = edit_flags("licence", values, page, RULES.edits)
    assert [flag.name for flag in flags] == ([f"edited:{odd}"] if odd else [])
    assert all(flag.region and flag.measures for flag in flags)


def row(left: float, right: float, top: float) -> Corners:
    return ((left, top), (right, top), (right, top + 30), (left, top + 30))


def test_a_field_at_the_pictures_edge_is_cut_off() -> None:
    photo = np.zeros((800, 1000, 3), np.uint8)
    inside, cut = row(100, 700, 300), row(100, 998, 400)
    assert cut_off({"住所": [inside]}, [inside], (), photo, RULES.edges) == []
    (flag,) = cut_off({"住所": [inside, cut]}, [inside, cut], (), photo, RULES.edges)
    assert (flag.name, flag.region) == ("incomplete", cut)


def test_what_is_missing_is_cut_off_only_near_an_edge() -> None:
    photo = np.zeros((800, 1000, 3), np.uint8)
    middle, low = row(200, 700, 300), row(200, 700, 700)
    assert cut_off({"名称": [middle]}, [middle], ("统一社会信用代码",), photo, RULES.edges) == []
    (flag,) = cut_off({"名称": [low]}, [low], ("统一社会信用代码",), photo, RULES.edges)
    assert flag.measures["missing"] == "统一社会信用代码"


def licence(**fields: str) -> list[str]:
    read = {"统一社会信用代码": "91210102MA325MMX1Q", **fields}
    return [flag.name for flag in kind_flags("licence", read, None, date(2026, 11, 24))]


def test_a_term_ends_only_where_an_end_is_printed() -> None:
    assert licence(营业期限="2006年05月07日至2026年05月06日") == ["expired"]
    assert licence(营业期限="2006年05月07日至长期") == []
    assert licence(营业期限="2006年05月07日") == []


def test_print_and_qr_code_must_agree() -> None:
    read = {"统一社会信用代码": "91210102MA325MMX1Q"}
    for qr_code, names_ in (("91210102MA325MMX1Q", []), ("91500103073244823G", ["qr_mismatch"])):
        flags = kind_flags("licence", read, qr_code, date(2026, 11, 24))
        assert [flag.name for flag in flags] == names_


@pytest.mark.parametrize(
    ("quality", "told"),
    [
        (Quality(900, 80, 0, 30), "too_dark"),
        (Quality(900, 230, 0, 9), "too_far"),
        (Quality(40, 230, 0, 30), "blurred"),
        (Quality(900, 230, 0.1, 30), "glare"),
        (Quality(900, 230, 0, 30), "unreadable"),
    ],
)
def test_the_advice_names_what_is_worst(quality: Quality, told: str) -> None:
    assert advice(quality, RULES.quality) == told


def test_quality_is_that_of_the_document_not_of_the_desk() -> None:
    photo = np.full((800, 1000, 3), 20, np.uint8)
    photo[200:500, 200:800] = 230
    quality = quality_of(photo, [row(300, 700, 300), row(300, 700, 360)])
    assert quality.light > 200
    assert quality.text_px == pytest.approx(30)


@pytest.mark.parametrize(
    ("name", "text", "sure", "believed"),
    [
        ("统一社会信用代码", "91500103073244823G", 0.40, True),
        ("统一社会信用代码", "91500103073244823H", 0.99, True),
        ("统一社会信用代码", "91500103073244823H", 0.40, False),
        ("住址", "成都市锦江区春熙路1号", 0.99, True),
        ("住址", "成号", 0.99, False),
        ("姓名", "林知", 0.40, True),
    ],
)
def test_a_field_is_believed_that_can_be_printed_so(
    name: str, text: str, sure: float, believed: bool
) -> None:
    line = Line(text, ((0.0, 0.0),) * 4, (sure,) * len(text))
    assert is_believable(name, Value(text, (line,)), BeliefRules(0.9, 6)) is believed
