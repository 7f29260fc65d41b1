"""Handlers that run when what is known of an account changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from storage.context import Context

Told = Callable[[Context, UUID], None]  # with the account of which it is known


def do_nothing(_context: Context, _applicant_id: UUID) -> None:
    """What a package does that a change is nothing to."""


@dataclass(frozen=True)
class Follower:
    """What one package does, in the transaction of the change.

    `learnt`: something more is known. `forgotten`: something is known no more, and what was
    computed of it must not be used again. `contested`: its owner says that something is wrong.
    """

    learnt: Told = do_nothing
    forgotten: Told = do_nothing
    contested: Told = do_nothing


def untold(_context: Context, _applicant_id: UUID) -> None:
    """For who has nothing to do then."""


class ChangeRegistry:
    """The followers of all packages, in the order of registration."""

    def __init__(self) -> None:
        self.followers: list[Follower] = []

    def register(self, follower: Follower) -> None:
        """Have a follower told."""
        self.followers.append(follower)

    def tell_learnt(self, context: Context, applicant_id: UUID) -> None:
        """Something more is known of an account."""
        for follower in self.followers:
            follower.learnt(context, applicant_id)

    def tell_forgotten(self, context: Context, applicant_id: UUID) -> None:
        """Something of an account is known no more."""
        for follower in self.followers:
            follower.forgotten(context, applicant_id)

    def tell_contested(self, context: Context, applicant_id: UUID) -> None:
        """Something that is known of an account is contested."""
        for follower in self.followers:
            follower.contested(context, applicant_id)


CHANGES = ChangeRegistry()
