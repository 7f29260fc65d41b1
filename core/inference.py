"""Networks on one thread, in the runtimes that are used: one way to open each.

Workers have a core each; a second thread would take another worker's. Imports are made when a
network is opened, so that processes without models do not pay for them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any


def onnx_session(network: Path, *, memory_patterns: bool = True) -> Any:
    """An ONNX Runtime session whose memory comes from the process's shared arena, if it has one.

    `memory_patterns` off saves memory where inputs differ in size: a pattern is kept for each.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_mem_pattern = memory_patterns
    options.add_session_config_entry("session.use_env_allocators", "1")
    return onnxruntime.InferenceSession(str(network), options, providers=["CPUExecutionProvider"])


def openvino_request(network: Any, *, full_precision: bool) -> Any:
    """An OpenVINO inference request for a model, or for the path of one.

    Without `full_precision` it computes in bfloat16 where the processor does. Templates need full
    precision: those made on different machines are compared.
    """
    import openvino

    options: dict[str, Any] = {"INFERENCE_NUM_THREADS": 1}
    if full_precision:
        options["INFERENCE_PRECISION_HINT"] = "f32"
    else:
        options["PERFORMANCE_HINT"] = "LATENCY"
    return openvino.Core().compile_model(network, "CPU", options).create_infer_request()


def computes_in_bfloat16() -> bool:
    """Whether this processor does, for networks without full precision; others take longer."""
    import openvino

    return "BF16" in openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
