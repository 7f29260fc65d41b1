"""Templates of faces, packed and compared."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kyc.face.embedding import FaceTemplate, compare
from kyc.policy import FacePolicy
from tests.support.findings import face
from tests.support.policy import POLICY

FUSION = POLICY.section(FacePolicy).fusion
OLDER = replace(face(1), dlib=None)


@pytest.mark.parametrize("template", [face(1), OLDER])
def test_a_template_comes_back_as_it_was_packed(template: FaceTemplate) -> None:
    again = FaceTemplate.unpacked(template.packed())
    assert np.array_equal(again.sface, template.sface)
    assert np.array_equal(again.mobile, template.mobile)
    assert (again.dlib is None) == (template.dlib is None)
    assert again.packed() == template.packed()


@pytest.mark.parametrize("length", [0, 319, 321, 447, 449])
def test_templates_of_other_networks_are_refused(length: int) -> None:
    with pytest.raises(ValueError, match="other networks"):
        FaceTemplate.unpacked(bytes(4 * length))


def test_without_both_second_opinions_there_is_no_distance() -> None:
    assert compare(face(1), face(1), FUSION).dlib == 0
    for one, other in ((OLDER, face(1)), (face(1), OLDER), (OLDER, OLDER)):
        similarity = compare(one, other, FUSION)
        assert similarity.dlib is None
        whole = compare(face(1), face(1), FUSION).log_likelihood_ratio
        assert similarity.log_likelihood_ratio == whole
