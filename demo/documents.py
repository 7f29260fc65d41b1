"""Documents of fictional people: drawn by their public forms, then photographed.

Every document says that it is a specimen (样例). Codes have valid check digits and belong to
region 999999, which does not exist.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import segno
from PIL import Image, ImageDraw, ImageFont

from kyc.face.picture import RGB
from ocr.identifiers import credit_code_check_character, identity_check_digit

INK, RED, BLUE = (30, 30, 30), (200, 30, 30), (40, 80, 140)


@dataclass(frozen=True)
class Person:
    """What an identity card says."""

    name: str
    sex: str
    birth: tuple[int, int, int]
    serial: int

    @property
    def number(self) -> str:
        """The identity number (GB 11643) of this person: 18 characters."""
        year, month, day = self.birth
        order = self.serial * 2 + (1 if self.sex == "男" else 0)
        first = f"999999{year:04d}{month:02d}{day:02d}{order:03d}"
        return first + identity_check_digit(first)


@dataclass(frozen=True)
class Business:
    """What a licence says; `term` only where the form prints one."""

    name: str
    kind: str
    principal: str
    scope: tuple[str, ...]
    founded: str
    serial: int
    term: str | None = None

    @property
    def code(self) -> str:
        """The unified social credit code (GB 32100) of this business: 18 characters."""
        first = f"92999999MA{self.serial:07d}"
        return first + credit_code_check_character(first)


class DocumentPrinter:
    """Draws documents with one font, upright and flat, as RGB."""

    def __init__(self, font: Path) -> None:
        self._font = str(font)

    def id_card_front(self, person: Person, portrait: RGB) -> RGB:
        """The side of an identity card that bears the portrait, 1012 x 638."""
        sheet = Image.new("RGB", (1012, 638), (228, 236, 240))
        draw = ImageDraw.Draw(sheet)
        year, month, day = person.birth
        rows = [
            ("姓名", person.name, 70),
            ("出生", f"{year}年{month}月{day}日", 220),
            ("住址", "样例省样例市幸福路1号", 300),
        ]
        for label, value, y in rows:
            draw.text((60, y), label, BLUE, self._size(30))
            draw.text((150, y), value, INK, self._size(34))
        draw.text((150, 340), "2单元301", INK, self._size(34))
        draw.text((60, 145), "性别", BLUE, self._size(30))
        draw.text((150, 145), person.sex, INK, self._size(34))
        draw.text((280, 145), "民族", BLUE, self._size(30))
        draw.text((370, 145), "汉", INK, self._size(34))
        draw.text((60, 545), "公民身份号码", BLUE, self._size(30))
        draw.text((330, 540), person.number, INK, self._size(40))
        draw.text((60, 450), "样例 SPECIMEN 演示用", (150, 150, 150), self._size(26))
        sheet.paste(_portrait(portrait), (650, 80))
        return np.asarray(sheet)

    def id_card_back(self) -> RGB:
        """The side of an identity card that bears authority and validity, 1012 x 638."""
        sheet = Image.new("RGB", (1012, 638), (232, 238, 238))
        draw = ImageDraw.Draw(sheet)
        draw.ellipse((70, 60, 230, 220), fill=(190, 40, 40))
        draw.text((310, 70), "中华人民共和国", INK, self._size(52))
        draw.text((330, 160), "居民身份证", INK, self._size(68))
        draw.text((400, 320), "样例 SPECIMEN 演示用", (150, 150, 150), self._size(26))
        draw.text((200, 450), "签发机关", BLUE, self._size(32))
        draw.text((360, 448), "样例市公安局幸福分局", INK, self._size(34))
        draw.text((200, 530), "有效期限", BLUE, self._size(32))
        draw.text((360, 528), "2019.05.06-2039.05.06", INK, self._size(34))
        return np.asarray(sheet)

    def licence(self, business: Business) -> RGB:
        """A business licence with its QR code, 1600 x 1130."""
        sheet = Image.new("RGB", (1600, 1130), (250, 248, 240))
        draw = ImageDraw.Draw(sheet)
        draw.rectangle((30, 30, 1570, 1100), outline=(180, 150, 80), width=8)
        draw.text((600, 90), "营业执照", INK, self._size(96))
        draw.text((110, 130), "统一社会信用代码", INK, self._size(28))
        draw.text((110, 175), business.code, INK, self._size(34))
        draw.text((650, 215), "样例 SPECIMEN 演示用", (160, 160, 160), self._size(28))
        left = [("名称", business.name), ("类型", business.kind), ("经营者", business.principal)]
        right = [("组成形式", "个人经营"), ("成立日期", business.founded)]
        right += [("营业期限", business.term)] if business.term else []
        right += [("经营场所", "样例市幸福路8号铺")]
        self._column(draw, left, 110, 330)
        self._column(draw, right, 860, 330)
        draw.text((110, 330 + 3 * 80), "经营范围", INK, self._size(32))
        for number, line in enumerate(business.scope):
            draw.text((290, 330 + 3 * 80 + number * 48), line, INK, self._size(32))
        draw.text((1000, 830), "登记机关", INK, self._size(34))
        draw.text((1080, 960), "2023年06月08日", INK, self._size(36))
        self._seal(draw, (1230, 890))
        sheet.paste(_qr_code(business.code), (1340, 90))
        return np.asarray(sheet)

    def _column(
        self, draw: ImageDraw.ImageDraw, rows: list[tuple[str, str]], x: int, y: int
    ) -> None:
        for number, (label, value) in enumerate(rows):
            draw.text((x, y + number * 80), label, INK, self._size(32))
            draw.text((x + 180, y + number * 80), value, INK, self._size(34))

    def _seal(self, draw: ImageDraw.ImageDraw, centre: tuple[int, int]) -> None:
        x, y = centre
        draw.ellipse((x - 120, y - 120, x + 120, y + 120), outline=RED, width=6)
        draw.text((x - 28, y - 40), "★", RED, self._size(56))

    def _size(self, pixels: int) -> ImageFont.FreeTypeFont:
        return ImageFont.truetype(self._font, pixels)


def photograph(sheet: RGB, seed: int) -> bytes:
    """A JPEG of the sheet on a table: perspective, uneven light, a little blur and noise."""
    chance = np.random.default_rng(seed)
    height, width = sheet.shape[:2]
    margin = round(0.08 * width)
    size = (width + 2 * margin, height + 2 * margin)
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    moved = corners + margin + chance.uniform(-0.025, 0.025, (4, 2)) * width
    matrix = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    table = np.full((size[1], size[0], 3), (96, 82, 70), np.float32)
    table += chance.normal(0, 6, table.shape)
    inside = cv2.warpPerspective(np.ones((height, width), np.float32), matrix, size)[..., None]
    placed = cv2.warpPerspective(sheet.astype(np.float32), matrix, size)
    photo = table * (1 - inside) + placed * inside
    photo *= np.linspace(chance.uniform(0.8, 0.9), 1.05, size[0])[None, :, None]
    photo = cv2.GaussianBlur(photo, (3, 3), 0) + chance.normal(0, 3, photo.shape)
    file = io.BytesIO()
    Image.fromarray(np.clip(photo, 0, 255).astype(np.uint8)).save(file, "JPEG", quality=88)
    return file.getvalue()


def _portrait(frame: RGB) -> Image.Image:
    height, width = frame.shape[:2]
    side = round(height * 0.8)
    left = (width - side) // 2
    crop = Image.fromarray(frame).crop((left, 0, left + side, height))
    return crop.resize((300, 375), Image.Resampling.LANCZOS)


def _qr_code(code: str) -> Image.Image:
    file = io.BytesIO()
    link = f"http://www.gsxt.gov.cn/index.html?uniscid={code}"
    segno.make(link, error="m").save(file, kind="png", scale=4, border=2)
    return Image.open(file).convert("RGB").resize((180, 180), Image.Resampling.NEAREST)
