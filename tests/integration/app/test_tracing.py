"""One trace from the request to the stored result, at a collector that really listens."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from app.settings import ROOT
from tests.support.servers import listening

PHONE = "13800000001"


def played(var: Path, url: str) -> None:
    """Send a licence and work its job off, in a process of its own: a tracer is for good."""
    command = [sys.executable, "-m", "tests.support.traced_upload", str(var), PHONE, url]
    here = {**os.environ, "NO_PROXY": "127.0.0.1"}
    subprocess.run(command, cwd=ROOT, env=here, check=True, capture_output=True, timeout=60)


def spans_of(requests: list[ExportTraceServiceRequest]) -> dict[str, Span]:
    return {
        span.name: span
        for request in requests
        for resource in request.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    }


@pytest.mark.parametrize("traced", [True, False])
def test_a_job_belongs_to_the_trace_of_its_upload_and_names_nobody(
    tmp_path: Path, traced: bool
) -> None:
    with listening() as collector:
        played(tmp_path, collector.url if traced else "")
    received = [ExportTraceServiceRequest.FromString(body) for _, body in collector.received]
    if not traced:
        assert received == [], "traces are off unless a collector is named"
        return
    spans = spans_of(received)
    (upload,) = (span for name, span in spans.items() if name.startswith("PUT "))
    job = spans["analyse_evidence"]
    assert job.trace_id == upload.trace_id
    assert job.parent_span_id == upload.span_id
    sent = "".join(str(request) for request in received)
    assert PHONE not in sent
    assert "Bearer" not in sent
