"""What leaves with a span: how a request went, and nothing that names a person."""

from __future__ import annotations

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, Status, StatusCode

from app.span_filter import FilteringExporter

PHONE = "13800000001"


def exported(name: str, kind: SpanKind, **attributes: str | int) -> str:
    """What a span says as it leaves, as JSON."""
    kept = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(FilteringExporter(kept)))
    given = {key.replace("__", "."): value for key, value in attributes.items()}
    with provider.get_tracer("t").start_as_current_span(name, kind=kind, attributes=given) as span:
        span.record_exception(ValueError(PHONE))
        span.set_status(Status(StatusCode.ERROR, PHONE))
    (found,) = kept.get_finished_spans()
    return str(found.to_json())


def test_a_request_keeps_method_route_and_status() -> None:
    said = exported(
        "GET /accounts",
        SpanKind.SERVER,
        http__method="GET",
        http__route="/accounts",
        http__status_code=200,
        http__target=f"/accounts?phone={PHONE}",
        net__peer__ip="192.0.2.7",
    )
    assert PHONE not in said
    assert "192.0.2.7" not in said
    assert '"name": "GET /accounts"' in said
    assert '"http.status_code": 200' in said
    assert "ERROR" in said


def test_a_path_that_no_route_has_is_left_out() -> None:
    said = exported(f"GET /accounts/{PHONE}", SpanKind.SERVER, http__method="GET")
    assert PHONE not in said
    assert '"name": "GET"' in said


def test_a_job_keeps_its_name() -> None:
    assert '"name": "analyse_evidence"' in exported("analyse_evidence", SpanKind.INTERNAL)
