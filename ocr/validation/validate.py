"""All checks of one document, in their order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from core.reasons import Reason
from ocr.document_types import CREDIT_CODE
from ocr.extraction.areas import coloured_part
from ocr.extraction.documents import ExtractedDocument
from ocr.extraction.values import Value
from ocr.geometry import Corners, Pixels
from ocr.rules import DocumentRules
from ocr.validation.consistency import consistency_flags, is_believable, repair_flags
from ocr.validation.contradictions import contradiction_flags
from ocr.validation.cropping import cut_fields, cut_off, missing_fields
from ocr.validation.flags import Flag
from ocr.validation.papers import is_without_credit_code, paper_flags
from ocr.validation.prints import Reference
from ocr.validation.recapture import recapture_flags
from ocr.validation.tampering import tampering_flags


@dataclass(frozen=True)
class CheckedFields:
    """The fields of a document that can be what is printed.

    `texts` also holds a credit code that only the QR code names, `qr_code`; `quads` where the
    printed ones are, photo pixels; `missing` the required fields that are not among them; `cut`
    those that the picture's edge touches.
    """

    values: Mapping[str, Value]
    texts: Mapping[str, str]
    quads: Mapping[str, tuple[Corners, ...]]
    missing: tuple[str, ...]
    qr_code: str | None
    cut: frozenset[str] = frozenset()

    @property
    def corrected(self) -> dict[str, str]:
        """What was read of the printed ones that a closed vocabulary corrects."""
        read = {name: value.corrected_from for name, value in self.values.items()}
        return {name: text for name, text in read.items() if text is not None}


def check_fields(
    document: ExtractedDocument, qr_code: str | None, photo: Pixels, rules: DocumentRules
) -> CheckedFields:
    """The believable fields; `qr_code` is the credit code that the document's QR code names."""
    values = {
        name: value
        for name, value in document.values.items()
        if is_believable(name, value, rules.belief)
    }
    texts = {name: value.text for name, value in values.items()}
    if qr_code and CREDIT_CODE not in texts:
        texts[CREDIT_CODE] = qr_code
    quads = document.places_of(values)
    missing: tuple[str, ...] = ()
    if document.is_known:
        missing = missing_fields(document.kind, texts, quads, photo, rules.edges)
        if CREDIT_CODE not in texts and is_without_credit_code(document.lines):
            # Its form has none: no other photo of it will show one.
            missing = tuple(name for name in missing if name != CREDIT_CODE)
    cut = cut_fields(texts, quads, photo, rules.edges)
    return CheckedFields(values, texts, quads, missing, qr_code, cut)


def validate(
    document: ExtractedDocument,
    checked: CheckedFields,
    photo: Pixels,
    today: date,
    rules: DocumentRules,
    reference: Reference | None,
) -> tuple[Flag, ...]:
    """What is wrong with a document on a business day; of an unknown kind nothing is.

    Print is measured against a `reference` font; without it edits are not looked for.
    """
    if not document.is_known:
        return ()
    places = document.line_places
    unread = [name for name in checked.missing if name not in document.values]
    if _is_from_qr_alone(checked):
        unread.append(CREDIT_CODE)
    cut = cut_off(checked.quads, places, unread, photo, rules.edges)
    part = coloured_part(document, checked.values, photo)
    copied = recapture_flags(photo, part, places, rules.recapture)
    if cut:
        # A sheet that is cut off may have its colours outside the picture.
        copied = [flag for flag in copied if flag.reason is not Reason.PHOTOCOPY]
    return (
        *paper_flags(document.kind, document.lines, checked.texts),
        *_qr_flags(checked),
        *repair_flags(checked.values, checked.quads),
        *consistency_flags(document.kind, checked.texts, checked.qr_code, today),
        *contradiction_flags(
            document.kind, checked.values, today, rules.belief.min_contradicting_confidence
        ),
        *cut,
        *copied,
        *_edits(document, checked, rules, reference),
    )


def _edits(
    document: ExtractedDocument,
    checked: CheckedFields,
    rules: DocumentRules,
    reference: Reference | None,
) -> list[Flag]:
    if reference is None:
        return []
    return tampering_flags(document.kind, checked.values, document.page, rules.tampering, reference)


def _qr_flags(checked: CheckedFields) -> list[Flag]:
    """`code_from_qr` where nothing printed can be compared with the code: a person should look."""
    return [Flag(Reason.CODE_FROM_QR)] if _is_from_qr_alone(checked) else []


def _is_from_qr_alone(checked: CheckedFields) -> bool:
    return checked.qr_code is not None and CREDIT_CODE not in checked.values
