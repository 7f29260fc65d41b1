"""The registering office where its seal hides a part of its name.

The seal shows the same name in its own letters. What both are read to say is held against the names
that offices of the licence's prefecture have; the one name that is clearly nearest is meant.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from rapidfuzz.distance import Levenshtein

from ocr.extraction.label import Label
from ocr.extraction.regions import offices_of_region
from ocr.extraction.values import Value
from ocr.geometry import Quad
from ocr.recognition.protocols import TextReader

AROUND = (-1.0, -6.0, 16.0, 7.0)  # label heights from the label to where its seal may be
CERTAIN = 0.95  # of a printed name's weakest character: then its seal need not be read
# Of a name's characters, in the reading that is nearest: with more of them lost it resembles a
# shorter name.
MAX_APART = 0.34
MIN_AHEAD = 2  # characters by which the next name is farther from all readings together


def office_by_seal(
    label: Label, printed: Value | None, region: str, reader: TextReader
) -> Value | None:
    """The office by its seal, beside what was read of its `printed` name; None where that is open.

    `region` is that of the licence, a code of six digits, empty where it is not known.
    """
    offices = offices_of_region(region) if region else frozenset[str]()
    if not offices or (printed is not None and _is_whole(printed, offices)):
        return None
    letters = reader.seal_letters(_around(label))
    readings = [line.text for line in letters]
    if printed is not None:
        readings.append(printed.text)
    office = _nearest(readings, sorted(offices)) if letters else None
    if office is None:
        return None
    best = min(letters, key=lambda line: _apart(line.text, office))
    lines = printed.lines if printed is not None else (best,)
    read = printed.text if printed is not None else best.text
    return Value(office, lines, corrected_from=None if read == office else read)


def _is_whole(printed: Value, offices: Collection[str]) -> bool:
    """Whether a printed name is an office's, or one that is not known and was read surely."""
    if printed.text in offices:
        return True
    return printed.confidence >= CERTAIN and not _is_end(printed.text, offices)


def is_end_of_name(text: str, region: str) -> bool:
    """Whether a text is the end of an office's name in a region: its beginning was not read."""
    return bool(region) and _is_end(text, offices_of_region(region))


def _is_end(text: str, offices: Collection[str]) -> bool:
    return text not in offices and any(one.endswith(text) for one in offices)


def _nearest(readings: Sequence[str], offices: Sequence[str]) -> str | None:
    """The one office that is nearest to all readings together, if it is near to one of them."""
    ranked = sorted((sum(_apart(text, one) for text in readings), one) for one in offices)
    (least, office), (next_least, _) = ranked[0], ranked[1]
    closest = min(_apart(text, office) for text in readings)
    near = closest <= MAX_APART * len(office) and next_least - least >= MIN_AHEAD
    return office if near else None


def _apart(read: str, office: str) -> int:
    """How many characters were lost, taken for others or read too much."""
    return int(Levenshtein.distance(read, office))


def _around(label: Label) -> Quad:
    """Where the seal of the office may be: to the right of its label, over and below its row."""
    left, top, right, bottom = (share * label.height for share in AROUND)
    x, y = label.left, label.row_at(label.left)
    low, high = (x + left, y + top), (label.right + right, y + bottom)
    return np.array([low, (high[0], low[1]), high, (low[0], high[1])])
