"""Converts the published CAM++ checkpoint into ONNX, once, without torch.

CAM++ is the context-aware masking speaker network of Wang et al., "CAM++: A Fast and Efficient
Network for Speaker Verification Using Context-Aware Masking", Interspeech 2023. The graph below
follows the paper's layer names, which are also the checkpoint's.
"""

from __future__ import annotations

import io
import pickle
import zipfile
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

Tensor = npt.NDArray[Any]

BATCH_NORM_EPSILON = 1e-5
DENSE_BLOCKS = ((12, 1), (24, 2), (16, 2))  # layers, dilation
SEGMENT_FRAMES = 100


def convert_checkpoint(checkpoint: bytes) -> bytes:
    """The ONNX model of a CAM++ checkpoint, a torch zip file, as bytes.

    Input `features` float32 (batch, frames, 80), log mel energies less their mean over frames;
    output `embedding` float32 (batch, 192), not normalised.

    Raises `pickle.UnpicklingError` when the checkpoint asks for anything but tensors.
    """
    graph = _Graph(read_checkpoint(checkpoint))
    x = graph.add("Transpose", ["features"], perm=[0, 2, 1])
    x = _residual_head(graph, graph.add("Unsqueeze", [x, graph.ints([1])]))
    x = graph.conv("xvector.tdnn.linear", x, stride=2, padding=2)
    x = graph.relu(graph.batch_norm("xvector.tdnn.nonlinear.batchnorm", x))
    for number, (layers, dilation) in enumerate(DENSE_BLOCKS, start=1):
        for layer in range(1, layers + 1):
            prefix = f"xvector.block{number}.tdnnd{layer}"
            grown = _masked_tdnn(graph, prefix, x, dilation)
            x = graph.add("Concat", [x, grown], axis=1)
        prefix = f"xvector.transit{number}"
        x = graph.relu(graph.batch_norm(f"{prefix}.nonlinear.batchnorm", x))
        x = graph.conv(f"{prefix}.linear", x)
    x = graph.relu(graph.batch_norm("xvector.out_nonlinear.batchnorm", x))
    x = _statistics_pooling(graph, x)
    x = graph.conv("xvector.dense.linear", x)
    x = graph.batch_norm("xvector.dense.nonlinear.batchnorm", x)
    graph.add("Squeeze", [x, graph.ints([2])], output="embedding")
    return graph.serialised()


def read_checkpoint(checkpoint: bytes) -> dict[str, Tensor]:
    """Tensors by name from a torch zip checkpoint, through an unpickler that knows only tensors."""
    with zipfile.ZipFile(io.BytesIO(checkpoint)) as archive:
        index = next(name for name in archive.namelist() if name.endswith("/data.pkl"))
        root = index.removesuffix("data.pkl")
        state = _TensorUnpickler(archive, root).load()
    return dict(state)


class _StorageType:
    def __init__(self, dtype: str) -> None:
        self.dtype = np.dtype(dtype)


def _rebuild_tensor(
    storage: Tensor, offset: int, size: Sequence[int], stride: Sequence[int], *_: object
) -> Tensor:
    strides = [step * storage.itemsize for step in stride]
    return np.lib.stride_tricks.as_strided(storage[offset:], size, strides).copy()


class _TensorUnpickler(pickle.Unpickler):
    allowed: ClassVar[dict[tuple[str, str], Any]] = {
        ("collections", "OrderedDict"): OrderedDict,
        ("torch._utils", "_rebuild_tensor_v2"): _rebuild_tensor,
        ("torch", "FloatStorage"): _StorageType("<f4"),
        ("torch", "LongStorage"): _StorageType("<i8"),
    }

    def __init__(self, archive: zipfile.ZipFile, root: str) -> None:
        super().__init__(io.BytesIO(archive.read(root + "data.pkl")))
        self.archive, self.root = archive, root

    def find_class(self, module: str, name: str) -> Any:
        """The named type, if a tensor needs it. Raises `pickle.UnpicklingError`."""
        if (module, name) not in self.allowed:
            raise pickle.UnpicklingError(f"checkpoint asks for {module}.{name}")
        return self.allowed[module, name]

    def persistent_load(self, identifier: Any) -> Tensor:
        """The numbers of a storage in the archive."""
        _, storage_type, key, _, _ = identifier
        return np.frombuffer(self.archive.read(f"{self.root}data/{key}"), storage_type.dtype)


class _Graph:
    """An ONNX graph under construction: every method adds nodes and returns an output's name."""

    def __init__(self, tensors: dict[str, Tensor]) -> None:
        self.tensors = tensors
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: dict[str, onnx.TensorProto] = {}

    def add(self, operator: str, inputs: list[str], output: str = "", **attributes: Any) -> str:
        """A node of any operator."""
        name = output or f"{operator}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [name], **attributes))
        return name

    def constant(self, name: str, value: Tensor) -> str:
        """A constant under its name, stored once."""
        self.initializers.setdefault(name, numpy_helper.from_array(value, name))
        return name

    def ints(self, values: list[int]) -> str:
        """A constant of int64 (n,)."""
        return self.constant("ints_" + "_".join(map(str, values)), np.array(values, np.int64))

    def floats(self, value: float) -> str:
        """A float32 scalar."""
        return self.constant(f"float_{value}", np.array(value, np.float32))

    def weight(self, name: str) -> str:
        """A tensor of the checkpoint as float32."""
        return self.constant(name, np.ascontiguousarray(self.tensors[name], np.float32))

    def relu(self, x: str) -> str:
        """A rectified linear unit."""
        return self.add("Relu", [x])

    def conv(
        self, prefix: str, x: str, stride: int = 1, padding: int = 0, dilation: int = 1
    ) -> str:
        """A convolution over frames; a matrix is a kernel of one frame."""
        kernel = self.tensors[f"{prefix}.weight"]
        inputs = [x, self.weight(f"{prefix}.weight")]
        if kernel.ndim == 2:
            inputs[1] = self.constant(f"{prefix}.kernel", kernel[:, :, None].astype(np.float32))
        if f"{prefix}.bias" in self.tensors:
            inputs.append(self.weight(f"{prefix}.bias"))
        return self.add("Conv", inputs, strides=[stride], pads=[padding] * 2, dilations=[dilation])

    def conv_2d(self, prefix: str, x: str, frequency_stride: int = 1) -> str:
        """A convolution over (frequency, frames) that keeps the number of frames."""
        name = f"{prefix}.weight"
        padding = self.tensors[name].shape[2] // 2
        return self.add(
            "Conv", [x, self.weight(name)], strides=[frequency_stride, 1], pads=[padding] * 4
        )

    def batch_norm(self, prefix: str, x: str) -> str:
        """Batch normalisation by the checkpoint's running statistics."""
        mean = self.weight(f"{prefix}.running_mean")
        variance = self.weight(f"{prefix}.running_var")
        ones = np.ones_like(self.tensors[f"{prefix}.running_mean"], np.float32)
        scale, shift = f"{prefix}.weight", f"{prefix}.bias"
        if scale in self.tensors:
            self.weight(scale), self.weight(shift)
        else:
            self.constant(scale, ones), self.constant(shift, ones * 0)
        inputs = [x, scale, shift, mean, variance]
        return self.add("BatchNormalization", inputs, epsilon=BATCH_NORM_EPSILON)

    def serialised(self) -> bytes:
        """The checked model. Raises `onnx.checker.ValidationError`."""
        features = helper.make_tensor_value_info("features", TensorProto.FLOAT, ["n", "t", 80])
        embedding = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["n", 192])
        initializers = list(self.initializers.values())
        graph = helper.make_graph(self.nodes, "campplus", [features], [embedding], initializers)
        opsets = [helper.make_opsetid("", 17)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=8)
        onnx.checker.check_model(model, full_check=True)
        return bytes(model.SerializeToString())


def _residual_head(graph: _Graph, x: str) -> str:
    """Two-dimensional convolutions over (frequency, frames), flattened to 320 channels."""
    x = graph.relu(graph.batch_norm("head.bn1", graph.conv_2d("head.conv1", x)))
    for layer in ("layer1", "layer2"):
        for block, stride in ((0, 2), (1, 1)):
            prefix = f"head.{layer}.{block}"
            y = graph.batch_norm(f"{prefix}.bn1", graph.conv_2d(f"{prefix}.conv1", x, stride))
            y = graph.conv_2d(f"{prefix}.conv2", graph.relu(y))
            y = graph.batch_norm(f"{prefix}.bn2", y)
            if f"{prefix}.shortcut.0.weight" in graph.tensors:
                x = graph.conv_2d(f"{prefix}.shortcut.0", x, stride)
                x = graph.batch_norm(f"{prefix}.shortcut.1", x)
            x = graph.relu(graph.add("Add", [x, y]))
    x = graph.relu(graph.batch_norm("head.bn2", graph.conv_2d("head.conv2", x, 2)))
    return graph.add("Reshape", [x, graph.ints([0, 320, -1])])


def _masked_tdnn(graph: _Graph, prefix: str, x: str, dilation: int) -> str:
    """One densely connected layer whose local output is masked by its context."""
    x = graph.relu(graph.batch_norm(f"{prefix}.nonlinear1.batchnorm", x))
    x = graph.conv(f"{prefix}.linear1", x)
    x = graph.relu(graph.batch_norm(f"{prefix}.nonlinear2.batchnorm", x))
    local = graph.conv(f"{prefix}.cam_layer.linear_local", x, padding=dilation, dilation=dilation)
    whole = graph.add("ReduceMean", [x], axes=[2], keepdims=1)
    context = graph.add("Add", [_segment_means(graph, x), whole])
    mask = graph.relu(graph.conv(f"{prefix}.cam_layer.linear1", context))
    mask = graph.add("Sigmoid", [graph.conv(f"{prefix}.cam_layer.linear2", mask)])
    return graph.add("Mul", [local, mask])


def _segment_means(graph: _Graph, x: str) -> str:
    """Each frame's mean over its segment of 100 frames; the last segment may be shorter."""
    length = graph.add("Slice", [graph.add("Shape", [x]), graph.ints([2]), graph.ints([3])])
    zero, step = graph.ints([0]), graph.ints([SEGMENT_FRAMES])
    missing = graph.add("Mod", [graph.add("Neg", [length]), step])
    pads = graph.add("Concat", [graph.ints([0, 0, 0, 0, 0]), missing], axis=0)
    padded = graph.add("Pad", [x, pads])
    segments = graph.add("Reshape", [padded, graph.ints([0, 0, -1, SEGMENT_FRAMES])])
    sums = graph.add("ReduceSum", [segments, graph.ints([3])], keepdims=1)
    ones = graph.add("Add", [graph.add("Mul", [x, graph.floats(0.0)]), graph.floats(1.0)])
    counted = graph.add("Reshape", [graph.add("Pad", [ones, pads]), graph.ints([0, 0, -1, 100])])
    counts = graph.add("ReduceSum", [counted, graph.ints([3])], keepdims=1)
    means = graph.add("Div", [sums, counts])
    repeated = graph.add("Tile", [means, graph.ints([1, 1, 1, SEGMENT_FRAMES])])
    flat = graph.add("Reshape", [repeated, graph.ints([0, 0, -1])])
    return graph.add("Slice", [flat, zero, length, graph.ints([2])])


def _statistics_pooling(graph: _Graph, x: str) -> str:
    """Mean and unbiased standard deviation over frames, as 1024 channels of one frame."""
    mean = graph.add("ReduceMean", [x], axes=[2], keepdims=1)
    deviation = graph.add("Sub", [x, mean])
    squares = graph.add("Mul", [deviation, deviation])
    total = graph.add("ReduceSum", [squares, graph.ints([2])], keepdims=1)
    shape = graph.add("Shape", [x])
    length = graph.add("Slice", [shape, graph.ints([2]), graph.ints([3])])
    frames = graph.add("Cast", [length], to=TensorProto.FLOAT)
    variance = graph.add("Div", [total, graph.add("Sub", [frames, graph.floats(1.0)])])
    return graph.add("Concat", [mean, graph.add("Sqrt", [variance])], axis=1)
