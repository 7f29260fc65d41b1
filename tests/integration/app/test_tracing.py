"""One trace from the request to the worker's record, at a collector that really listens."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from app.settings import ROOT, Settings

# In a process of its own: a tracer provider is for the whole process, and for good.
PLAY = """
import sys, threading
from pathlib import Path
from app.jobs import lifecycle as hands
from app.jobs import worker
from app.factory import create_app
from app.services import open_house
from app.settings import Settings
from opentelemetry import trace
from kyc.onboarding.models import Evidence
from tests.integration.conftest import Web
from tests.integration.test_faults import NoAnalysts, signed_in
from tests.integration.test_onboarding import begin, send

var = Path(sys.argv[1])
settings = Settings(var=var, code_outbox=var / "codes", trace_url=sys.argv[2])
web, house = signed_in(settings)
send(web, begin(web), "licence")
with house.database.reading() as session:
    house.desk.media.delete(session.query(Evidence.id).scalar())
worker.Analysts, hands.verify = NoAnalysts, lambda _: {}
working = worker.Worker(house)
threading.Timer(1.0, working.stop).start()
working.run()
trace.get_tracer_provider().shutdown()
"""


@contextmanager
def collector() -> Iterator[tuple[str, list[ExportTraceServiceRequest]]]:
    heard: list[ExportTraceServiceRequest] = []

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.append(ExportTraceServiceRequest.FromString(body))
            self.send_response(200)
            self.end_headers()

    server = HTTPServer(("127.0.0.1", 0), Listener)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1/traces", heard
    finally:
        server.shutdown()
        thread.join()


def test_a_job_belongs_to_the_trace_of_its_upload_and_names_nobody(tmp_path: Path) -> None:
    with collector() as (url, heard):
        command = [sys.executable, "-c", PLAY, str(tmp_path), url]
        here = {**os.environ, "NO_PROXY": "127.0.0.1"}
        subprocess.run(command, cwd=ROOT, env=here, check=True, capture_output=True, timeout=60)
    spans = {
        span.name: span
        for request in heard
        for resource in request.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    }
    (upload,) = (span for name, span in spans.items() if name.startswith("PUT "))
    job = spans["analyse licence"]
    assert job.trace_id == upload.trace_id
    assert job.parent_span_id == upload.span_id
    told = "".join(str(request) for request in heard)
    assert "13800000001" not in told
    assert "Bearer" not in told


def test_traces_are_off_by_default() -> None:
    assert Settings().trace_url == ""
