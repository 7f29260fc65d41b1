"""A whole HTTP request, as ASGI has it -> the environment of WSGI (PEP 3333)."""

from __future__ import annotations

import io
import sys
from collections.abc import Mapping
from typing import Any

REFUSED = "kaihu.refused"  # an exception that the application answers instead of the request
FRAMING = {b"content-length", b"content-type", b"transfer-encoding"}


def environ_of(scope: Mapping[str, Any], body: bytes) -> dict[str, Any]:
    """The environment of a request whose body has arrived whole.

    Headers with an underscore are left out: PEP 3333 could not tell them from those with a hyphen,
    which a proxy may have set.
    """
    host, port = scope.get("server") or ("localhost", 80)
    address = (scope.get("client") or ("", 0))[0]
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode("utf-8", "surrogatepass").decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": str(host),
        "SERVER_PORT": str(port or 0),
        "REMOTE_ADDR": address,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    framing = {name: value.decode("latin-1") for name, value in scope["headers"] if name in FRAMING}
    if body or framing.keys() & {b"content-length", b"transfer-encoding"}:
        environ["CONTENT_LENGTH"] = str(len(body))
    if b"content-type" in framing:
        environ["CONTENT_TYPE"] = framing[b"content-type"]
    for name, value in scope["headers"]:
        if name not in FRAMING and b"_" not in name:
            key = f"HTTP_{name.decode('latin-1').upper().replace('-', '_')}"
            text = value.decode("latin-1")
            environ[key] = f"{environ[key]},{text}" if key in environ else text
    return environ
