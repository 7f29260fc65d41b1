"""Spans leave this process without what could name a person: addresses, queries, messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import SpanKind, Status

# Method, route, status and protocol, by the old and the new names of OpenTelemetry's conventions.
KEPT = frozenset(
    {
        *("http.method", "http.route", "http.status_code", "http.flavor", "http.scheme"),
        *("http.request.method", "http.response.status_code", "network.protocol.version"),
        *("url.scheme", "error.type"),
    }
)
METHODS = ("http.request.method", "http.method")


class FilteringExporter(SpanExporter):
    """Hands spans on with the attributes that are listed here, and without any event.

    A list of what may leave, not of what may not: an instrumentation that learns to record more
    tells nobody more.
    """

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Export what is left of the spans."""
        return self._exporter.export([filtered(span) for span in spans])

    def shutdown(self) -> None:
        """Return once everything was handed on."""
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Whether everything was handed on in time."""
        return self._exporter.force_flush(timeout_millis)


def filtered(span: ReadableSpan) -> ReadableSpan:
    """The same span, saying only what `KEPT` lists."""
    attributes = {name: value for name, value in (span.attributes or {}).items() if name in KEPT}
    return ReadableSpan(
        name=_name(span, attributes),
        context=span.get_span_context(),
        parent=span.parent,
        resource=span.resource,
        attributes=attributes,
        links=span.links,
        kind=span.kind,
        status=Status(span.status.status_code),  # without its description
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _name(span: ReadableSpan, attributes: Mapping[str, object]) -> str:
    """A request is named by its route; a path that no route has is what somebody typed."""
    if span.kind is not SpanKind.SERVER:
        return span.name
    method = next((str(attributes[name]) for name in METHODS if name in attributes), "HTTP")
    return " ".join([method, *([str(route)] if (route := attributes.get("http.route")) else [])])
