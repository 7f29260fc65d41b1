"""Files that are no recordings: a stable reason, never a crash."""

from __future__ import annotations

import base64
import io
import wave
from collections.abc import Callable
from dataclasses import replace

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core.files import SoundLimits, UnreadableFile
from core.reasons import Reason
from voiceprint.audio import RATE, decode_recording

LIMITS = SoundLimits(200_000, 3.0, min_rate=4_000, max_rate=192_000, max_channels=8)


def wav(seconds: float, rate: int = RATE, level: float = 0.5) -> bytes:
    """A tone on a constant offset."""
    tone = np.sin(np.arange(round(seconds * rate)) * 2000 / rate) * level + 0.1
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes((tone * 32767).astype("<i2").tobytes())
    return file.getvalue()


def stereo(left: float, right: float) -> bytes:
    """A second of the same tone on two channels, each at its level."""
    tone = np.sin(np.arange(RATE) * 2000 / RATE)
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes((np.stack([tone * left, tone * right], 1) * 32767).astype("<i2").tobytes())
    return file.getvalue()


def photo() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (80, 60), "red").save(file, "JPEG")
    return file.getvalue()


def reason_against(content: bytes, limits: SoundLimits = LIMITS) -> Reason:
    with pytest.raises(UnreadableFile) as caught:
        decode_recording(content, limits)
    return caught.value.reason


@pytest.mark.parametrize("rate", [8000, 16_000, 44_100])
def test_any_rate_becomes_16_khz_without_an_offset(rate: int) -> None:
    samples = decode_recording(wav(1.0, rate), LIMITS)
    assert samples.dtype == np.float32
    assert len(samples) == pytest.approx(RATE, rel=0.01)
    assert abs(float(samples.mean())) < 1e-4
    assert 0.4 < float(np.abs(samples).max()) < 0.6


@pytest.mark.parametrize(
    ("left", "right"),
    [(0.5, 0.5), (0.5, -0.5), (-0.5, 0.45), (0.5, 0.0), (0.0, 0.5)],
    ids=["the same", "antiphase", "nearly antiphase", "left alone", "right alone"],
)
def test_a_voice_on_two_channels_is_not_lost(left: float, right: float) -> None:
    samples = decode_recording(stereo(left, right), LIMITS)
    assert samples.ndim == 1
    assert 0.4 < float(np.abs(samples[1000:-1000]).max()) < 0.6


def test_limits_are_the_callers() -> None:
    assert reason_against(wav(1.0), replace(LIMITS, max_bytes=1000)) is Reason.FILE_TOO_LARGE
    assert reason_against(wav(3.5)) is Reason.RECORDING_TOO_LONG
    assert reason_against(wav(1.0), replace(LIMITS, max_seconds=0.5)) is Reason.RECORDING_TOO_LONG


def test_what_is_no_recording_says_so() -> None:
    assert reason_against(b"") is Reason.FILE_EMPTY
    assert reason_against(photo()) is Reason.NOT_A_RECORDING
    assert reason_against(wav(0.0)) is Reason.NOT_A_RECORDING


@given(st.binary(min_size=1, max_size=400))
@settings(max_examples=60, deadline=None)
def test_noise_is_no_recording(noise: bytes) -> None:
    assert reason_against(noise) is Reason.NOT_A_RECORDING


@pytest.mark.parametrize(
    "text",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile '/etc/hostname'\n",
    ],
)
def test_a_playlist_opens_nothing_else(text: str) -> None:
    assert reason_against(text.encode()) is Reason.NOT_A_RECORDING


def live_webm(seconds: float) -> bytes:
    """Opus as a mini program's recorder streams it: no duration, no index, sizes unknown."""
    file = io.BytesIO()
    with av.open(file, "w", format="webm", options={"live": "1"}) as container:
        stream = container.add_stream("libopus", rate=48_000, layout="mono")
        tone = np.sin(np.arange(round(seconds * 48_000)) / 24)[None].astype(np.float32) / 2
        frame = av.AudioFrame.from_ndarray(tone, format="flt", layout="mono")
        frame.sample_rate = 48_000
        resampler = av.AudioResampler("s16", "mono", 48_000, frame_size=960)
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(part))
        container.mux(stream.encode())
    return file.getvalue()


def test_a_streamed_webm_is_heard_whole_and_cut_off() -> None:
    content = live_webm(1.0)
    with av.open(io.BytesIO(content)) as container:
        assert container.duration is None
    assert len(decode_recording(content, LIMITS)) == pytest.approx(RATE, rel=0.05)
    part = decode_recording(content[: len(content) * 2 // 3], LIMITS)
    assert RATE // 3 < len(part) < RATE


def test_a_long_streamed_webm_is_told_though_it_says_no_duration() -> None:
    assert reason_against(live_webm(3.4)) is Reason.RECORDING_TOO_LONG


@pytest.mark.parametrize("head", [b"", b"data:audio/wav;base64,"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode, base64.encodebytes])
def test_text_in_place_of_bytes_is_told_as_what_it_is(
    head: bytes, encode: Callable[[bytes], bytes]
) -> None:
    assert reason_against(head + encode(wav(1.0))) is Reason.FILE_IS_BASE64


def test_little_text_is_only_no_recording() -> None:
    assert reason_against(base64.b64encode(b"nothing")) is Reason.NOT_A_RECORDING
    assert reason_against(b"data:audio/wav;base64") is Reason.NOT_A_RECORDING
