"""The texts of the promise."""

from __future__ import annotations

import pytest

from loans.declaration.promise import LANGUAGES, promise, promise_of
from loans.policy import LoanPolicy
from tests.support.policy import POLICY

VERSION = POLICY.section(LoanPolicy).declared.promise
# A text that was promised never changes: another one is another version.
HASHES = {
    "2026-11-28": {
        "zh": "314d714475c8f21e9bc752e43d6868aee56e6fef069b263b39edd8035aab6352",
        "en": "d20a691ff348bed0fad2dd5d4c86b87ab260de5aa833f0e521cd79fe66b8970f",
    }
}


@pytest.mark.parametrize("version", HASHES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_version_is_what_it_was(version: str, language: str) -> None:
    assert promise(version, language).sha256 == HASHES[version][language]


def test_the_text_in_force_is_known_by_its_hash() -> None:
    for language in LANGUAGES:
        text = promise(VERSION, language)
        assert promise_of(VERSION, text.sha256) == text
    assert promise_of(VERSION, "0" * 64) is None


def test_a_version_without_text_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        promise("1999-01-01", "zh")
