"""What commands share."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
from pydantic import ValidationError

from app.settings import Settings
from core.actors import Actor, ActorKind, Role
from core.private_files import keep_private

if TYPE_CHECKING:
    from storage.context import Context


def read_settings() -> Settings:
    """The settings of the environment; names each wrong one and exits with 2.

    What the command writes from here on is private.
    """
    try:
        settings = Settings()
        keep_private(settings.var)
        return settings
    except ValidationError as error:
        for fault in error.errors():
            name = "_".join(map(str, fault["loc"])).upper()
            click.echo(f"KAIHU_{name}: {fault['msg']}", err=True)
        sys.exit(2)


def operator() -> Actor:
    """Who runs the command, by the operating system's name: the system, acting for a person."""
    return Actor(ActorKind.SYSTEM, f"command:{getpass.getuser()}", Role.SYSTEM)


@contextmanager
def acting() -> Iterator[Context]:
    """A transaction of whoever runs the command; what goes wrong is said in a sentence."""
    from app.messages.words import Language, Words, policy_numbers
    from app.services import migrate, open_services
    from core.errors import BusinessError

    settings = read_settings()
    migrate(settings)
    services = open_services(settings)
    try:
        with services.transaction(operator()) as context:
            yield context
    except BusinessError as error:
        words = Words(Language.ENGLISH, policy_numbers(services.parts.policy))
        raise click.ClickException(words.error(error)) from error
