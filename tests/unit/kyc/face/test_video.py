"""Files that are no videos: a stable reason, never a crash; and the frames of one that is."""

from __future__ import annotations

import base64
import io
from dataclasses import replace

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.files import UnreadableFile, VideoLimits
from core.reasons import Reason
from kyc.face.video import Frame, FramePlan, decode_video, metadata_text, sampled_frames

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
