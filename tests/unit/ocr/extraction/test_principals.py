"""Persons who act for a business."""

from __future__ import annotations

import pytest

from ocr.extraction.principals import acting_person


@pytest.mark.parametrize(
    ("printed", "person"),
    [
        ("王样", "王样"),
        ("样例投资有限公司", "样例投资有限公司"),
        ("样例投资有限公司(委派代表:王样)", "王样"),
        ("样例投资有限公司(委派代表;王样", "王样"),  # a colon and a bracket misread
        ("样例投资有限公司委派代表王样", "王样"),
        ("样例投资有限公司(委托代表:阿样·买买提)", "阿样·买买提"),
        ("样例投资有限公司(委派王样为代表)", "王样"),
        ("样例投资有限公司(委派代表:王样)、李样", "王样"),
        ("(委派代表)王样", "王样"),
    ],
)
def test_the_delegate_of_a_firm_acts(printed: str, person: str) -> None:
    assert acting_person(printed) == person
