"""SILK, the speech codec of WeChat's voice messages, which FFmpeg does not read.

Packets stand one after the other, each behind its length in two bytes (Skype's SILK SDK; Tencent
puts a byte before the name). WeChat leaves the end's mark out.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

from core.files import UnreadableFile
from core.reasons import Reason

NAME: Final = b"#!SILK_V3"
TENCENT: Final = b"\x02"  # before the name
PACKET_S: Final = 0.02  # the least that a packet holds
LENGTH: Final = 2  # bytes


def is_silk(content: bytes) -> bool:
    """Whether a file begins as SILK does."""
    return content.removeprefix(TENCENT).startswith(NAME)


def decode_silk(content: bytes, rate: int, max_seconds: float) -> npt.NDArray[np.float32]:
    """The samples (n,), -1..1, of a SILK file at a rate; a last packet that is cut off is left out.

    Raises `UnreadableFile` (`recording_too_long`, before anything is decoded); what pysilk raises
    for packets that are none.
    """
    import pysilk

    packets = list(_packets(content.removeprefix(TENCENT)[len(NAME) :]))
    if len(packets) * PACKET_S > max_seconds:
        raise UnreadableFile(Reason.RECORDING_TOO_LONG)
    sound = io.BytesIO()
    pysilk.decode(io.BytesIO(NAME + b"".join(packets)), sound, rate)
    return np.frombuffer(sound.getvalue(), "<i2").astype(np.float32) * np.float32(2**-15)


def _packets(body: bytes) -> Iterator[bytes]:
    """Whole packets with their lengths, up to the end's mark, which is a negative length."""
    at = 0
    while len(body) - at >= LENGTH:
        length = int.from_bytes(body[at : at + LENGTH], "little", signed=True)
        end = at + LENGTH + length
        if length < 0 or end > len(body):
            return
        yield body[at:end]
        at = end
