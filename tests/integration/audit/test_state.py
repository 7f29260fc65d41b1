"""Rows that say otherwise than the log are found: `kaihu audit verify --state`."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from access.log_reading import state_faults
from app.services import Services
from tests.support.factories import applicant, offered


def faults(services: Services) -> list[str]:
    with services.reading() as context:
        return list(state_faults(context))


def change(services: Services, statement: str) -> None:
    with services.transaction() as context:
        context.session.execute(sa.text(statement))


def test_what_use_cases_wrote_is_what_the_log_says(services: Services) -> None:
    offered(applicant(services))
    assert faults(services) == []


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("update onboardings set decision = 'declined'", "decision is"),
        ("update offers set principal_fen = 30000000", "principal_fen is 30000000"),
        ("update offers set annual_rate_bp = 1", "annual_rate_bp is 1"),
        ("update offers set state = 'accepted'", "the log knows nothing of it"),
    ],
)
def test_a_row_that_was_changed_is_named(services: Services, statement: str, told: str) -> None:
    offered(applicant(services))
    change(services, statement)
    assert any(told in fault for fault in faults(services))
