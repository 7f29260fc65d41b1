"""The bytes of events: RFC 8785, however they were made."""

from __future__ import annotations

import json
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from audit.actions import Action
from audit.entries import SAFE_INTEGER, canonical, plain

WHOLE = st.integers(-SAFE_INTEGER, SAFE_INTEGER)
FRACTIONS = st.floats(allow_nan=False, allow_infinity=False)
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | WHOLE | FRACTIONS | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
)


@given(VALUES)
def test_bytes_are_those_of_the_standard(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("value", [SAFE_INTEGER + 1, float("nan"), "\ud800", {"a": "\ud800"}])
def test_what_the_standard_has_no_form_for_is_refused(value: Any) -> None:
    with pytest.raises(rfc8785.CanonicalizationError):
        canonical(value)


def test_names_are_sorted_by_utf_16() -> None:
    names = {"\ufb33": 1, "\U0001f600": 2}
    assert canonical(names) == '{"\U0001f600":2,"\ufb33":1}'.encode()


@pytest.mark.parametrize("value", [{1: ("a", 2)}, {"at": Action.AUDIT_READ}, [True, None, 1.5]])
def test_what_json_holds_is_kept_as_it_holds_it(value: Any) -> None:
    assert json.loads(canonical(plain(value))) == json.loads(json.dumps(value))
