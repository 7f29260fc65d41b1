"""A portrait's second opinion is made where it can change the answer, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kyc.analysis.second_opinion import Portrait
from kyc.face.dlib_network import Crop
from kyc.face.embedding import Vector, packed_crop
from kyc.policy import FacePolicy
from tests.support.faces import at_ratio
from tests.support.findings import face
from tests.support.policy import POLICY

RULES = POLICY.section(FacePolicy)
PIXELS = np.full((150, 150, 3), 7, np.uint8)
UNASKED = Portrait(replace(face(1), dlib=None), packed_crop(PIXELS))
MADE = np.full(128, 0.5, np.float32)
WITHIN = (RULES.match_llr + RULES.second_below_llr) / 2


class Network:
    """Counts the crops that it was shown."""

    def __init__(self) -> None:
        self.shown: list[Crop] = []

    def __call__(self, crop: Crop) -> Vector:
        self.shown.append(crop)
        return MADE


@pytest.mark.parametrize(
    ("ratio", "asked"),
    [
        (RULES.match_llr - 0.1, False),
        (RULES.match_llr + 0.1, True),
        (RULES.second_below_llr - 0.1, True),
        (RULES.second_below_llr + 0.1, False),
    ],
)
def test_it_is_asked_between_the_two_ratios(ratio: float, asked: bool) -> None:
    network = Network()
    shown = at_ratio(UNASKED.template, RULES.fusion, ratio)
    portrait = UNASKED.with_second_opinion(shown, RULES, network)
    assert len(network.shown) == asked
    if not asked:
        assert portrait is UNASKED
        return
    assert np.array_equal(network.shown[0], PIXELS)
    assert portrait.template.dlib is MADE
    assert portrait.crop is None
    assert UNASKED.template.is_completed_by(portrait.template)


def test_a_policy_of_before_asks_of_every_match() -> None:
    earlier, network = replace_limit(float("inf")), Network()
    UNASKED.with_second_opinion(face(1), earlier, network)
    assert len(network.shown) == 1


def test_it_is_asked_once_and_never_without_a_crop() -> None:
    network = Network()
    shown = at_ratio(UNASKED.template, RULES.fusion, WITHIN)
    for portrait in (Portrait(face(1), packed_crop(PIXELS)), replace(UNASKED, crop=None)):
        assert portrait.with_second_opinion(shown, RULES, network) is portrait
    assert network.shown == []


def replace_limit(limit: float) -> FacePolicy:
    """The policy with another limit; earlier ones have none."""
    return RULES.model_copy(update={"second_below_llr": limit})
