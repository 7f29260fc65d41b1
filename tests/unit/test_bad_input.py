"""Whatever is sent: a stable code, never a crash, never a pass."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from kyc.face.video import UnreadableVideo, sampled_frames
from voiceprint.sound import RATE, UnreadableSound, decode_sound
from voiceprint.speech import readings


def jpeg(width: int, height: int) -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.full((height, width, 3), 200, np.uint8)).save(file, "JPEG")
    return file.getvalue()


@given(st.binary(min_size=1, max_size=400))
@settings(max_examples=60, deadline=None)
def test_noise_is_no_video_no_sound(noise: bytes) -> None:
    with pytest.raises(UnreadableVideo):
        list(sampled_frames(noise, lambda _: 10))
    with pytest.raises(UnreadableSound):
        decode_sound(noise)


@pytest.mark.parametrize(
    "text",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile '/etc/hostname'\n",
    ],
)
def test_a_playlist_opens_nothing_else(text: str) -> None:
    with pytest.raises(UnreadableVideo):
        list(sampled_frames(text.encode(), lambda _: 10))
    with pytest.raises(UnreadableSound):
        decode_sound(text.encode())


def test_an_empty_video_and_an_empty_recording() -> None:
    with pytest.raises(UnreadableVideo) as video:
        list(sampled_frames(b"", lambda _: 10))
    assert video.value.code == "file_empty"
    with pytest.raises(UnreadableSound) as sound:
        decode_sound(b"")
    assert sound.value.code == "file_empty"


def test_a_photo_is_no_recording_and_silence_has_no_words() -> None:
    with pytest.raises(UnreadableSound):
        decode_sound(jpeg(800, 600))
    assert readings(np.zeros(RATE, np.float32), 6) == []
    assert readings(np.zeros(10, np.float32), 6) == []
