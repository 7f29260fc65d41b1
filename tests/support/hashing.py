"""Passwords that are hashed in a moment: the same code, with parameters that cost little."""

from __future__ import annotations

from access.passwords import PasswordHashing
from access.policy import HashingPolicy
from access.staff_sign_in import Decoy
from app.services import Services

CHEAP = HashingPolicy(passes=1, memory_kib=64, lanes=1, at_once=2, waiting=2)


def hash_cheaply(services: Services, rules: HashingPolicy = CHEAP) -> Services:
    """The same services, whose passwords are hashed by these parameters from now on."""
    hashing = PasswordHashing(rules)
    services.parts.resources.add(PasswordHashing, hashing)
    services.parts.resources.add(Decoy, Decoy(services.parts.keyring, hashing))
    return services
