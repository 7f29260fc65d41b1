"""Credit codes in the QR codes that licences carry, and whose licence each belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from ocr.document_types import CREDIT_CODE, DocumentType
from ocr.extraction.documents import ExtractedDocument
from ocr.geometry import Pixels, extents_overlap, transformed
from ocr.identifiers import credit_codes_of_businesses_in
from ocr.preprocess.qr_codes import QrCode, read_qr_codes

MARGIN = 0.06  # of its text's extent: how far beyond its text a sheet goes on


class QrCodes:
    """The QR codes of one photo: those that were read with it, else read when first asked for."""

    def __init__(self, photo: Pixels, read: Sequence[QrCode] | None = None) -> None:
        self._photo, self._read = photo, read

    def credit_code_of(
        self, document: ExtractedDocument, documents: Sequence[ExtractedDocument]
    ) -> str | None:
        """The credit code that a licence's QR code names, None for what is no licence.

        Where it is the only licence among the `documents` of the photo, any QR code is its own;
        else only one on its own sheet is. Electronic licences' QR codes hold other numbers too, or
        no code at all: of several codes it is the printed one where that is among them.
        """
        if document.kind is not DocumentType.LICENCE:
            return None
        codes = self._codes
        if _several_licences(documents):
            codes = [code for code in codes if _is_on_sheet(code, document)]
        named = [one for code in codes for one in credit_codes_of_businesses_in(code.text)]
        printed = document.values.get(CREDIT_CODE)
        if printed is not None and printed.text in named:
            return printed.text
        return named[0] if named else None

    @cached_property
    def _codes(self) -> Sequence[QrCode]:
        return read_qr_codes(self._photo) if self._read is None else self._read


def _several_licences(documents: Sequence[ExtractedDocument]) -> bool:
    """Whether there are two licences; one that was read twice is one."""
    licences = [document for document in documents if document.kind is DocumentType.LICENCE]
    places = [licence.places_of(licence.values).values() for licence in licences]
    return any(
        not extents_overlap(one, other) for k, one in enumerate(places) for other in places[:k]
    )


def _is_on_sheet(code: QrCode, document: ExtractedDocument) -> bool:
    """Whether the middle of a code lies within the text of a sheet, or in its margin."""
    to_page = np.asarray(np.linalg.inv(document.page.to_photo), np.float64)
    middle = transformed(np.array(code.corners), to_page).mean(0)
    corners = np.concatenate([np.array(line.quad) for line in document.lines])
    low, high = corners.min(0), corners.max(0)
    margin = MARGIN * float((high - low).max())
    return bool((low - margin <= middle).all() and (middle <= high + margin).all())
