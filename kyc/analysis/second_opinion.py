"""dlib's opinion of a card's portrait: made only where a match needs it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from kyc.analysis.likeness import asks_second_opinion
from kyc.face.dlib_network import Crop
from kyc.face.embedding import FaceTemplate, Vector, compare, unpacked_crop
from kyc.policy import FacePolicy


@dataclass(frozen=True)
class Portrait:
    """The face on a card. `crop`, packed, is what a second opinion that is missing is made from."""

    template: FaceTemplate
    crop: bytes | None

    def with_second_opinion(
        self, face: FaceTemplate, rules: FacePolicy, opinion: Callable[[Crop], Vector]
    ) -> Portrait:
        """The portrait with dlib's embedding, where the comparison with a face asks for it.

        Otherwise, and where it has one or no crop is left, it is returned as it is.
        """
        if self.template.dlib is not None or self.crop is None:
            return self
        if not asks_second_opinion(rules, compare(self.template, face, rules.fusion)):
            return self
        second = opinion(unpacked_crop(self.crop))
        return Portrait(replace(self.template, dlib=second), None)
