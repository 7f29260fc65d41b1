"""dlib's ResNet of faces as a network of OpenVINO.

The layers are those of `anet_type` in dlib's `examples/dnn_face_recognition_ex.cpp`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import openvino
from openvino import opset15 as opset

from kyc.face.dlib_weights import Convolution, DlibWeights

_PIXEL_SCALE = np.float32(256)  # what dlib divides pixels by
_ROWS_AND_COLUMNS = [2, 3]


def dlib_model(weights: DlibWeights, side: int) -> Any:
    """An OpenVINO model of pictures uint8 (1, side, side, 3), RGB, to embeddings float32 (1, 128).

    Raises ValueError for a number of convolutions that the network cannot have.
    """
    picture = opset.parameter([1, side, side, 3], np.uint8)
    centred = opset.subtract(opset.convert(picture, "f32"), weights.means)
    by_colour = opset.transpose(opset.divide(centred, _PIXEL_SCALE), [0, 3, 1, 2])
    first, *others = weights.convolutions
    features = _max_pooled(opset.relu(_convolved(by_colour, first)))
    for one, two in zip(others[::2], others[1::2], strict=True):
        features = _residual(features, one, two)
    means = opset.reduce_mean(features, _ROWS_AND_COLUMNS)
    embedding = opset.matmul(means, weights.projection, False, False)
    return openvino.Model([embedding], [picture])


def _residual(features: Any, one: Convolution, two: Convolution) -> Any:
    """The features and what two convolutions make of them, added."""
    made = _convolved(opset.relu(_convolved(features, one)), two)
    kept = features if one.stride == 1 else _average_pooled(features)
    shape = np.maximum(kept.shape, made.shape)
    return opset.relu(opset.add(_padded(kept, shape), _padded(made, shape)))


def _convolved(features: Any, by: Convolution) -> Any:
    strides, padding = [by.stride] * 2, [by.padding] * 2
    sums = opset.convolution(features, by.kernel, strides, padding, padding, [1, 1])
    return opset.add(sums, by.offset[None, :, None, None])


def _max_pooled(features: Any) -> Any:
    return opset.max_pool(features, [2, 2], [1, 1], [0, 0], [0, 0], [3, 3]).output(0)


def _average_pooled(features: Any) -> Any:
    return opset.avg_pool(features, [2, 2], [0, 0], [0, 0], [2, 2], exclude_pad=True)


def _padded(features: Any, shape: Any) -> Any:
    """The features with zeros after them: so dlib adds features of different shapes."""
    missing = shape - features.shape
    return opset.pad(features, np.zeros_like(missing), missing, "constant")
