"""`DocumentReader.read`: what a photo shows, and every field that can be read from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from core.reasons import Reason
from ocr.document_types import LABELS, DocumentType
from ocr.extraction.areas import portrait_part
from ocr.extraction.documents import ExtractedDocument, extract_documents
from ocr.geometry import Pixels
from ocr.page_lines import page_lines
from ocr.preprocess.qr_codes import QrCode
from ocr.preprocess.quality import quality_of
from ocr.preprocess.rectify import RectifiedPage, rectify
from ocr.preprocess.shake import steadied
from ocr.reading import DocumentReading, distinct_readings
from ocr.recognition.engine import PaddleTextEngine
from ocr.recognition.line import Line
from ocr.recognition.page_reader import PageReader
from ocr.recognition.protocols import TextEngine
from ocr.rules import DocumentRules
from ocr.validation.flags import Flag
from ocr.validation.prints import Reference
from ocr.validation.qr_codes import QrCodes
from ocr.validation.validate import check_fields, validate

REFERENCE_FONT = "demo/NotoSansSC.ttf"  # below `models`: print is measured against it
# A licence that nobody holds: what is made when a field is first read is made with it.
_PRINTED = (
    "营业执照",
    "统一社会信用代码 92330106MA00000X00",
    "名称 甲乙丙面馆",
    "类型 个体工商户",
    "经营者 甲乙丙",
    "经营场所 浙江省杭州市西湖区甲乙路1号",
    "组成形式 个人经营",
    "注册日期 2020年01月02日",
    "经营范围 餐饮服务；食品销售。（依法须经批准的项目，经相关部门批准后方可开展经营活动）",
    "登记机关 杭州市西湖区市场监督管理局",
    "2020年01月02日",
)


@dataclass(frozen=True)
class _Photo:
    """A photo as it was `sent`, and as it is `seen`: itself, or itself without its shake."""

    sent: Pixels
    seen: Pixels
    codes: QrCodes
    today: date


class DocumentReader:
    """Reads photos of licences and identity cards. One instance a process, one photo at a time."""

    def __init__(
        self, models: Path, rules: DocumentRules, engine: TextEngine | None = None
    ) -> None:
        """`engine` reads text in place of the networks in `models`."""
        self._engine = engine or PaddleTextEngine(models / "ocr")
        self._pages = PageReader(self._engine)
        self._rules = rules
        self._font = models / REFERENCE_FONT
        self.reference = Reference(self._font)

    def warm_up(self) -> None:
        """Read a printed licence, so that the first photo need not wait for what that sets up."""
        self.read(_printed_licence(self._font), date.min)

    def read(
        self,
        photo: Pixels,
        today: date,
        expected: DocumentType | None = None,
        codes: Sequence[QrCode] | None = None,
    ) -> DocumentReading:
        """The reading of an upright or turned RGB photo, uint8 (height, width, 3).

        `today` is the business day by which terms end. `expected` is the kind that the photo was
        sent as: another kind in it is flagged, never forced. `codes` are the photo's QR codes;
        None has them read here. Fields that cannot be read are left out. A shaken photo that is
        not surely read is read again without its shake.
        """
        sent = _Photo(photo, photo, QrCodes(photo, codes), today)
        reading = self._read(sent, expected)
        least, shake = self._rules.min_confidence, self._rules.shake
        if shake is None or reading.is_sure(least):
            return reading
        for steady in steadied(photo, shake):
            again = self._read(replace(sent, seen=steady), expected)
            if again.is_sure(least):
                return replace(again, flags=(*again.flags, *_edits(reading)), steadied=True)
        return reading

    def lines(self, photo: Pixels) -> Sequence[Sequence[Line]]:
        """The lines of each sheet of any print, for papers whose fields others find."""
        return page_lines(photo, self._engine)

    def extract(self, photo: Pixels) -> list[ExtractedDocument]:
        """The documents of a photo before their fields are checked: what checks are fitted on."""
        return self._documents(photo, QrCodes(photo, None))

    def _read(self, photo: _Photo, expected: DocumentType | None) -> DocumentReading:
        found = self._documents(photo.seen, photo.codes)
        readings = [self._reading(one, found, photo) for one in found]
        documents = distinct_readings([reading for reading in readings if reading.kind in LABELS])
        if documents:
            return _with_others(documents, expected)
        first = readings[0] if readings else self._without_text(photo.sent)
        return replace(first, flags=(*first.flags, Flag(Reason(first.kind.value))))

    def _documents(self, photo: Pixels, codes: QrCodes) -> list[ExtractedDocument]:
        """What all sheets show; sheets that may show more at full size are read again."""
        pages = rectify(photo, self._engine)
        first = [self._extract(page) for page in pages]
        known = [document for documents in first for document in documents]
        final: list[ExtractedDocument] = []
        for page, documents in zip(pages, first, strict=True):
            whole = all(self._is_whole(document, known, codes, photo) for document in documents)
            again = not whole and self._pages.may_gain(page)
            final += self._extract(page, full_size=True) if again else documents
        return final

    def _extract(self, page: RectifiedPage, *, full_size: bool = False) -> list[ExtractedDocument]:
        text = self._pages.read(page, full_size=full_size)
        return extract_documents(
            page, text.lines, text.reader, self._rules.kinds, self._rules.fields
        )

    def _is_whole(
        self,
        document: ExtractedDocument,
        documents: Sequence[ExtractedDocument],
        codes: QrCodes,
        photo: Pixels,
    ) -> bool:
        code = codes.credit_code_of(document, documents)
        return document.is_known and not check_fields(document, code, photo, self._rules).missing

    def _reading(
        self, document: ExtractedDocument, documents: Sequence[ExtractedDocument], photo: _Photo
    ) -> DocumentReading:
        code = photo.codes.credit_code_of(document, documents)
        checked = check_fields(document, code, photo.sent, self._rules)
        is_card = document.kind is DocumentType.ID_FRONT
        # What was restored compares with no font: a person looks for edits.
        reference = self.reference if photo.seen is photo.sent else None
        return DocumentReading(
            kind=document.kind,
            fields=checked.texts,
            confidence={name: value.confidence for name, value in checked.values.items()},
            flags=validate(document, checked, photo.sent, photo.today, self._rules, reference),
            turn=document.page.turn,
            quality=quality_of(photo.sent, document.line_places, self._rules.quality.blown_out),
            quads=checked.quads,
            missing=checked.missing,
            unclear=tuple(name for name, value in document.values.items() if value.is_unclear),
            corrected=checked.corrected,
            cut=checked.cut,
            portrait=portrait_part(document, photo.seen) if is_card else None,
        )

    def _without_text(self, photo: Pixels) -> DocumentReading:
        quality = quality_of(photo, (), self._rules.quality.blown_out)
        return DocumentReading(DocumentType.NOT_A_DOCUMENT, {}, {}, (), 0, quality)


def _edits(reading: DocumentReading) -> Iterator[Flag]:
    """Edits that are detected in the photo as it was sent: in what is restored none is."""
    return (flag for flag in reading.flags if flag.reason is Reason.EDITED)


def _with_others(
    documents: Sequence[DocumentReading], expected: DocumentType | None
) -> DocumentReading:
    """The document that was expected, else the first, with the others in the picture."""
    wanted = [reading for reading in documents if reading.kind == expected]
    first = (wanted or documents)[0]
    others = tuple(reading for reading in documents if reading is not first)
    flags = list(first.flags)
    if others:
        flags.append(Flag(Reason.MULTIPLE_DOCUMENTS))
    if expected and first.kind != expected:
        flags.append(Flag(Reason.WRONG_DOCUMENT, measures={"kind": first.kind.value}))
    return replace(first, flags=tuple(flags), others=others)


def _printed_licence(font: Path) -> Pixels:
    """A sheet, uint8 (1132, 1600, 3)."""
    page = Image.new("RGB", (1600, 1132), (235, 235, 235))
    pen, letters = ImageDraw.Draw(page), ImageFont.truetype(str(font), 34)
    for number, line in enumerate(_PRINTED):
        pen.text((90, 80 + 90 * number), line, (30, 30, 30), letters)
    return np.asarray(page)
