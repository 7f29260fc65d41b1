"""Passwords of staff: what is good enough, what is too much at once, what takes the same time."""

from __future__ import annotations

import threading

import argon2
import pytest

from access.passwords import (
    HashingBusy,
    PasswordGuessable,
    PasswordHashing,
    PasswordTooLong,
    PasswordTooShort,
    require_good_password,
)
from access.policy import StaffPolicy
from tests.support.hashing import CHEAP
from tests.support.policy import POLICY

RULES = POLICY.section(StaffPolicy)


@pytest.mark.parametrize(
    "password",
    [
        "seven lamps by the quiet harbour",
        "x9$Lq!2vN@8rTz#5",
        "七盏灯照着安静的港口与远处的山",
        "emerald tractor 44 pudding" * 9,
    ],
)
def test_long_and_unusual_is_good_whatever_its_characters(password: str) -> None:
    require_good_password(RULES.passwords, "wang.fang", password)


@pytest.mark.parametrize(
    ("password", "error"),
    [
        ("", PasswordTooShort),
        ("x9$Lq!2vN@8rTz", PasswordTooShort),
        ("x" * 257, PasswordTooLong),
        ("passwordpassword", PasswordGuessable),
        ("Password123456789", PasswordGuessable),
        ("qwertyuiopasdfghjkl", PasswordGuessable),
        ("aaaaaaaaaaaaaaaaaaaa", PasswordGuessable),
        ("wang.fang.2026.11", PasswordGuessable),
        ("kaihu-kaihu-kaihu", PasswordGuessable),
        ("19880314198803141988", PasswordGuessable),
    ],
)
def test_short_common_and_own_words_are_refused(password: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        require_good_password(RULES.passwords, "wang.fang", password)


def test_a_hash_is_argon2id_with_the_policys_parameters_and_a_salt() -> None:
    hashing = PasswordHashing(RULES.hashing)
    encoded = hashing.hash("a password")
    found = argon2.extract_parameters(encoded)
    assert (found.type, found.time_cost) == (argon2.Type.ID, RULES.hashing.passes)
    assert (found.memory_cost, found.parallelism) == (
        RULES.hashing.memory_kib,
        RULES.hashing.lanes,
    )
    assert hashing.matches(encoded, "a password")
    assert not hashing.matches(encoded, "A password")
    assert hashing.hash("a password") != encoded


def test_the_decoy_costs_what_a_hash_costs_and_matches_nothing() -> None:
    hashing = PasswordHashing(CHEAP)
    assert argon2.extract_parameters(hashing.decoy) == argon2.extract_parameters(hashing.hash("x"))
    assert not hashing.is_outdated(hashing.decoy)
    assert not hashing.matches(hashing.decoy, "")
    assert not hashing.matches(hashing.decoy, "anything at all")


def test_a_few_hash_at_once_a_few_wait_and_no_more() -> None:
    hashing = PasswordHashing(CHEAP.model_copy(update={"at_once": 1, "waiting": 1}))
    entered, leave = threading.Semaphore(0), threading.Event()

    def take_turn() -> None:
        with hashing.turn():
            entered.release()
            leave.wait(10)

    first, second = threading.Thread(target=take_turn), threading.Thread(target=take_turn)
    first.start()
    assert entered.acquire(timeout=10)
    second.start()
    assert not entered.acquire(timeout=0.2), "two hashed at once"
    with pytest.raises(HashingBusy), hashing.turn():
        pass
    leave.set()
    for thread in (first, second):
        thread.join(10)
    with hashing.turn():
        pass
