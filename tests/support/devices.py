"""Devices of tests: a client that signs, as an app does, whatever carries a token of a device."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.api.caller import EXTENSION
from app.services import Services
from demo.device import DeviceKey

KEYS = "kaihu test devices"  # of an application: the key of each token that a device was given
HERE = "http://localhost"


class DeviceClient(FlaskClient):
    """Signs each request that carries a device's token and no proof of its own."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """The answer to a request, signed with the key of its token's device."""
        headers = dict(kwargs.get("headers") or {})
        token = str(headers.get("Authorization", "")).removeprefix("DPoP ")
        key = keys_of(self.application).get(token)
        if key is not None and args and "DPoP" not in headers:
            address = address_of(args[0])
            headers["DPoP"] = key.proof(kwargs.get("method", "GET"), address, token)
            kwargs["headers"] = headers
        return super().open(*args, **kwargs)


def device_of(application: Flask) -> DeviceKey:
    """A new device, whose clock is right."""
    services: Services = application.extensions[EXTENSION]
    return DeviceKey(now=lambda: services.parts.clock.now().timestamp())


def keys_of(application: Flask) -> dict[str, DeviceKey]:
    """The devices of an application's tokens."""
    keys: dict[str, DeviceKey] = application.extensions.setdefault(KEYS, {})
    return keys


def address_of(place: str) -> str:
    """What a proof is made for: an address without its query."""
    parts = urlsplit(place)
    return f"{f'{parts.scheme}://{parts.netloc}' if parts.netloc else HERE}{parts.path}"
