"""The file of dlib's ResNet of faces, as dlib writes it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kyc.face.dlib_weights import DlibWeights, Numbers

KERNEL = np.arange(2 * 3 * 7 * 7, dtype=np.float32).reshape(2, 3, 7, 7)
BIASES, SCALES, SHIFTS = (np.array(pair, np.float32) for pair in ([1, -2], [0.5, 4], [3, -300]))
PROJECTION = np.arange(2 * 128, dtype=np.float32).reshape(2, 128)


def integer(value: int) -> bytes:
    length = (abs(value).bit_length() + 7) // 8 or 1
    return bytes([length | (0x80 if value < 0 else 0)]) + abs(value).to_bytes(length, "little")


def integers(*values: int) -> bytes:
    return b"".join(map(integer, values))


def real(value: float) -> bytes:
    """Of a multiple of 1/1024."""
    return integers(round(value * 1024), -10)


def text(value: str) -> bytes:
    return integer(len(value)) + value.encode()


def shape(*sizes: int) -> bytes:
    return integers(1, *sizes, *[1] * (4 - len(sizes)))


def array(*sizes: int, values: Numbers) -> bytes:
    return integers(2) + shape(*sizes)[2:] + values.astype("<f4").tobytes()


def layer(kind: str, content: bytes = b"") -> bytes:
    return text(kind) + content + b"110" + 3 * integers(2, 0, 0, 0, 0)


def network() -> bytes:
    """A network of one convolution, as dlib writes it."""
    training = 3 * real(1) + integers(0, 11)
    return b"".join(
        [
            integer(1) + text("loss_metric_2") + real(0.25) + real(0.5),
            integers(2, 2, 2, 2, 1, 3),
            text("input_rgb_image_sized") + real(122.75) + real(-1) + real(1e6),
            integers(150, 150),
            layer(
                "con_4",
                array(296, values=np.append(KERNEL, BIASES))
                + integers(2, 7, 7, 2, 2, 1, 1)
                + shape(2, 3, 7, 7)
                + shape(1, 2)
                + training,
            ),
            integer(1),
            layer(
                "affine_",
                array(4, values=np.append(SCALES, SHIFTS)) + 2 * shape(1, 2) + integer(0),
            ),
            layer("relu_"),
            layer("max_pool_2", integers(3, 3, 2, 2, 0, 0)),
            layer("avg_pool_2", integers(0, 0, 1, 1, 0, 0)),
            layer(
                "fc_2",
                integers(128, 2)
                + array(2, 128, values=PROJECTION)
                + shape(2, 128)
                + integers(1, 0, 0, 0, 0, 1)
                + training,
            ),
        ]
    )


def loaded(folder: Path, content: bytes) -> DlibWeights:
    path = folder / "network.dat"
    path.write_bytes(content)
    return DlibWeights.load(path)


def test_weights_come_back_as_dlib_wrote_them(tmp_path: Path) -> None:
    weights = loaded(tmp_path, network())
    assert weights.means.tolist() == [122.75, -1, 1e6]
    (only,) = weights.convolutions
    assert np.array_equal(only.kernel, KERNEL * SCALES[:, None, None, None])
    assert only.offset.tolist() == [3.5, -308]
    assert (only.stride, only.padding) == (2, 1)
    assert np.array_equal(weights.projection, PROJECTION)


@pytest.mark.parametrize(
    ("part", "other", "reason"),
    [
        (b"loss_metric_2", b"loss_mmod_, 2", "not dlib's network of faces"),
        (b"input_rgb_image_sized", b"input_grayscale_image", "takes something else"),
        (b"relu_", b"gelu_", "a layer"),
        (b"relu_", b"r\xe9lu_", "decode"),
        (real(122.75), integers(1, 2000), "a number"),
        (integers(2, 7, 7), integers(2, 7, 8), "reshape"),
        (integers(2, 0, 0, 0, 0), integers(2, 1, 1, 1, -1), "ends too early"),
        (layer("relu_"), layer("affine_", array(2, values=SCALES) + 11 * integer(1)), "zip"),
    ],
)
def test_another_file_is_refused(tmp_path: Path, part: bytes, other: bytes, reason: str) -> None:
    content = network()
    assert part in content
    with pytest.raises(ValueError, match=reason):
        loaded(tmp_path, content.replace(part, other))


def test_a_file_cut_short_is_refused(tmp_path: Path) -> None:
    content = network()
    for length in range(0, len(content), 7):
        with pytest.raises(ValueError, match=r"ends too early|unpack"):
            loaded(tmp_path, content[:length])
