"""What schemathesis needs to know of us: keys that are used once, proofs of a device, chunks."""

from __future__ import annotations

import os
import uuid
from typing import Any

import requests
import schemathesis
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from app.api.headers import PROOF
from app.openapi.parameters import KEY
from demo.device import DeviceKey

TOKEN, DEVICE = "SURFACE_TOKEN", "SURFACE_DEVICE"
CHUNK = "application/offset+octet-stream"


@schemathesis.serializer(CHUNK)
def chunk(_context: Any, value: Any) -> Any:
    """Bytes as they are."""
    return value if isinstance(value, bytes) else str(value).encode()


class SigningSession(requests.Session):
    """Sends each request with a key and a proof of its own.

    The same ones for another request are refused, rightly. A header that a case leaves out stays
    left out. Hooks of schemathesis would change the case, which it then judges otherwise.
    """

    def send(self, request: requests.PreparedRequest, **more: Any) -> requests.Response:
        """The answer to a request that is prepared."""
        if request.headers.get(KEY.name) == KEY.example:
            request.headers[KEY.name] = uuid.uuid4().hex
        if PROOF.name in request.headers and DEVICE in os.environ:
            address = (request.url or "").partition("?")[0]
            proof = _device().proof(request.method or "", address, os.environ[TOKEN])
            request.headers[PROOF.name] = proof
        return _send(self, request, **more)


def _device() -> DeviceKey:
    key = load_pem_private_key(os.environ[DEVICE].encode(), password=None)
    assert isinstance(key, EllipticCurvePrivateKey)
    return DeviceKey(private=key)


_send = requests.Session.send
requests.Session.send = SigningSession.send  # type: ignore[method-assign,assignment]
