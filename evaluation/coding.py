"""Videos as browsers code them while they record."""

from __future__ import annotations

import io
from collections.abc import Sequence
from fractions import Fraction

import av
import numpy as np

from kyc.face.picture import RGB

PICTURES_A_SECOND = 24
BITS_A_SECOND = 600_000  # as the capture page asks for
KEY_EVERY = 100  # pictures, as Chromium's recorder
# libvpx as browsers use it: no time to look back, and pictures that are repeated are refined.
REALTIME = {"deadline": "realtime", "cpu-used": "-6", "lag-in-frames": "0"}
MILLISECONDS = Fraction(1, 1000)


def as_browsers_record(pictures: Sequence[RGB]) -> bytes:
    """Pictures, 24 a second: VP8 in WebM, coded in real time."""
    file = io.BytesIO()
    height, width = (side - side % 2 for side in pictures[0].shape[:2])
    with av.open(file, "w", format="webm") as container:
        stream = container.add_stream("libvpx", rate=PICTURES_A_SECOND)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.bit_rate, stream.options = BITS_A_SECOND, REALTIME
        stream.codec_context.time_base = MILLISECONDS
        stream.codec_context.gop_size = KEY_EVERY
        stream.codec_context.thread_count = 1
        for number, image in enumerate(pictures):
            cut = np.ascontiguousarray(image[:height, :width])
            picture = av.VideoFrame.from_ndarray(cut, format="rgb24")
            picture.pts = round(1000 * number / PICTURES_A_SECOND)
            picture.time_base = MILLISECONDS
            container.mux(stream.encode(picture))
        container.mux(stream.encode())
    return file.getvalue()
