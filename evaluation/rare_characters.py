"""`kaihu evaluate rare`: licences of firms whose names hold a rare character.

Characters of the national standard that the quick recogniser does not know, drawn by a seed from
those that it was seen to mistake, each in a name on a licence in fonts that the table of its
mistakes was not made from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageFont

from core.policy import Policy
from core.reasons import Reason
from demo.documents import DocumentPrinter, photograph
from demo.personas import NOODLES
from evaluation.documents import TODAY
from evaluation.fonts import TELLING, installed
from evaluation.report import Figures
from evaluation.shares import share_figures
from kyc.analysis.documents import document_reasons
from kyc.policy import DocumentPolicy
from ocr.document import DocumentReader
from ocr.document_types import FIRM_NAME, DocumentType
from ocr.extraction.mistaken_characters import rare_characters

SEED = 43
COUNT = 60  # licences in each font
FONTS = TELLING[:2]  # Kai and Song: licences are printed in Song
NAMES = ("样例市{}记面馆", "{}香园餐饮店", "样例市{}山商贸有限公司", "金{}服装店")
MISSING = "\uffff"  # of every font


@dataclass(frozen=True)
class Name:
    """The name on a licence: as printed, as read (None where not), and whether a person looks."""

    printed: str
    read: str | None
    told: bool


def evaluate_rare_characters(models: Path, policy: Policy, seed: int = SEED) -> Figures:
    """The share of names that are read right, and of those wrong that nobody is told of."""
    names = [
        name
        for font in installed(FONTS)
        for name in _names(font, models, policy, np.random.default_rng(seed))
    ]
    right = [name.read == name.printed for name in names]
    unnoticed = [name.read != name.printed and not name.told for name in names]
    figures: Figures = {"rare.seed": seed}
    figures |= share_figures("rare.names_right", right)
    return figures | share_figures("rare.names_wrong_untold", unnoticed)


def _names(font: Path, models: Path, policy: Policy, chance: np.random.Generator) -> Iterator[Name]:
    reader = DocumentReader(models, policy.section(DocumentPolicy).rules)
    printer = DocumentPrinter(font)
    printed = chance.choice(_printable(font, sorted(rare_characters())), COUNT, replace=False)
    for number, character in enumerate(printed):
        name = NAMES[number % len(NAMES)].format(character)
        sheet = printer.licence(replace(NOODLES, name=name))
        photo = np.asarray(Image.open(BytesIO(photograph(sheet, number))))
        reading = reader.read(photo, TODAY, DocumentType.LICENCE)
        reasons = document_reasons(reading, policy)
        told = {Reason.NAME_UNCERTAIN, Reason.UNREADABLE} & set(reasons)
        yield Name(name, reading.fields.get(FIRM_NAME), bool(told))


def _printable(font: Path, characters: Sequence[str]) -> list[str]:
    """Those of the characters that a font has."""
    drawn = ImageFont.truetype(font, 40)
    missing = bytes(drawn.getmask(MISSING))
    return [one for one in characters if bytes(drawn.getmask(one)) not in (missing, b"")]
