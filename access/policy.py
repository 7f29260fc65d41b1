"""The parts of the policy that say who signs in how, and who may what."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from access.permissions import Permission
from core.actors import Role
from core.policy import Part, Section


class Window(Part):
    """At most `max` within any `window_s` seconds."""

    max: int = Field(ge=1)
    window_s: int = Field(ge=1)


class CodeLimits(Part):
    """How many one-time codes are sent. A device that the owner signed in on is held by the first
    two alone."""

    by_phone: Window
    by_device: Window
    by_phone_of_strangers: Window  # what is left of a phone's codes is its owner's devices'
    by_prefix: Window
    new_phones_by_address: Window
    in_all: Window


class SignInPolicy(Section):
    """One-time codes and tokens; seconds unless said otherwise."""

    table: ClassVar[str] = "sign_in"

    code_s: int
    max_wrong_codes: int
    codes: CodeLimits
    access_s: int
    session_days: int
    proof_s: int  # that the clock of a device may be off, and a proof be old
    nonce_s: int  # that a nonce of ours may be old


class HashingPolicy(Part):
    """What argon2id costs, and how many a process computes at once and lets wait."""

    passes: int
    memory_kib: int
    lanes: int
    at_once: int
    waiting: int


class PasswordPolicy(Part):
    """What a new password must be; `min_guesses_log10` is a power of ten."""

    min_length: int
    max_length: int
    min_guesses_log10: float
    context_words: tuple[str, ...]


class StaffPolicy(Section):
    """How staff sign in, and for how long."""

    table: ClassVar[str] = "staff"

    session_h: int
    idle_min: int
    step_up_min: int
    failures_by_name_and_address: Window
    failures_by_address: Window
    failures_by_name: Window  # from addresses that this person never signed in from
    failures_of_step_up: Window
    known_address_days: int
    hashing: HashingPolicy
    passwords: PasswordPolicy


class RolesPolicy(Section):
    """The permissions of each role."""

    table: ClassVar[str] = "roles"

    anonymous: tuple[Permission, ...]
    applicant: tuple[Permission, ...]
    handed_over: tuple[Permission, ...]
    agent: tuple[Permission, ...]
    reviewer: tuple[Permission, ...]
    compliance: tuple[Permission, ...]
    admin: tuple[Permission, ...]
    system: tuple[Permission, ...]

    def of(self, role: Role) -> tuple[Permission, ...]:
        """What a role may do."""
        permissions: tuple[Permission, ...] = getattr(self, role)
        return permissions


SECTIONS = (SignInPolicy, StaffPolicy, RolesPolicy)
