"""JSON log lines without personal data, the same in every process."""

from __future__ import annotations

import re
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from types import TracebackType
from typing import Any

import structlog

REMOTE_FRAME = re.compile(
    r'^ *File "(?P<file>[^"\n]+)", line (?P<line>\d+), in (?P<name>[\w<>]+)$', re.MULTILINE
)
MAX_FRAMES = 40  # the innermost, of each exception


def configure_logging() -> None:
    """Set up structlog for this process: one JSON object a line, to stderr."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            format_exception,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def format_exception(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Replace `exc_info` by types and places of the exception and of what caused it.

    Not what they say: a database's error quotes the row, a parser's the text, a KeyError the key.
    """
    given = event.pop("exc_info", None)
    if not given:
        return event
    error = given if isinstance(given, BaseException) else _in_flight(given)
    if error is not None:
        event["exception"] = "\n".join(_lines(error))
    return event


def _in_flight(given: object) -> BaseException | None:
    found = given[1] if isinstance(given, tuple) else sys.exc_info()[1]
    return found if isinstance(found, BaseException) else None


def _lines(error: BaseException) -> Iterator[str]:
    """The outermost exception first, each with its frames, then what was behind it."""
    seen: set[int] = set()
    behind: BaseException | None = error
    while behind is not None and id(behind) not in seen:
        seen.add(id(behind))
        yield f"{type(behind).__module__}.{type(behind).__qualname__}"
        yield from _remote_frames(behind) or _frames(behind.__traceback__)
        behind = behind.__cause__ or (None if behind.__suppress_context__ else behind.__context__)


def _frames(raised: TracebackType | None) -> Iterator[str]:
    frames = traceback.extract_tb(raised, limit=-MAX_FRAMES)
    return (f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames)


def _remote_frames(error: BaseException) -> list[str]:
    """The frames of another process, which arrive as the text of an exception of their own."""
    if not type(error).__name__.endswith("RemoteTraceback"):
        return []
    found = REMOTE_FRAME.finditer(str(error))
    return [f"  {frame['file']}:{frame['line']} {frame['name']}" for frame in found]
