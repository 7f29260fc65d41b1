"""The face finder beside MediaPipe, whose networks it runs: the same faces, told the same."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import mediapipe
import numpy as np
import pytest
from mediapipe.tasks.python import BaseOptions, vision

from demo.actor import index_clip
from evaluation.planar_motion import slid
from kyc.face.finder import Face, FaceFinder
from kyc.face.picture import RGB

FACE_WIDTHS, DEGREES, SHARE = 0.002, 0.05, 0.003  # what a resampled pixel more or less may change
SURFACE = 468  # landmarks of the face's surface, which its middle is told from
STILL = 2.0  # degrees that a photo may seem to turn
PEOPLE_ALONE = 26


@pytest.fixture(scope="module")
def landmarker(models: Path) -> Iterator[Any]:
    options = vision.FaceLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(models / "face/face_landmarker.task")),
        output_face_blendshapes=True,
        output_facial_transformation_matrixes=True,
        num_faces=2,
    )
    with vision.FaceLandmarker.create_from_options(options) as made:
        yield made


@pytest.fixture(scope="module")
def finder(models: Path) -> FaceFinder:
    return FaceFinder(models)


@pytest.fixture(scope="module")
def pictures(models: Path) -> list[RGB]:
    """Of two people: as filmed, tilted, small, cut by the edge, both at once, and nobody."""
    clips = [
        index_clip(models / "demo" / name, models).frames for name in ("franck.mp4", "cap12.mp4")
    ]
    filmed = [clip[number] for clip in clips for number in range(0, len(clip), len(clip) // 12)]
    seen = list(filmed)
    for picture, degrees, scale in zip(
        filmed, range(-60, 60, 5), [1.0, 0.6, 0.4] * 8, strict=False
    ):
        height, width = picture.shape[:2]
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, scale)
        seen.append(np.asarray(cv2.warpAffine(picture, matrix, (width, height)), np.uint8))
    seen += [np.ascontiguousarray(picture[:, picture.shape[1] // 2 :]) for picture in filmed[::4]]
    first, second = clips[0][0], clips[1][0]
    beside = np.asarray(cv2.resize(second, first.shape[1::-1]), np.uint8)
    return [*seen, np.hstack([first, beside]), np.vstack([first, beside]), np.zeros_like(first)]


def test_the_finder_tells_what_mediapipe_tells(
    landmarker: Any, finder: FaceFinder, pictures: list[RGB]
) -> None:
    counts = []
    for picture in pictures:
        shown = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=picture)
        theirs, ours = landmarker.detect(shown), finder.find(picture)
        counts.append(len(ours))
        assert len(ours) == len(theirs.face_landmarks)
        for number, marks in enumerate(theirs.face_landmarks):
            points = np.array([(m.x, m.y) for m in marks]) * picture.shape[1::-1]
            same = min(ours, key=lambda face: float(np.abs(face.landmarks - points).max()))
            assert np.abs(same.landmarks - points).max() < FACE_WIDTHS * same.width
            _assert_same_expression(same, theirs.face_blendshapes[number])
    assert set(counts) == {0, 1, 2}


def test_a_head_is_turned_as_mediapipe_tells_of_a_face_in_the_middle(
    landmarker: Any, finder: FaceFinder, pictures: list[RGB]
) -> None:
    for picture in pictures[:PEOPLE_ALONE]:
        height, width = picture.shape[:2]
        (face,) = finder.find(picture)
        away = np.array([width, height]) / 2 - face.landmarks[:SURFACE].mean(axis=0)
        centred = slid(picture, (away[0] / width, away[1] / height), 1)
        shown = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=centred)
        (theirs,) = landmarker.detect(shown).facial_transformation_matrixes
        (ours,) = finder.find(centred)
        _assert_same_pose(ours, theirs)


def test_a_picture_that_is_slid_turns_nobodys_head(finder: FaceFinder, pictures: list[RGB]) -> None:
    seen = []
    for picture in pictures[:PEOPLE_ALONE]:
        for slide in ((0.15, 0.0), (0.0, 0.15)):
            one, other = (finder.find_subject(slid(picture, slide, way)) for way in (-1, 1))
            assert one is not None
            assert other is not None
            seen.append((abs(one.yaw - other.yaw), abs(one.pitch - other.pitch)))
    assert (np.percentile(seen, 90, axis=0) < STILL).all()


def _assert_same_pose(face: Face, matrix: Any) -> None:
    rotation = np.asarray(matrix)[:3, :3]
    yaw = np.degrees(np.arctan2(rotation[0, 2], rotation[2, 2]))
    pitch = np.degrees(np.arcsin(np.clip(rotation[1, 2], -1, 1)))
    assert face.yaw == pytest.approx(yaw, abs=DEGREES)
    assert face.pitch == pytest.approx(pitch, abs=DEGREES)


def _assert_same_expression(face: Face, shapes: Any) -> None:
    told = {shape.category_name: shape.score for shape in shapes}
    closed = min(told["eyeBlinkLeft"], told["eyeBlinkRight"])
    assert face.eyes_closed == pytest.approx(closed, abs=SHARE)
    assert face.mouth_open == pytest.approx(told["jawOpen"], abs=SHARE)


def test_a_picture_that_is_a_part_of_another_is_read_as_it_stands(
    finder: FaceFinder, pictures: list[RGB]
) -> None:
    height, width = pictures[0].shape[:2]
    wider = np.zeros((height + 40, width + 60, 3), np.uint8)
    wider[20:-20, 30:-30] = pictures[0]
    (face,) = finder.find(wider[20:-20, 30:-30])
    (alone,) = finder.find(pictures[0])
    assert np.array_equal(face.landmarks, alone.landmarks)


def test_a_finder_needs_every_part_of_its_weights(models: Path, tmp_path: Path) -> None:
    whole = models / "face/face_landmarker.task"
    (tmp_path / "face").mkdir()
    kept = tmp_path / "face/face_landmarker.task"
    with pytest.raises(FileNotFoundError):
        FaceFinder(tmp_path)
    kept.write_bytes(whole.read_bytes()[:-4000])
    with pytest.raises(zipfile.BadZipFile):
        FaceFinder(tmp_path)
    with zipfile.ZipFile(whole) as given, zipfile.ZipFile(kept, "w") as file:
        for name in given.namelist():
            file.writestr(name, b"none" if "landmarks_detector" in name else given.read(name))
    with pytest.raises(ValueError, match="model"):
        FaceFinder(tmp_path)
