"""Networks in TensorFlow Lite's format, on one thread."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float32]


class LiteNetwork:
    """One network and its memory. One instance a process, one call at a time."""

    def __init__(self, weights: Path | bytes) -> None:
        """Load a network with one input from a file or its bytes.

        Raises ValueError for bytes that are no such network, FileNotFoundError.
        """
        from ai_edge_litert.interpreter import Interpreter

        content = weights if isinstance(weights, bytes) else weights.read_bytes()
        self._interpreter: Any = Interpreter(model_content=content, num_threads=1)
        self._interpreter.allocate_tensors()
        (only_input,) = self._interpreter.get_input_details()
        self._input = only_input["index"]
        self._outputs = [output["index"] for output in self._interpreter.get_output_details()]

    def __call__(self, values: Numbers) -> list[Numbers]:
        """The outputs for one input, copied, in the network's own order."""
        self._interpreter.set_tensor(self._input, values)
        self._interpreter.invoke()
        return [self._interpreter.get_tensor(index) for index in self._outputs]
