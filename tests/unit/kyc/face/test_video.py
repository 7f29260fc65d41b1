"""Files that are no videos: a stable reason, never a crash; and the frames of one that is."""

from __future__ import annotations

import base64
import io
import os
from dataclasses import replace
from fractions import Fraction

import av
import cv2
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.files import UnreadableFile, VideoLimits
from core.reasons import Reason
from kyc.face.video import (
    THUMBNAIL_SIZE,
    Frame,
    FrameClock,
    FramePlan,
    decode_video,
    metadata_text,
    sampled_frames,
    thumbnail_of,
)
from tests.support.scheduling import scheduling_kept

LIMITS = VideoLimits(1_000_000, max_seconds=3.0, max_pixels=1280 * 720, max_pictures=100)
RATE = 10


def film(pictures: int, width: int = 320, height: int = 240, title: str = "") -> bytes:
    """Grey pictures that grow lighter, ten a second."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        container.metadata["title"] = title
        stream = container.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.options = {"preset": "ultrafast"}
        for number in range(pictures):
            image = np.full((height, width, 3), 20 + 5 * number, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        container.mux(stream.encode())
    return file.getvalue()


def frames(content: bytes, per_second: float = 10.0, limits: VideoLimits = LIMITS) -> list[Frame]:
    return list(sampled_frames(content, lambda _: per_second, limits))


def reason_against(content: bytes, limits: VideoLimits = LIMITS) -> Reason:
    with pytest.raises(UnreadableFile) as caught:
        frames(content, limits=limits)
    return caught.value.reason


def test_frames_are_sampled_and_every_picture_has_a_thumbnail() -> None:
    sampled = frames(film(20), per_second=5.0)
    assert [round(one.at, 3) for one in sampled] == [n / 5 for n in range(10)]
    times = [thumbnail.at for one in sampled for thumbnail in one.thumbnails]
    assert times == pytest.approx([n / RATE for n in range(19)])
    assert all(one.thumbnails[-1].at == one.at for one in sampled)
    assert {one.thumbnails[0].grey.shape for one in sampled} == {(24, 32)}
    assert {one.image.shape for one in sampled} == {(240, 320, 3)}


def test_a_large_picture_is_analysed_smaller() -> None:
    assert {one.image.shape for one in frames(film(2, 1280, 720))} == {(360, 640, 3)}


# One of ten pictures is lost, as phones lose them; the last rate is a slow camera's.
TIMES = [0, 33, 67, 133, 167, 200, 300, 333, 367, 400, 525, 650, 775]  # ms


@pytest.mark.parametrize(
    ("codec", "container"),
    [
        ("libx264", "mp4"),
        ("libx264", "matroska"),
        ("libx265", "mp4"),
        ("libvpx", "webm"),
        ("libvpx-vp9", "webm"),
        ("libvpx-vp9", "mp4"),
        ("libsvtav1", "mp4"),
        ("libsvtav1", "webm"),
        ("mpeg4", "mp4"),
    ],
)
def test_uneven_times_are_read_as_they_are(codec: str, container: str) -> None:
    before = os.sched_getscheduler(0)
    with scheduling_kept():
        content = uneven(codec, container, TIMES)
    assert os.sched_getscheduler(0) == before
    sampled = frames(content, per_second=1000.0)
    assert [one.at for one in sampled] == pytest.approx([at / 1000 for at in TIMES], abs=2e-3)
    light = [float(one.image.mean()) for one in sampled]
    assert light == sorted(light)  # in the order in which they were taken


def uneven(codec: str, container: str, times_ms: list[int]) -> bytes:
    """Grey pictures that grow lighter, at these times."""
    file = io.BytesIO()
    with av.open(file, "w", format=container) as output:
        stream = output.add_stream(codec, rate=30)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        stream.time_base = stream.codec_context.time_base = Fraction(1, 1000)
        for number, at in enumerate(times_ms):
            image = np.full((240, 320, 3), 20 + 10 * number, np.uint8)
            picture = av.VideoFrame.from_ndarray(image, format="rgb24")
            picture.pts, picture.time_base = at, Fraction(1, 1000)
            output.mux(stream.encode(picture))
        output.mux(stream.encode())
    return file.getvalue()


@pytest.mark.parametrize(
    ("per_s", "wanted", "step"),
    [
        (30, 8.0, 4),
        (30, 15.0, 2),
        (24, 8.0, 3),
        (20, 15.0, 1),  # every other would be ten a second
        (12, 8.0, 2),
        (10, 8.0, 1),  # every other would be five a second
        (8, 8.0, 1),
    ],
)
@given(jitter_ms=st.lists(st.integers(0, 1), min_size=60, max_size=60))
def test_the_picture_nearest_to_the_plan_is_a_frame(
    per_s: int, wanted: float, step: int, jitter_ms: list[int]
) -> None:
    clock = FrameClock(lambda _: wanted)
    times = [number / per_s + late / 1000 for number, late in enumerate(jitter_ms)]
    taken = [number for number, at in enumerate(times) if clock.takes(at)]
    assert taken == list(range(0, 60, step))


def test_a_large_picture_is_scaled_as_it_is_decoded() -> None:
    (one, *_) = frames(film(2, 1920, 1080), limits=replace(LIMITS, max_pixels=1920 * 1080))
    assert one.image.shape == (360, 640, 3)
    assert one.image.mean() == pytest.approx(20, abs=2)
    assert one.thumbnails[0].grey.shape == (24, 32)


def large_picture(width: int, height: int) -> npt.NDArray[np.uint8]:
    """Patches of light and dark with some noise, as a camera's picture has."""
    chance = np.random.default_rng(1)
    coarse = chance.integers(0, 256, (9, 16), np.uint8)
    patches = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC).astype(float)
    noisy = patches + chance.normal(scale=5, size=(height, width))
    return np.asarray(np.clip(noisy, 0, 255), np.uint8)


@pytest.mark.parametrize(
    ("width", "height", "averaged"), [(1920, 1080, 1920), (1080, 1920, 1056), (1930, 1085, 1920)]
)
def test_a_thumbnail_of_a_large_picture_is_near_the_mean_of_all_pixels(
    width: int, height: int, averaged: int
) -> None:
    """Of all rows: columns that a thumbnail's do not divide are left out at the right."""
    grey = large_picture(width, height)
    thumbnail = thumbnail_of(grey).astype(int)
    whole = cv2.resize(grey[:, :averaged], THUMBNAIL_SIZE, interpolation=cv2.INTER_AREA)
    apart = np.abs(thumbnail - whole)
    assert apart.max() <= 3
    assert apart.mean() < 0.5


@pytest.mark.parametrize(
    ("width", "height"), [(480, 640), (360, 288), (640, 480), (33, 25), (31, 23), (1, 1)]
)
def test_a_thumbnail_of_a_small_picture_is_the_mean_of_all_pixels(width: int, height: int) -> None:
    grey = large_picture(width, height)
    whole = cv2.resize(grey, THUMBNAIL_SIZE, interpolation=cv2.INTER_AREA).astype(int)
    if width >= 32 and height >= 24:  # OpenCV enlarges others otherwise
        assert np.abs(thumbnail_of(grey) - whole).max() <= 1
    assert abs(thumbnail_of(grey).mean() - grey.mean()) < 1


@pytest.mark.parametrize(
    ("width", "height"),
    [(1, 1_000_000), (20, 50_000), (31, 40_000), (50_000, 20), (1_000_000, 1), (33, 40_000)],
)
def test_narrow_and_low_pictures_have_thumbnails(width: int, height: int) -> None:
    thumbnail = thumbnail_of(np.full((height, width), 90, np.uint8))
    assert thumbnail.shape == (24, 32)
    assert (thumbnail == 90).all()


def test_limits_are_the_callers() -> None:
    assert reason_against(film(40)) is Reason.VIDEO_TOO_LONG
    assert reason_against(film(1, 1280, 960)) is Reason.VIDEO_TOO_LARGE
    assert reason_against(film(5), replace(LIMITS, max_bytes=100)) is Reason.FILE_TOO_LARGE


def test_what_is_no_video_says_so() -> None:
    assert reason_against(b"") is Reason.FILE_EMPTY
    assert reason_against(film(5)[:200]) is Reason.NOT_A_VIDEO


def test_text_in_place_of_bytes_is_told_as_what_it_is() -> None:
    plan = FramePlan(10.0, 10.0)
    with pytest.raises(UnreadableFile) as caught:
        decode_video(base64.b64encode(film(5)), plan, LIMITS)
    assert caught.value.reason is Reason.FILE_IS_BASE64
    assert len(list(decode_video(film(5), plan, LIMITS).frames)) == 5


def test_metadata_is_lower_case_text() -> None:
    assert "made by obs" in metadata_text(film(2, title="Made by OBS"))
    with pytest.raises(UnreadableFile):
        metadata_text(b"no video")


@given(st.binary(min_size=1, max_size=400))
@settings(max_examples=60, deadline=None)
def test_noise_is_no_video(noise: bytes) -> None:
    assert reason_against(noise) is Reason.NOT_A_VIDEO


@pytest.mark.parametrize(
    "text",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile '/etc/hostname'\n",
    ],
)
def test_a_playlist_opens_nothing_else(text: str) -> None:
    assert reason_against(text.encode()) is Reason.NOT_A_VIDEO
