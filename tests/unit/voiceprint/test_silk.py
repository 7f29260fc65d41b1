"""WeChat's voice messages: whole, cut off, too long, and what only begins like one."""

from __future__ import annotations

import io

import numpy as np
import pysilk
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.files import SoundLimits, UnreadableFile
from core.reasons import Reason
from voiceprint.audio import RATE, decode_recording
from voiceprint.silk import NAME

LIMITS = SoundLimits(200_000, 3.0, min_rate=4_000, max_rate=192_000, max_channels=8)


def message(seconds: float, rate: int = 24_000) -> bytes:
    """A tone of 300 Hz as WeChat keeps it."""
    tone = np.sin(np.arange(round(seconds * rate)) * 2 * np.pi * 300 / rate) * 12_000
    file = io.BytesIO()
    pysilk.encode(io.BytesIO(tone.astype("<i2").tobytes()), file, rate, 24_000)
    return file.getvalue()


def reason_against(content: bytes) -> Reason:
    with pytest.raises(UnreadableFile) as caught:
        decode_recording(content, LIMITS)
    return caught.value.reason


@pytest.mark.parametrize("rate", [8_000, 16_000, 24_000])
def test_a_message_is_heard(rate: int) -> None:
    samples = decode_recording(message(1.0, rate), LIMITS)
    assert samples.dtype == np.float32
    assert len(samples) == pytest.approx(RATE, abs=RATE // 25)
    spectrum = np.abs(np.fft.rfft(samples[2000:14_000]))
    assert np.argmax(spectrum) * RATE / 12_000 == pytest.approx(300, abs=5)


def test_it_is_heard_without_tencents_byte_with_an_end_and_cut_off() -> None:
    whole = message(1.0)
    plain = decode_recording(whole, LIMITS)
    for written in (whole.removeprefix(b"\x02"), whole + b"\xff\xff", whole + b"\xff\xffmore"):
        assert np.array_equal(decode_recording(written, LIMITS), plain)
    assert 0 < len(decode_recording(whole[:-3], LIMITS)) < len(plain)


def test_a_long_one_is_not_decoded() -> None:
    assert reason_against(message(3.2)) is Reason.RECORDING_TOO_LONG
    assert reason_against(NAME + b"\x01\x00\x00" * 60_000) is Reason.RECORDING_TOO_LONG


def test_a_name_alone_is_no_recording() -> None:
    assert reason_against(b"\x02" + NAME) is Reason.NOT_A_RECORDING
    assert reason_against(NAME + b"\x05") is Reason.NOT_A_RECORDING


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_damaged_packets_are_a_reason_or_a_sound(packets: bytes) -> None:
    told: Reason | None = None
    try:
        samples = decode_recording(NAME + packets, LIMITS)
    except UnreadableFile as error:
        told = error.reason
    else:
        assert np.isfinite(samples).all()
    assert told in {None, Reason.NOT_A_RECORDING, Reason.RECORDING_TOO_LONG}
