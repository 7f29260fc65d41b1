"""Which way the text of a group runs, and which keywords are in it, by reading a sample."""

from __future__ import annotations

import numpy as np

from ocr.geometry import Pixels, crop_quad, quad_in_direction
from ocr.preprocess.text_boxes import Group, TextBox
from ocr.recognition.protocols import TextEngine

SAMPLE_LINES = 5  # read in both directions to find which way is up
FEW = 2  # of them, which suffice where both are read well
SAMPLE_LENGTH = 10  # line heights
CONFIDENT = 0.90  # mean confidence from which the other direction need not be tried
LABEL_LENGTH = 10  # line heights
MAX_LABELS = 14


def text_direction(photo: Pixels, group: Group, angle: float, engine: TextEngine) -> float:
    """The direction of the text, degrees clockwise, by reading its longest lines both ways.

    `angle` is that of its lines, -90..90.
    """
    samples = sorted((box for box in group if box.has_direction), key=lambda box: -box.length)
    best, most = angle, -1.0
    for direction in (angle, angle + 180 if angle <= 0 else angle - 180):
        confidence = _mean_confidence(photo, samples[:SAMPLE_LINES], direction, engine)
        if confidence > most:
            best, most = direction, confidence
        if confidence >= CONFIDENT:
            break
    return best


def _mean_confidence(photo: Pixels, samples: Group, direction: float, engine: TextEngine) -> float:
    """Of the lines read in a direction, 0..1; of the first few where these are read well."""
    read: list[float] = []
    for some in (samples[:FEW], samples[FEW:]):
        crops = [_beginning(photo, box, direction) for box in some]
        read += [reading.confidence for reading in engine.read(crops, quick=True)]
        if min(read, default=0.0) >= CONFIDENT:
            break
    return float(np.mean(read)) if read else 0.0


def _beginning(photo: Pixels, box: TextBox, direction: float) -> Pixels:
    quad = quad_in_direction(box.quad, direction)
    share = min(1.0, SAMPLE_LENGTH * box.height / max(box.length, 1.0))
    ends = [quad[0] + (quad[1] - quad[0]) * share, quad[3] + (quad[2] - quad[3]) * share]
    return crop_quad(photo, np.array([quad[0], ends[0], ends[1], quad[3]]))


def sample_labels(photo: Pixels, group: Group, direction: float, engine: TextEngine) -> str:
    """A rough reading of the group's shorter lines: labels and titles are among them."""
    short = [box for box in group if box.length < LABEL_LENGTH * box.height]
    short.sort(key=lambda box: -box.height)
    crops = [crop_quad(photo, quad_in_direction(box.quad, direction)) for box in short[:MAX_LABELS]]
    return "\n".join("".join(r.text.split()) for r in engine.read(crops, quick=True))
