"""OpenTelemetry traces across web and worker; off unless the settings name a collector.

A span says which route or which kind of job and how it ended, nothing of a person
(`span_filter.py`).
"""

from __future__ import annotations

from typing import Any

from flask import Flask
from opentelemetry import trace
from opentelemetry.trace import Span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from app.settings import Settings
from storage.queue import Claim

_tracer = trace.get_tracer("kaihu")


def start_tracing(settings: Settings, process: str) -> None:
    """Send this process's spans to the settings' collector (OTLP over HTTP)."""
    if not settings.trace_url:
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    from app.span_filter import FilteringExporter

    provider = TracerProvider(resource=Resource.create({"service.name": f"kaihu-{process}"}))
    exporter = FilteringExporter(OTLPSpanExporter(settings.trace_url))
    provider.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(provider)


def trace_requests(app: Flask, settings: Settings) -> None:
    """A span for each request; what it queues belongs to the same trace."""
    if settings.trace_url:
        from opentelemetry.instrumentation.flask import FlaskInstrumentor

        instrumentor: Any = FlaskInstrumentor()  # its methods carry no types
        instrumentor.instrument_app(app, excluded_urls="health,ready,metrics")


def job_span(claim: Claim) -> Span:
    """The span of a job, within the trace of the request that queued it."""
    carrier = {"traceparent": claim.traceparent} if claim.traceparent else {}
    queued_by = TraceContextTextMapPropagator().extract(carrier)
    return _tracer.start_span(claim.kind, context=queued_by)
