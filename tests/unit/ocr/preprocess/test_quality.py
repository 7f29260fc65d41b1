"""The quality of a photo, and the reason that it gives for an unread one."""

from __future__ import annotations

import numpy as np
import pytest

from core.reasons import Reason
from kyc.policy import DocumentPolicy
from ocr.geometry import Corners
from ocr.preprocess.quality import Quality, quality_of, quality_reason
from tests.support.policy import POLICY

RULES = POLICY.section(DocumentPolicy).quality


def row(left: float, right: float, top: float) -> Corners:
    return ((left, top), (right, top), (right, top + 30), (left, top + 30))


@pytest.mark.parametrize(
    ("quality", "reason"),
    [
        (Quality(900, 80, 0, 30), Reason.TOO_DARK),
        (Quality(900, 230, 0, 9), Reason.TOO_FAR),
        (Quality(40, 230, 0, 30), Reason.BLURRED),
        (Quality(900, 230, 0.1, 30), Reason.GLARE),
        (Quality(900, 230, 0, 30), Reason.UNREADABLE),
    ],
)
def test_the_reason_is_what_is_worst(quality: Quality, reason: Reason) -> None:
    assert quality_reason(quality, RULES) is reason


def test_quality_is_that_of_the_document_not_of_the_desk() -> None:
    photo = np.full((800, 1000, 3), 20, np.uint8)
    photo[200:500, 200:800] = 230
    quality = quality_of(photo, [row(300, 700, 300), row(300, 700, 360)], RULES.blown_out)
    assert quality.light > 200
    assert quality.text_px == pytest.approx(30)
    assert quality.glare == 0
    assert quality.glare_at is None


def test_the_largest_blown_out_part_is_shown_as_shares_of_the_photo() -> None:
    photo = np.full((800, 1000, 3), 200, np.uint8)
    photo[320:400, 300:500] = 255
    photo[300:308, 600:608] = 255
    quality = quality_of(photo, [row(300, 700, 300), row(300, 700, 360)], RULES.blown_out)
    assert quality.glare_at == pytest.approx((0.3, 0.4, 0.5, 0.5), abs=0.01)


def test_what_is_blown_out_counts_as_glare() -> None:
    photo = np.full((800, 1000, 3), 255, np.uint8)
    assert quality_of(photo, [row(300, 700, 300)], RULES.blown_out).glare == 1
