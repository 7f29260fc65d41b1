"""JSON log lines without personal data, the same in every process."""

from __future__ import annotations

import sys

import structlog


def configure_logging() -> None:
    """Set up structlog for this process: one JSON object a line, to stderr."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
