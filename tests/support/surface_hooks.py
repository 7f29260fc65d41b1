"""What schemathesis needs to know of us: keys that are used once, bytes of a chunk."""

from __future__ import annotations

import uuid
from typing import Any

import schemathesis

from app.openapi import parameters

KEY, KEY_EXAMPLE = "Idempotency-Key", parameters.KEY.example
CHUNK = "application/offset+octet-stream"


@schemathesis.hook
def before_call(_context: Any, case: Any, kwargs: Any) -> None:
    """The same key for another request is refused, rightly: each call has its own."""
    if (case.headers or {}).get(KEY) == KEY_EXAMPLE:
        kwargs["headers"] = {**(kwargs.get("headers") or {}), KEY: uuid.uuid4().hex}


@schemathesis.serializer(CHUNK)
def chunk(_context: Any, value: Any) -> Any:
    """Bytes as they are."""
    return value if isinstance(value, bytes) else str(value).encode()
