"""The weights of dlib's ResNet of faces, read from the file that dlib wrote.

The file holds a version of each layer, from the last layer to the first, and then the content of
each, from the first to the last. Integers are written by length and value, real numbers as a
mantissa and an exponent of two, arrays by their sizes: see `serialize` in dlib's `serialize.h`,
`dnn/core.h` and `dnn/layers.h`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ldexp, prod
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float32]

_FIRST_LAYER = 3  # its version, which no other layer has
# What the file holds of each kind of layer, in the letters of `_DlibFile.fields`.
_LAYERS = {
    "con_4": "aiiiiiiissrrrr",
    "affine_": "assi",
    "relu_": "",
    "max_pool_2": "iiiiii",
    "avg_pool_2": "iiiiii",
    "add_prev_": "",
    "fc_2": "iiassirrrr",
}
_OF_TRAINING = "fffaaa"  # follows it in every layer


@dataclass(frozen=True)
class Convolution:
    """A convolution with the scale and offset that follow it."""

    kernel: Numbers  # (outputs, inputs, rows, columns)
    offset: Numbers  # (outputs,)
    stride: int  # px, in both directions
    padding: int  # px of zeros on each side


@dataclass(frozen=True)
class DlibWeights:
    """What dlib's ResNet of faces has learnt."""

    means: Numbers  # (3,): of red, green and blue, 0..255
    convolutions: list[Convolution]  # from the picture to the embedding
    projection: Numbers  # (features, 128)

    @classmethod
    def load(cls, path: Path) -> DlibWeights:
        """The weights in a `dlib_face_recognition_resnet_model_v1.dat`.

        Raises FileNotFoundError, or ValueError for a file without such a network.
        """
        file = _DlibFile(path.read_bytes())
        means = _means(file)
        layers = [_layer(file)]
        file.integer()  # how many samples the first layer makes of a picture: one
        while file.has_more():
            layers.append(_layer(file))
        filters, scales = _of_kind("con_4", layers), _of_kind("affine_", layers)
        ((_, _, projection, *_),) = _of_kind("fc_2", layers)
        return cls(
            means=means,
            convolutions=[_convolution(*both) for both in zip(filters, scales, strict=True)],
            projection=projection.reshape(projection.shape[:2]),
        )


class _DlibFile:
    """Reads one value after another. Raises ValueError where the file holds no such value."""

    def __init__(self, content: bytes) -> None:
        self._content, self._at = content, 0

    def has_more(self) -> bool:
        return self._at < len(self._content)

    def integer(self) -> int:
        (head,) = self._take(1)
        value = int.from_bytes(self._take(head & 0x0F), "little")
        return -value if head & 0x80 else value

    def text(self) -> str:
        return self._take(self.integer()).decode("ascii")

    def fields(self, letters: str) -> list[Any]:
        """Values: integers, real numbers, arrays, shapes of parts of an array, flags."""
        read: dict[str, Callable[[], Any]] = {
            "i": self.integer,
            "r": self._real,
            "a": self._array,
            "s": self._shape,
            "f": lambda: self._take(1),
        }
        return [read[letter]() for letter in letters]

    def _real(self) -> float:
        mantissa, exponent = self.integer(), self.integer()
        try:
            return ldexp(mantissa, exponent)
        except OverflowError as too_large:
            raise ValueError("a number that dlib does not write") from too_large

    def _shape(self) -> list[int]:
        _version, *shape = (self.integer() for _ in range(5))
        return shape

    def _array(self) -> Numbers:
        shape = self._shape()
        return np.frombuffer(self._take(4 * prod(shape)), "<f4").reshape(shape)

    def _take(self, length: int) -> bytes:
        taken = self._content[self._at : self._at + length]
        if len(taken) != length:
            raise ValueError("a file that ends too early for a network of dlib")
        self._at += length
        return taken


def _means(file: _DlibFile) -> Numbers:
    """The colours' means; the rest of what precedes the layers is not needed to compute."""
    file.integer()
    if file.text() != "loss_metric_2":
        raise ValueError("not dlib's network of faces")
    file.fields("rr")
    while file.integer() != _FIRST_LAYER:
        pass
    if file.text() != "input_rgb_image_sized":
        raise ValueError("a network of dlib that takes something else")
    *means, _rows, _columns = file.fields("rrrii")
    return np.array(means, np.float32)


def _layer(file: _DlibFile) -> tuple[str, list[Any]]:
    kind = file.text()
    if kind not in _LAYERS:
        raise ValueError("a layer that dlib's network of faces does not have")
    content = file.fields(_LAYERS[kind])
    file.fields(_OF_TRAINING)
    return kind, content


def _of_kind(wanted: str, layers: list[tuple[str, list[Any]]]) -> list[list[Any]]:
    return [content for kind, content in layers if kind == wanted]


def _convolution(filters: list[Any], scales: list[Any]) -> Convolution:
    values, outputs, rows, columns, stride, _, padding, *_ = filters
    kernel, offset = np.split(values.ravel(), [-outputs])
    scale, shift = np.split(scales[0].ravel(), 2)
    by_output = kernel.reshape(outputs, -1, rows, columns)
    return Convolution(
        by_output * scale[:, None, None, None], offset * scale + shift, stride, padding
    )
