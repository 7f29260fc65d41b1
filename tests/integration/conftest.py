"""Callers of the API: anybody, owners with a phone, staff of a role."""

from __future__ import annotations

from collections.abc import Callable

import pyotp
import pytest
from flask.testing import FlaskClient

from access.staff import AddStaff, add_staff
from app.factory import create_app
from app.services import Services
from app.settings import Settings
from core.actors import Role
from tests.support.client import Web, signed_in

PASSWORD = "long password"


@pytest.fixture
def client(settings: Settings) -> FlaskClient:
    """A client of the application over an empty database, on this machine's clock."""
    return create_app(settings).test_client()


@pytest.fixture
def sign_in(client: FlaskClient, settings: Settings) -> Callable[[str], Web]:
    """Signs the owner of a phone in."""
    return lambda phone: signed_in(client, settings.code_outbox, phone)


@pytest.fixture
def staff(client: FlaskClient, services: Services) -> Callable[[str], Web]:
    """Makes a member of staff of a role, and signs them in."""

    def sign_in(role: str) -> Web:
        with services.transaction() as context:
            secret = add_staff(context, AddStaff(role, Role(role), PASSWORD))
        body = {"name": role, "password": PASSWORD, "totp": pyotp.TOTP(secret).now()}
        status, tokens = Web(client, {}).call("POST", "/staff/tokens", body)
        assert status == 200
        again = Web(client, {}).call("POST", "/staff/tokens", body)
        assert again[1]["code"] == "sign_in_failed", "a one-time code was taken twice"
        return Web(client, {"Authorization": f"Bearer {tokens['access']}"})

    return sign_in
