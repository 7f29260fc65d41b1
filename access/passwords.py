"""Passwords of staff: argon2id (RFC 9106), a bounded number of hashes at once, rules for new ones.

A hash takes tens of megabytes and a good part of a second on purpose. It is never computed while a
transaction is open, and a process computes few at a time: whoever sends many wrong passwords keeps
nobody else waiting.
"""

from __future__ import annotations

import base64
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import argon2
from zxcvbn import zxcvbn

from access.policy import HashingPolicy, PasswordPolicy
from core.errors import Invalid, Unavailable

COMPARED = 72  # characters that zxcvbn looks at; it takes quadratic time


class PasswordTooShort(Invalid):
    """A new password has fewer characters than `min_length`."""

    code = "password_too_short"


class PasswordTooLong(Invalid):
    """A new password has more characters than `max_length`."""

    code = "password_too_long"


class PasswordGuessable(Invalid):
    """A new password is made of common words, names, dates, or words of this service."""

    code = "password_guessable"


class HashingBusy(Unavailable):
    """As many passwords as this process verifies at once are being verified: try again soon."""

    code = "sign_in_busy"
    retry_after_s = 2


class PasswordHashing:
    """Hashes and verifies passwords; threads share one."""

    def __init__(self, rules: HashingPolicy) -> None:
        self._hasher = argon2.PasswordHasher(rules.passes, rules.memory_kib, rules.lanes)
        self._running = threading.BoundedSemaphore(rules.at_once)
        self._admitted = threading.BoundedSemaphore(rules.at_once + rules.waiting)
        self.decoy = _decoy(self._hasher)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """A turn to hash: at once, or after the few that came before.

        Raises `HashingBusy` rather than hold a thread of the web process for longer.
        """
        if not self._admitted.acquire(blocking=False):
            raise HashingBusy
        try:
            with self._running:
                yield
        finally:
            self._admitted.release()

    def hash(self, password: str) -> str:
        """An encoded hash (RFC 9106, with its parameters and salt) of a new password."""
        return self._hasher.hash(password)

    def matches(self, encoded: str, password: str) -> bool:
        """Whether a password has this hash; takes as long for those that do not."""
        try:
            return self._hasher.verify(encoded, password)
        except argon2.exceptions.VerifyMismatchError:
            return False

    def is_outdated(self, encoded: str) -> bool:
        """Whether a hash was made with other parameters than those of the policy."""
        return self._hasher.check_needs_rehash(encoded)


def require_good_password(rules: PasswordPolicy, name: str, password: str) -> None:
    """Raises `PasswordTooShort`, `PasswordTooLong`, `PasswordGuessable`.

    No rules of composition: length, and how many guesses an attacker needs who tries common
    passwords, words, names, dates and keyboard patterns first (zxcvbn, USENIX Security 2016).
    """
    if len(password) < rules.min_length:
        raise PasswordTooShort
    if len(password) > rules.max_length:
        raise PasswordTooLong
    ours = [*rules.context_words, name, *name.replace(".", " ").replace("_", " ").split()]
    found = zxcvbn(password[:COMPARED], user_inputs=ours, max_length=COMPARED)
    if found["guesses_log10"] < rules.min_guesses_log10:
        raise PasswordGuessable


def _decoy(hasher: argon2.PasswordHasher) -> str:
    """A hash that no password has, as costly to verify as a real one."""
    salt, digest = (
        base64.b64encode(secrets.token_bytes(length)).rstrip(b"=").decode()
        for length in (hasher.salt_len, hasher.hash_len)
    )
    cost = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v=19${cost}${salt}${digest}"
