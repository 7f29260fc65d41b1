"""Photos of identity cards and licences."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from core.policy import Policy
from core.reasons import Reason
from kyc.analysis.analyser import Engines, Sample
from kyc.analysis.findings import DocumentFinding
from kyc.face.embedding import FaceTemplate
from kyc.face.finder import Face
from kyc.policy import DocumentPolicy, FacePolicy, UploadPolicy
from ocr.document_types import LABELS, PRINCIPAL, DocumentType
from ocr.extraction.rare_names import least_certain_name
from ocr.preprocess.quality import Quality, quality_reason
from ocr.reading import DocumentReading
from ocr.validation.consistency import corrections
from ocr.validation.flags import Flag

REGIONS = "regions"  # of a photo, by the reason that they show
READING = "reading"  # what another take of the same paper needs to know of this one


def analyse_id_card_front(engines: Engines, sample: Sample) -> DocumentFinding:
    """The front of an identity card: its fields, and with consent the portrait's template."""
    reading = _read(engines, sample, DocumentType.ID_FRONT)
    reasons = document_reasons(reading, engines.policy)
    face = None
    if reading.kind is DocumentType.ID_FRONT:
        face = _portrait(engines, reading)
        if face is None:
            reasons.append(Reason.PORTRAIT_UNCLEAR)
    portrait = None
    if face is not None and reading.portrait is not None and sample.biometric:
        portrait = engines.embedder.embed(reading.portrait, face)
    return document_finding(reading, reasons, portrait, shows_portrait=face is not None)


def analyse_id_card_back(engines: Engines, sample: Sample) -> DocumentFinding:
    """The back of an identity card."""
    return _analyse(engines, sample, DocumentType.ID_BACK)


def analyse_licence(engines: Engines, sample: Sample) -> DocumentFinding:
    """A business licence."""
    return _analyse(engines, sample, DocumentType.LICENCE)


def document_reasons(reading: DocumentReading, policy: Policy) -> list[Reason]:
    """What is wrong with a photo of a document; the evaluation applies the same rule."""
    rules = policy.section(DocumentPolicy)
    reasons = list(dict.fromkeys(flag.reason for flag in reading.flags))
    retake = quality_reason(reading.quality, rules.quality)
    if reading.kind not in LABELS:
        # It may well be the right document in the dark or out of focus: then that is the reason.
        return [retake, *reasons] if retake in (Reason.TOO_DARK, Reason.BLURRED) else reasons
    unsure = reading.weakest < rules.min_confidence
    if Reason.INCOMPLETE in reasons and not (reading.missing or unsure):
        # All that is needed was read: a person looks at it, the owner need not take it again.
        reasons[reasons.index(Reason.INCOMPLETE)] = Reason.PARTLY_CUT
    elif (reading.missing or unsure) and (
        Reason.INCOMPLETE not in reasons or retake is Reason.GLARE
    ):
        # Text that a lamp hides looks cut off, too: then the owner is told of both.
        reasons.append(retake)
    if reading.steadied:
        reasons.append(Reason.SHAKEN)
    if reading.unclear:
        reasons.append(Reason.DATE_UNCLEAR)
    if least_certain_name(reading.confidence) < rules.fields.min_name_confidence:
        reasons.append(Reason.NAME_UNCERTAIN)
    return reasons


def _analyse(engines: Engines, sample: Sample, expected: DocumentType) -> DocumentFinding:
    reading = _read(engines, sample, expected)
    return document_finding(reading, document_reasons(reading, engines.policy), None)


def _read(engines: Engines, sample: Sample, expected: DocumentType) -> DocumentReading:
    limits = engines.policy.section(UploadPolicy).photo
    with_codes = expected is DocumentType.LICENCE
    photo = engines.decoders.photo(sample.content, limits, with_codes=with_codes)
    return engines.documents.read(photo.pixels, sample.today, expected=expected, codes=photo.codes)


def document_finding(
    reading: DocumentReading,
    reasons: list[Reason],
    portrait: FaceTemplate | None,
    *,
    shows_portrait: bool = False,
) -> DocumentFinding:
    """What is kept of a reading; `reasons` are what is wrong with it.

    `shows_portrait`: a portrait is large enough to compare, also where no template is made of it.
    """
    fields = dict(reading.fields)
    if reading.principal:
        fields[PRINCIPAL] = reading.principal
    measured = {
        READING: {
            "kind": reading.kind.value,
            "reasons": [reason.value for reason in reasons],
            "cut": sorted(reading.cut),
            "unclear": list(reading.unclear),
            "portrait": shows_portrait,
        },
        "turn": reading.turn,
        "quality": _quality(reading.quality),
        "flags": [_measured(flag) for flag in reading.flags],
        "corrected": {
            name: corrections(read, reading.fields[name])
            for name, read in reading.corrected.items()
        },
        REGIONS: _regions(reading.quality, reasons),
        "confidence": {k: round(v, 3) for k, v in reading.confidence.items()},
    }
    return DocumentFinding(
        tuple(reasons),
        fields=fields,
        portrait=portrait.packed() if portrait else None,
        measured=measured,
    )


def _portrait(engines: Engines, reading: DocumentReading) -> Face | None:
    """Where the face on a card is, if there is one that is large enough to compare."""
    if reading.portrait is None:
        return None
    face = engines.faces.find_subject(reading.portrait)
    if face is None or face.width < engines.policy.section(FacePolicy).min_portrait_px:
        return None
    return face


def _quality(quality: Quality) -> dict[str, float]:
    sides = asdict(quality)
    del sides["glare_at"]
    return {name: round(value, 3) for name, value in sides.items()}


def _regions(quality: Quality, reasons: list[Reason]) -> dict[str, list[float]]:
    """Where in the photo an owner sees what a reason is about, as shares of it."""
    if Reason.GLARE not in reasons or quality.glare_at is None:
        return {}
    return {Reason.GLARE.value: [round(side, 3) for side in quality.glare_at]}


def _measured(flag: Flag) -> dict[str, Any]:
    return {"name": flag.name, "region": flag.region, "measures": dict(flag.measures)}
