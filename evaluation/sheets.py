"""Genuine papers of fictional people, drawn flat, with the place of every field.

They differ in what honest papers differ in: the font of a printer, sizes, the paper's pattern, a
seal over the print, a watermark, a glyph that the printer's font lacks and another font replaces,
names that cards print larger.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import segno
from PIL import Image, ImageDraw, ImageFont

from demo.documents import Person
from ocr.document_types import CREDIT_CODE, ID_NUMBER, SCOPE, DocumentType
from ocr.geometry import Pixels
from ocr.identifiers import credit_code_check_character

Chance = np.random.Generator
Box = tuple[float, float, float, float]  # left, top, right, bottom, px of the sheet

SIZE, CARD = (2000, 1414), (1600, 1009)  # px, width and height
RED, BLUE, GREY = (196, 36, 36), (44, 84, 140), (172, 170, 168)
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华文建国海燕玲晨雨欣子涵浩宇轩"
CITIES = ["南京市", "杭州市", "成都市", "长沙市", "合肥市", "福州市", "昆明市", "济南市"]
BRANDS = [
    "瑞丰",
    "恒达",
    "晨曦",
    "金桥",
    "云帆",
    "佳美",
    "宏远",
    "顺发",
    "鑫源",
    "百味",
    "同心",
    "华盛",
]
TRADES = ["面馆", "便利店", "餐饮管理", "建材经营部", "服装店", "电子商务", "水果店", "五金商行"]
ROADS = ["人民路", "解放路", "建设街", "学府路", "长江大道", "和平巷", "滨河路", "中山东路"]
KINDS = ("个体工商户", "有限责任公司(自然人独资)", "有限责任公司", "个人独资企业")
CAPITALS = ("人民币伍拾万元整", "壹佰万元整", "叁拾万元整", "人民币贰佰万元整", "100万元人民币")
SCOPES = ("餐饮服务", "食品销售", "日用百货销售", "五金产品零售", "信息咨询服务", "货物进出口")


@dataclass(frozen=True)
class Sheet:
    """A flat paper: `pixels` uint8 (height, width, 3); of each printed field its place and text.

    `font` is what its values are printed in; None where that is not known.
    """

    pixels: Pixels
    kind: DocumentType
    places: Mapping[str, Box]
    texts: Mapping[str, str]
    font: Path | None = None


@dataclass(frozen=True)
class Honest:
    """What a genuine sheet is drawn with that must raise no alarm."""

    substitute: Path | None = None  # the font of the one glyph of a name that the printer's lacks
    larger_name: float = 1.0  # times the size of the other fields
    pattern: bool = False
    watermark: bool = False
    sealed: bool = False  # the seal lies over a field


class _Pen:
    """Writes on a sheet, and keeps where each value came to stand."""

    def __init__(self, size: tuple[int, int], paper: tuple[int, ...]) -> None:
        self.sheet = Image.new("RGB", size, paper)
        self.draw = ImageDraw.Draw(self.sheet)
        self.places: dict[str, Box] = {}
        self.texts: dict[str, str] = {}

    def write(self, at: tuple[float, float], text: str, font: Path, px: float, ink: str) -> Box:
        """Text that begins at a place on its baseline; the box around its ink."""
        self.draw.text(at, text, ink, font_of(font, round(px)), anchor="ls")
        return self.draw.textbbox(at, text, font_of(font, round(px)), anchor="ls")

    def value(
        self,
        name: str,
        at: tuple[float, float],
        text: str,
        font: Path,
        px: float,
        ink: str,
        other: tuple[int, Path] | None = None,
    ) -> None:
        """Print a field; `other` is the place of one glyph of it and the font that has it."""
        if other is None:
            box = self.write(at, text, font, px, ink)
        else:
            box = self._mixed(at, text, font, px, ink, other)
        self.places.setdefault(name, box)
        self.texts[name] = self.texts.get(name, "") + text

    def _mixed(
        self,
        at: tuple[float, float],
        text: str,
        font: Path,
        px: float,
        ink: str,
        other: tuple[int, Path],
    ) -> Box:
        boxes = []
        for number, letter in enumerate(text):
            chosen = other[1] if number == other[0] else font
            boxes.append(self.write((at[0] + number * px, at[1]), letter, chosen, px, ink))
        corners = np.array(boxes)
        low, high = corners[:, :2].min(0), corners[:, 2:].max(0)
        return (float(low[0]), float(low[1]), float(high[0]), float(high[1]))


@lru_cache(maxsize=256)
def font_of(path: Path, px: int) -> ImageFont.FreeTypeFont:
    """A font in a size."""
    return ImageFont.truetype(str(path), px)


def drawn_licence(chance: Chance, font: Path, labels: Path, honest: Honest) -> Sheet:
    """A licence in the landscape form of 2019, its values in one font."""
    pen = _Pen(SIZE, tuple(chance.integers((238, 234, 224), (254, 252, 246))))
    ink = "#%02x%02x%02x" % ((int(chance.integers(15, 60)),) * 3)
    px = float(chance.integers(38, 45))
    texts = _licence_texts(chance)
    pen.draw.rectangle((40, 40, SIZE[0] - 40, SIZE[1] - 40), outline=(184, 152, 88), width=10)
    pen.write((760, 220), "营业执照", labels, 120, "black")
    pen.write((140, 195), CREDIT_CODE, labels, 34, "black")
    pen.value(CREDIT_CODE, (140, 254), texts[CREDIT_CODE], font, 42, ink)
    rows = {"left": (130, 420), "right": (1060, 420)}
    place = 1 if honest.substitute is not None else None
    for name, text in texts.items():
        if name in (CREDIT_CODE, SCOPE):
            continue
        side = "left" if name in ("名称", "类型", "经营者", "法定代表人") else "right"
        x, y = rows[side]
        pen.write((x, y), _label(name), labels, 38, "black")
        other = None
        if place is not None and honest.substitute and name in ("经营者", "法定代表人"):
            other = (place, honest.substitute)
        pen.value(name, (x + 240, y), text, font, px, ink, other)
        rows[side] = (x, y + 96)
    x, y = rows["left"]
    pen.write((x, y), SCOPE, labels, 38, "black")
    small = px * float(chance.choice([0.85, 1.0]))
    for number, line in enumerate(_folded(texts[SCOPE], 17)):
        pen.value(SCOPE, (x + 240, y + number * 62), line, font, small, ink)
    pen.write((1240, 1118), "登记机关", labels, 40, "black")
    pen.write((1330, 1270), "2021年06月08日", font, 44, ink)
    pen.sheet.paste(_qr_code(texts[CREDIT_CODE]), (1690, 110))
    return _finished(pen, chance, DocumentType.LICENCE, font, labels, honest)


def drawn_card(chance: Chance, font: Path, labels: Path, honest: Honest) -> Sheet:
    """The front of an identity card, with a grey figure where the portrait would be."""
    pen = _Pen(CARD, tuple(chance.integers((216, 226, 230), (234, 242, 246))))
    ink = "#%02x%02x%02x" % ((int(chance.integers(15, 55)),) * 3)
    px = float(chance.integers(50, 57))
    person = Person(
        _name(chance), str(chance.choice(["男", "女"])), (1984, 7, 19), int(chance.integers(400))
    )
    year, month, day = person.birth
    large = px * honest.larger_name
    rows = [("姓名", person.name, 158.0), ("出生", f"{year}年{month}月{day}日", 393.0)]
    for label, text, y in rows:
        pen.write((95, y), label, labels, 44, "#2c548c")
        size = large if label == "姓名" else px
        other = (1, honest.substitute) if label == "姓名" and honest.substitute else None
        pen.value(label, (240, y), text, font, size, ink, other)
    for label, text, x in (("性别", person.sex, 95.0), ("民族", "汉", 440.0)):
        pen.write((x, 276), label, labels, 44, "#2c548c")
        pen.value(label, (x + 145, 276), text, font, px, ink)
    pen.write((95, 518), "住址", labels, 44, "#2c548c")
    for number, line in enumerate(_folded(_address(chance), 11)):
        pen.value("住址", (240, 518 + number * 72), line, font, px, ink)
    pen.write((95, 908), ID_NUMBER, labels, 44, "#2c548c")
    pen.value(ID_NUMBER, (520, 908), person.number, font, px * 1.15, ink)
    pen.draw.ellipse((1180, 170, 1430, 450), fill=(150, 120, 104))
    pen.draw.ellipse((1090, 470, 1520, 900), fill=(72, 76, 92))
    return _finished(pen, chance, DocumentType.ID_FRONT, font, labels, honest)


def _finished(
    pen: _Pen, chance: Chance, kind: DocumentType, font: Path, labels: Path, honest: Honest
) -> Sheet:
    pixels = np.asarray(pen.sheet)
    if honest.pattern:
        pixels = _with_pattern(pixels, chance)
    if honest.watermark:
        pixels = _with_watermark(pixels, chance, labels)
    if kind is DocumentType.LICENCE:
        over = _seal_place(pen.places, chance) if honest.sealed else (1480.0, 1190.0)
        pixels = _with_seal(pixels, over)
    return Sheet(pixels, kind, pen.places, pen.texts, font)


def _seal_place(places: Mapping[str, Box], chance: Chance) -> tuple[float, float]:
    left, top, right, bottom = places[str(chance.choice(["成立日期", "住所"]))]
    return (left + right) / 2, (top + bottom) / 2 + 100


def _licence_texts(chance: Chance) -> dict[str, str]:
    city, one = str(chance.choice(CITIES)), str(chance.choice(KINDS))
    single = one == KINDS[0]
    trade, brand = str(chance.choice(TRADES)), str(chance.choice(BRANDS))
    name = f"{city}{brand}{trade}" if single else f"{city[:-1]}{brand}{trade}有限公司"
    founded, length = int(chance.integers(2005, 2021)), int(chance.choice([10, 20, 30]))
    day = f"{int(chance.integers(1, 13)):02d}月{int(chance.integers(1, 28)):02d}日"
    scope = "；".join(chance.choice(SCOPES, 5, replace=False)) + "。"
    first = f"{92 if single else 91}999999MA{int(chance.integers(1, 9_999_999)):07d}"
    texts = {
        CREDIT_CODE: first + credit_code_check_character(first),
        "名称": name,
        "类型": one,
        "经营者" if single else "法定代表人": _name(chance),
        SCOPE: scope,
        "成立日期": f"{founded}年{day}",
        "住所": f"{city}{chance.choice(ROADS)}{int(chance.integers(1, 990))}号",
    }
    if single:
        texts["组成形式"] = str(chance.choice(["个人经营", "家庭经营"]))
    else:
        texts["注册资本"] = str(chance.choice(CAPITALS))
        texts["营业期限"] = f"{founded}年{day}至{founded + length}年{day}"
    return texts


def _label(name: str) -> str:
    """Short labels are set as wide as long ones."""
    return f"{name[0]}　　{name[1]}" if len(name) == 2 else name


def _name(chance: Chance) -> str:
    given = chance.choice(list(GIVEN), int(chance.choice([1, 2, 2])), replace=False)
    return str(chance.choice(list(SURNAMES))) + "".join(given)


def _address(chance: Chance) -> str:
    number, room = chance.integers(1, 900, 2)
    return f"{chance.choice(CITIES)}{chance.choice(ROADS)}{number}号{room % 30 + 1}栋{room}室"


def _folded(text: str, length: int) -> Sequence[str]:
    return [text[start : start + length] for start in range(0, len(text), length)]


def _with_pattern(pixels: Pixels, chance: Chance) -> Pixels:
    """Fine wavy lines of security print under the text (guilloche)."""
    height, width = pixels.shape[:2]
    down, across = np.mgrid[:height, :width].astype(np.float32)
    wave = chance.uniform(8, 22) * np.sin(across / chance.uniform(40, 120))
    lines = np.sin((down + wave) * 2 * np.pi / chance.uniform(9, 18))
    tint = np.array(chance.uniform(0.3, 1.0, 3)) * chance.uniform(5, 13)
    darker = np.clip(lines - 0.2, 0, 1)[..., None] * tint
    return np.asarray(np.clip(pixels - darker, 0, 255), np.uint8)


def _with_watermark(pixels: Pixels, chance: Chance, font: Path) -> Pixels:
    """Words in pale grey that run askew over the sheet."""
    layer = Image.new("L", (pixels.shape[1], pixels.shape[0]), 0)
    draw = ImageDraw.Draw(layer)
    for y in range(100, pixels.shape[0], 420):
        for x in range(60, pixels.shape[1], 700):
            draw.text((x, y), "仅供办理贷款使用", 255, font_of(font, 52))
    turned = np.asarray(layer.rotate(chance.uniform(18, 32)), np.float32)[..., None] / 255
    share = turned * chance.uniform(0.25, 0.5)
    return np.asarray(pixels * (1 - share) + np.array(GREY) * share, np.uint8)


def _with_seal(pixels: Pixels, centre: tuple[float, float]) -> Pixels:
    """A round seal, through which the print shows."""
    layer = np.zeros(pixels.shape[:2], np.uint8)
    at = (int(centre[0]), int(centre[1]))
    cv2.circle(layer, at, 165, 255, 9, cv2.LINE_AA)
    points = [
        (at[0] + 60 * np.sin(k * np.pi * 0.8), at[1] - 60 * np.cos(k * np.pi * 0.8))
        for k in range(5)
    ]
    cv2.fillPoly(layer, [np.array(points, np.int32)], 255, cv2.LINE_AA)
    share = layer[..., None].astype(np.float32) / 255 * 0.8
    inked = np.minimum(pixels, np.array(RED) + 0.0 * pixels)
    return np.asarray(pixels * (1 - share) + inked * share, np.uint8)


def _qr_code(code: str) -> Image.Image:
    file = io.BytesIO()
    link = f"http://www.gsxt.gov.cn/index.html?uniscid={code}"
    segno.make(link, error="m").save(file, kind="png", scale=5, border=2)
    return Image.open(file).convert("RGB").resize((210, 210), Image.Resampling.NEAREST)
