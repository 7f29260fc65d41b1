"""One-time codes of staff: six ASCII digits, this step or the one before, each once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.totp import STEP_S, enrolment_uri, new_secret, step_of

NOW = datetime(2026, 11, 28, 4, 0, 7, tzinfo=UTC)
STEP = int(NOW.timestamp()) // STEP_S
SECRET = new_secret()


def code(moment: datetime) -> str:
    return pyotp.TOTP(SECRET).at(moment)


@pytest.mark.parametrize(("steps", "found"), [(0, STEP), (-1, STEP - 1), (-2, None), (1, None)])
def test_this_step_and_the_one_before(steps: int, found: int | None) -> None:
    assert step_of(SECRET, code(NOW + timedelta(seconds=STEP_S * steps)), NOW, 0) == found


def test_no_code_that_is_as_old_as_the_last_one_used() -> None:
    assert step_of(SECRET, code(NOW), NOW, STEP - 1) == STEP
    assert step_of(SECRET, code(NOW), NOW, STEP) is None
    before = code(NOW - timedelta(seconds=STEP_S))
    assert step_of(SECRET, before, NOW, STEP - 1) is None


@given(st.text(max_size=8))
def test_any_text_is_a_wrong_code_and_no_error(text: str) -> None:
    right = {code(NOW), code(NOW - timedelta(seconds=STEP_S))}
    assert (step_of(SECRET, text, NOW, 0) is not None) == (text in right)


def test_an_authenticator_reads_the_address() -> None:
    uri = enrolment_uri(SECRET, "wang.fang")
    read = pyotp.parse_uri(uri)
    assert isinstance(read, pyotp.TOTP)
    assert (read.secret, read.name, read.issuer) == (SECRET, "wang.fang", "Kaihu")
