"""One take: what a photo of a paper was read to say."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from core.reasons import Reason
from ocr.document_types import CODES, FIRM_NAME, NAME, PRINCIPAL
from ocr.extraction.normalise import normalise
from ocr.recognition.line import narrow

# A rare character is misread alike in each photo: that two takes agree on a name says little.
NAMES = (NAME, PRINCIPAL, FIRM_NAME)

MIN_HIDDEN = 2  # characters in a row: one that differs is no finger's or glare's


@dataclass(frozen=True)
class TakeRules:
    """From the policy.

    A field counts as read from `min_confidence` on, a name as certain from
    `min_name_confidence` on; a reading of `certain` or more overrules those below; all 0..1, of the
    weakest character. `agreement_odds` are those by which an equal reading speaks for a field.
    A take that shows fewer than `min_compared` fields in one print was not searched for edits.
    """

    min_confidence: float
    min_name_confidence: float
    certain: float
    agreement_odds: float
    min_compared: int


@dataclass(frozen=True)
class Take:
    """A photo of a paper of the kind that was asked for.

    `fields` by their label, the principal as `principal`; `confidence` the probability of each
    field's weakest character, 0..1, none for a code that the QR code alone names; `cut` the fields
    that the picture's edge touches; `unclear` those of which a part was not read; `reasons` what is
    wrong with the photo or the paper, by this take alone. Ids sort by time.
    """

    id: str
    fields: Mapping[str, str]
    confidence: Mapping[str, float]
    reasons: tuple[Reason, ...] = ()
    cut: frozenset[str] = frozenset()
    unclear: frozenset[str] = frozenset()
    portrait: bool = False

    def sureness(self, name: str) -> float:
        """How sure the reading of a field is, 0..1; a code that a QR code names is read surely."""
        if name not in self.fields or name in self.cut:
            return 0.0
        return self.confidence.get(name, 1.0)

    def form(self, name: str) -> str:
        """A field in the form in which two readings of it are compared."""
        text = self.fields[name]
        return normalise(name, text) or narrow(text)

    def shows_part_of(self, other: Take, name: str) -> bool:
        """Whether something hid a part of a field here that another take shows.

        Its reading is the other's without characters in a row. Never so for names and codes, and
        for what has a meaning of its own as it stands: 100 is no part of 1000.
        """
        part, whole = narrow(self.fields[name]), narrow(other.fields[name])
        hidden = len(whole) - len(part)
        if hidden < MIN_HIDDEN or name in (*NAMES, *CODES) or normalise(name, part) is not None:
            return False
        return any(
            part == whole[:start] + whole[start + hidden :] for start in range(len(part) + 1)
        )

    def shows(self, names: Collection[str]) -> int:
        """How many of some fields it shows whole."""
        return sum(name in self.fields and name not in self.cut for name in names)
