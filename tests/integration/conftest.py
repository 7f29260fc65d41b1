"""Callers of the API: owners with a phone, staff of a role."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app.api.caller import EXTENSION
from app.factory import create_app
from app.services import Services
from app.settings import Settings
from tests.support.clock import MovableClock
from tests.support.hashing import hash_cheaply
from tests.support.web import Web, sign_in_owner, sign_in_staff


@pytest.fixture
def client(settings: Settings, clock: MovableClock) -> FlaskClient:
    """A client of an application over the database of `settings`, on the test's clock."""
    application = create_app(settings, clock)
    hash_cheaply(application.extensions[EXTENSION])
    return application.test_client()


@pytest.fixture
def sign_in(client: FlaskClient, settings: Settings) -> Callable[[str], Web]:
    """Signs the owner of a phone number in."""
    return lambda phone: sign_in_owner(client, settings, phone)


@pytest.fixture
def staff(client: FlaskClient, services: Services, clock: MovableClock) -> Callable[[str], Web]:
    """Signs a new member of staff in, by role."""
    return lambda role: sign_in_staff(client, services, role, clock)
