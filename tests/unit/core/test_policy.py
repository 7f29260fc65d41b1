"""A policy that is incomplete, misspelt or names what nobody knows stops the start."""

from __future__ import annotations

import os
from pathlib import Path
from typing import ClassVar

import pytest
from pydantic import ValidationError

from app.policy import load, parse
from core.policy import Policy, PolicyInvalid, Section, load_policy, policy_text
from core.reasons import Reason
from kyc.decision.decide import effect_of
from kyc.policy import Effect, EffectsPolicy, OnboardingPolicy
from tests.support.policy import CONTENT, PATH, POLICY, changed_content


class Numbers(Section):
    """A section of this test."""

    table: ClassVar[str] = "numbers"

    one: int


class Words(Section):
    """Another one."""

    table: ClassVar[str] = "words"

    word: str


WHOLE = 'version = "1"\n[numbers]\none = 1\n[words]\nword = "a"\n'


def test_a_policy_has_a_version_its_text_and_its_sections() -> None:
    policy = Policy.parsed(WHOLE, [Numbers, Words])
    assert (policy.version, policy.content) == ("1", WHOLE)
    assert policy.section(Numbers).one == 1
    assert policy.section(Words).word == "a"


def test_a_section_that_was_not_loaded_is_missing() -> None:
    policy = Policy.parsed('version = "1"\n[numbers]\none = 1\n', [Numbers])
    with pytest.raises(KeyError):
        policy.section(Words)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (WHOLE + "[other]\n", r"no package reads \[other\]"),
        (WHOLE.replace("[words]", "[wrods]"), r"no package reads \[wrods\]"),
        ('version = "1"\n[numbers]\none = 1\n', r"\[words\] is missing"),
        (WHOLE.replace('version = "1"\n', ""), "names no version"),
        (WHOLE.replace('version = "1"', "version = 1"), "names no version"),
        ("version = ", "not valid TOML"),
    ],
)
def test_a_policy_that_is_not_whole_says_what_is_wrong(content: str, told: str) -> None:
    with pytest.raises(PolicyInvalid, match=told):
        Policy.parsed(content, [Numbers, Words])


@pytest.mark.parametrize(
    "content",
    [
        WHOLE.replace("one = 1", 'one = "many"'),
        WHOLE.replace("one = 1", "one = 1\ntwo = 2"),
        WHOLE.replace("one = 1", ""),
    ],
)
def test_a_section_that_is_not_as_its_package_says_is_refused(content: str) -> None:
    with pytest.raises(ValidationError):
        Policy.parsed(content, [Numbers, Words])


def test_a_folder_is_its_files_one_after_the_other_and_the_version_first(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("[numbers]\none = 1", "utf-8")
    (tmp_path / "b.toml").write_text('[words]\nword = "字"', "utf-8")
    (tmp_path / "version.toml").write_text('version = "1"', "utf-8")
    (tmp_path / "notes.txt").write_text("no policy", "utf-8")
    assert policy_text(tmp_path) == 'version = "1"\n[numbers]\none = 1\n[words]\nword = "字"'
    assert load_policy(tmp_path, [Numbers, Words]).section(Words).word == "字"


def test_a_file_is_a_policy_too(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(WHOLE, "utf-8")
    assert load_policy(file, [Numbers, Words]) == Policy.parsed(WHOLE, [Numbers, Words])


def test_a_policy_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"):
        policy_text(tmp_path / "nowhere")


def test_the_policy_is_found_whatever_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert not os.path.exists("policy")
    assert load(PATH).version == POLICY.version


def test_the_version_stands_first_in_the_policy_of_the_repository() -> None:
    tables = CONTENT.index("\n[")
    assert CONTENT.index("\nversion = ") < tables


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('blurred = "retry"', 'blured = "retry"'),  # no such reason
        ('blurred = "retry"', 'blurred = "forgive"'),  # no such effect
        ('"photocopy", "screen_recapture"', '"photokopy", "screen_recapture"'),
        ('"evidence.view",', '"evidence.vew",'),  # no such permission
        ("[velocity]\ndays = 30", "[velocity]\ndais = 30"),
    ],
)
def test_a_name_that_nobody_knows_stops_the_start(old: str, new: str) -> None:
    content = CONTENT.replace(old, new, 1)
    assert content != CONTENT
    with pytest.raises(ValidationError):
        parse(content)


def test_a_table_that_no_package_reads_stops_the_start() -> None:
    with pytest.raises(PolicyInvalid, match=r"\[velocitty\]"):
        parse(changed_content("\n[velocity]\n", "\n[velocitty]\n"))


def test_effects_are_of_known_reasons_and_the_rest_is_reviewed() -> None:
    effects = POLICY.section(EffectsPolicy)
    assert set(effects.effects) <= set(Reason)
    assert effect_of(effects.effects, Reason.FACE_MISMATCH) is Effect.DECLINE
    unlisted = set(Reason) - set(effects.effects)
    assert unlisted
    assert {effect_of(effects.effects, reason) for reason in unlisted} == {Effect.REVIEW}


def test_a_section_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        POLICY.section(OnboardingPolicy).min_age = 3  # type: ignore[misc]
