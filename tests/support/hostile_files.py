"""Files that cost far more than their size, and files that break decoders; each made here."""

from __future__ import annotations

import io
import struct
import zlib
from fractions import Fraction

import av
import numpy as np

WAV_RATE = 1_744_895_744  # of a fuzzed file: resampling it took 2.6 GB


def nested_forms(depth: int = 8, times: int = 20) -> bytes:
    """A PDF page that draws a form so many times, which draws one so many times, and so on."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</XObject<</F 5 0 R>>>>"
        b"/Contents 4 0 R>>",
        _stream(b"", b"/F Do " * times),
    ]
    for level in range(depth):
        last = level == depth - 1
        inner = b"0 0 9 9 re f" if last else b"/F Do " * times
        resources = b"" if last else b"/Resources<</XObject<</F %d 0 R>>>>" % (len(objects) + 2)
        form = b"/Type/XObject/Subtype/Form/BBox[0 0 600 800]" + resources
        objects.append(_stream(form, inner))
    return _pdf(objects)


def large_png(width: int = 8000, height: int = 7400) -> bytes:
    """A PNG of one colour with transparency: small, and nearly as many pixels as are allowed."""
    packer = zlib.compressobj(9)
    row = bytes(1 + 4 * width)
    rows = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


def growing_vp8(small: int = 320, large: int = 4096) -> bytes:
    """A Matroska video whose header says `small`, and whose later key frames are `large`."""
    file = io.BytesIO()
    with av.open(file, "w", format="matroska") as container:
        stream = _vp8(container, small)
        packets = list(stream.encode(_grey(small, 0))) + list(stream.encode())
        other = av.CodecContext.create("libvpx", "w")
        other.width = other.height = large
        other.pix_fmt, other.time_base = "yuv420p", Fraction(1, 10)
        packets += list(other.encode(_grey(large, 0))) + list(other.encode())
        for number, packet in enumerate(packets):
            packet.stream, packet.pts, packet.dts = stream, number * 100, number * 100
            packet.time_base = Fraction(1, 1000)
            container.mux(packet)
    return file.getvalue()


def many_pictures(count: int, rate: int = 1000) -> bytes:
    """A video of a few seconds, and of more pictures than any phone films."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=rate)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for _ in range(count):
            container.mux(stream.encode(_grey(64, 0)))
        container.mux(stream.encode())
    return file.getvalue()


def unknown_codec() -> bytes:
    """An AVI whose video stream names a codec that nobody knows."""
    file = io.BytesIO()
    with av.open(file, "w", format="avi") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        container.mux(stream.encode(_grey(64, 0)))
        container.mux(stream.encode())
    return file.getvalue().replace(b"FMP4", b"zzzz")


def wav(rate: int, samples: int = 16_000, channels: int = 1) -> bytes:
    """A WAV whose header says a rate."""
    data = bytes(2 * samples * channels)
    each = 2 * channels
    form = struct.pack("<HHIIHH", 1, channels, rate, rate * each & 0xFFFFFFFF, each, 16)
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form
    body += b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _vp8(container: av.container.OutputContainer, side: int) -> av.VideoStream:
    stream: av.VideoStream = container.add_stream("libvpx", rate=10)
    stream.width = stream.height = side
    stream.pix_fmt = "yuv420p"
    return stream


def _grey(side: int, level: int) -> av.VideoFrame:
    picture = np.full((side * 3 // 2, side), level, np.uint8)
    return av.VideoFrame.from_ndarray(picture, format="yuv420p")


def _stream(dictionary: bytes, content: bytes) -> bytes:
    head = b"<<" + dictionary + b"/Length %d>>" % len(content)
    return head + b"stream\n" + content + b"\nendstream"


def _pdf(objects: list[bytes]) -> bytes:
    body, places = b"%PDF-1.7\n", []
    for number, one in enumerate(objects, start=1):
        places.append(b"%010d 00000 n \n" % len(body))
        body += b"%d 0 obj\n" % number + one + b"\nendobj\n"
    count = len(objects) + 1
    table = b"xref\n0 %d\n0000000000 65535 f \n" % count + b"".join(places)
    trailer = b"trailer\n<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF" % (count, len(body))
    return body + table + trailer
