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
        """Raises ValueError for what is no such network, FileNotFoundError where there is none."""
        from ai_edge_litert.interpreter import Interpreter

        content = weights if isinstance(weights, bytes) else weights.read_bytes()
        self._interpreter: Any = Interpreter(model_content=content, num_threads=1)
        self._interpreter.allocate_tensors()
        (given,) = self._interpreter.get_input_details()
        self._given = given["index"]
        self._told = [output["index"] for output in self._interpreter.get_output_details()]

    def __call__(self, given: Numbers) -> list[Numbers]:
        """Its outputs, copied, in their own order."""
        self._interpreter.set_tensor(self._given, given)
        self._interpreter.invoke()
        return [self._interpreter.get_tensor(index) for index in self._told]
