"""dlib's network on OpenVINO beside face_recognition: the same faces, the same embeddings."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from kyc.face.dlib_network import DlibNetwork
from kyc.face.finder import FaceFinder
from kyc.face.video import sampled_frames
from kyc.policy import UploadPolicy
from tests.support.policy import POLICY

DIFFERENCE = 1e-5  # the numbers are summed in another order
PICTURES = 3


@pytest.fixture(scope="module")
def network() -> DlibNetwork:
    return DlibNetwork()


@pytest.mark.parametrize("name", ["franck.mp4", "cap12.mp4"])
def test_faces_are_embedded_as_by_face_recognition(
    network: DlibNetwork, models: Path, name: str
) -> None:
    import face_recognition  # after the network, which spares it a model

    clip, finder = (models / "demo" / name).read_bytes(), FaceFinder(models)
    frames = sampled_frames(clip, lambda _: 1, POLICY.section(UploadPolicy).video)
    for picture in (frame.image for frame in islice(frames, PICTURES)):
        face = finder.find_subject(picture)
        assert face is not None
        left, top, right, bottom = (max(round(edge), 0) for edge in face.box)
        (expected,) = face_recognition.face_encodings(picture, [(top, right, bottom, left)])
        embedding = network.embed(picture, face.box)
        assert embedding.dtype == np.float32
        assert np.abs(embedding - expected).max() < DIFFERENCE
