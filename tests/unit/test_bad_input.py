"""Whatever is sent: a stable code, never a crash, never a pass."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from kyc.face.video import UnreadableVideo, sampled_frames
from ocr.image import UnreadableDocument, decode_photo
from voiceprint.sound import RATE, UnreadableSound, decode_sound
from voiceprint.speech import words


def png_that_claims(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


def jpeg(width: int, height: int) -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.full((height, width, 3), 200, np.uint8)).save(file, "JPEG")
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"PK\x03\x04 a zip", "not_an_image"),
        (bytes(16 * 1024 * 1024), "file_too_large"),
        (png_that_claims(60_000, 60_000), "image_too_large"),
        (jpeg(100, 100), "image_too_small"),
        (jpeg(800, 600)[:300], "not_an_image"),
    ],
)
def test_photos_that_cannot_be_read(content: bytes, code: str) -> None:
    with pytest.raises(UnreadableDocument) as caught:
        decode_photo(content)
    assert caught.value.code == code


@given(st.binary(min_size=1, max_size=400))
@settings(max_examples=60, deadline=None)
def test_noise_is_no_photo_no_video_no_sound(noise: bytes) -> None:
    with pytest.raises(UnreadableDocument):
        decode_photo(noise)
    with pytest.raises(UnreadableVideo):
        list(sampled_frames(noise, 10))
    with pytest.raises(UnreadableSound):
        decode_sound(noise)


def test_an_empty_video_and_an_empty_recording() -> None:
    with pytest.raises(UnreadableVideo) as video:
        list(sampled_frames(b"", 10))
    assert video.value.code == "file_empty"
    with pytest.raises(UnreadableSound) as sound:
        decode_sound(b"")
    assert sound.value.code == "file_empty"


def test_a_photo_is_no_recording_and_silence_has_no_words() -> None:
    with pytest.raises(UnreadableSound):
        decode_sound(jpeg(800, 600))
    assert words(np.zeros(RATE, np.float32)) == []
    assert words(np.zeros(10, np.float32)) == []


def test_a_large_photo_is_worked_on_smaller() -> None:
    assert max(decode_photo(jpeg(4000, 3000)).shape) == 2200
