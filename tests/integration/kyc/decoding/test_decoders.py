"""The same pictures, frames and samples as in this process; and files that cost too much."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from core.files import UnreadableFile
from core.reasons import Reason
from kyc.decoding.decoders import ConfinedDecoders, DirectDecoders
from kyc.face.video import FramePlan
from kyc.policy import DecodingPolicy, UploadPolicy
from tests.support import hostile_files
from tests.support.policy import POLICY

UPLOADS = POLICY.section(UploadPolicy)
DECODING = POLICY.section(DecodingPolicy)
PLAN = FramePlan(8.0, 15.0, ((0.5, 1.0),))


@pytest.fixture(scope="module")
def confined() -> Iterator[ConfinedDecoders]:
    decoders = ConfinedDecoders(DECODING.limits)
    yield decoders
    decoders.runner.close()


@pytest.fixture
def narrow() -> Iterator[ConfinedDecoders]:
    """With a second of processor time, so that what costs without end costs the tests less."""
    decoders = ConfinedDecoders(replace(DECODING.limits, cpu_s=1))
    yield decoders
    decoders.runner.close()


def saved(kind: str) -> bytes:
    file = io.BytesIO()
    chance = np.random.default_rng(1)
    coarse = Image.fromarray(chance.integers(0, 255, (30, 40, 3), np.uint8))
    coarse.resize((2400, 1800)).save(file, kind)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF", "GIF", "PDF"])
def test_photos_are_the_same(confined: ConfinedDecoders, kind: str) -> None:
    content = saved(kind)
    here = DirectDecoders().photo(content, UPLOADS.photo, with_codes=True)
    there = confined.photo(content, UPLOADS.photo, with_codes=True)
    assert np.array_equal(here.pixels, there.pixels)
    assert here.codes == there.codes == []


def test_frames_are_the_same(confined: ConfinedDecoders) -> None:
    content = hostile_files.many_pictures(40, rate=20)
    here = DirectDecoders().video(content, PLAN, UPLOADS.video)
    there = confined.video(content, PLAN, UPLOADS.video)
    assert here.metadata == there.metadata != ""
    count = 0
    for one, other in zip(here.frames, there.frames, strict=True):
        count += 1
        assert one.at == other.at
        assert np.array_equal(one.image, other.image)
        assert [thumb.at for thumb in one.thumbnails] == [thumb.at for thumb in other.thumbnails]
        for thumb, same in zip(one.thumbnails, other.thumbnails, strict=True):
            assert np.array_equal(thumb.grey, same.grey)
    assert count > 10


def test_samples_are_the_same(confined: ConfinedDecoders) -> None:
    content = hostile_files.wav(44_100)
    here = DirectDecoders().recording(content, UPLOADS.recording)
    assert np.array_equal(here, confined.recording(content, UPLOADS.recording))


Decode = Callable[[ConfinedDecoders, bytes], object]


def photo(decoders: ConfinedDecoders, content: bytes) -> object:
    return decoders.photo(content, UPLOADS.photo, with_codes=False)


def video(decoders: ConfinedDecoders, content: bytes) -> object:
    return list(decoders.video(content, PLAN, UPLOADS.video).frames)


def recording(decoders: ConfinedDecoders, content: bytes) -> object:
    return decoders.recording(content, UPLOADS.recording)


@pytest.mark.parametrize(
    ("decode", "content", "reasons"),
    [
        (photo, hostile_files.nested_forms(), {Reason.FILE_TOO_COSTLY}),
        (video, hostile_files.many_pictures(1300), {Reason.FILE_TOO_COSTLY}),
        (video, hostile_files.growing_vp8(), {Reason.NOT_A_VIDEO, Reason.VIDEO_TOO_LARGE}),
        (video, hostile_files.unknown_codec(), {Reason.NOT_A_VIDEO}),
        (recording, hostile_files.wav(hostile_files.WAV_RATE), {Reason.NOT_A_RECORDING}),
        (recording, hostile_files.wav(1), {Reason.NOT_A_RECORDING}),
        (recording, hostile_files.wav(16_000, channels=64), {Reason.NOT_A_RECORDING}),
        (photo, b"", {Reason.FILE_EMPTY}),
    ],
    ids=["forms", "pictures", "growing", "codec", "fast", "slow", "channels", "empty"],
)
def test_each_has_a_reason_of_its_own(
    narrow: ConfinedDecoders, decode: Decode, content: bytes, reasons: set[Reason]
) -> None:
    with pytest.raises(UnreadableFile) as caught:
        decode(narrow, content)
    assert caught.value.reason in reasons
    assert narrow.runner.last.peak_mb < DECODING.memory_mb + 200
    assert narrow.runner.last.cpu_s < 3


def test_the_largest_picture_that_is_allowed_fits(confined: ConfinedDecoders) -> None:
    photo(confined, hostile_files.large_png())
    assert confined.runner.last.peak_mb < DECODING.memory_mb + 200
    assert confined.runner.last.cpu_s < DECODING.cpu_s
